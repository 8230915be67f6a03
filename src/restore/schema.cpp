#include "restore/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr std::string_view kUndefinedTable = "42P01", kUndefinedSchema = "3F000", kUndefinedObject = "42704",
                           kDeadlock = "40P01", kLockNotAvailable = "55P03";

/// Some statements that succeed or fail together, whether or not a transaction is open.
class Bracket {
 public:
  explicit Bracket(pg::Connection& connection) : connection_(connection), inner_(connection.in_transaction()) {}

  void run(std::string_view sql) const {
    // By itself: of statements in one message none is run when the server cannot parse one.
    if (inner_) connection_.exec("SAVEPOINT pgcoffer");
    try {
      connection_.exec(fmt::format("{}{}{};", inner_ ? "" : "BEGIN;\n", sql, inner_ ? "RELEASE pgcoffer" : "COMMIT"));
    } catch (const Error& error) {
      if (error.kind() != Kind::interrupted && error.kind() != Kind::connection)
        connection_.exec(inner_ ? "ROLLBACK TO pgcoffer; RELEASE pgcoffer" : "ROLLBACK");
      throw;
    }
  }

 private:
  pg::Connection& connection_;
  bool inner_;
};

std::string creation_hint(const Error& error, const archive::TocEntry& entry, const archive::ScriptOptions& script,
                          bool rehearsal) {
  const bool plain = !script.owners && !script.privileges;
  if (error.sqlstate() == kUndefinedObject && error.message().find("role") != std::string::npos)
    return "Create the role first, or restore without owners and privileges: -O -x.";
  if (error.kind() == Kind::permission && entry.kind == "COMMENT")
    return "Restore as the owner of what the comment is on, or leave comments out: --no-comments.";
  if (error.kind() == Kind::permission) {
    return fmt::format("Restore as a role that may do this{}.",
                       plain ? "" : ", or without owners and privileges: -O -x");
  }
  if (error.sqlstate() == kLockNotAvailable && rehearsal)
    return "Somebody else has a lock on a table that it needs: try again, or restore without --dry-run, which waits.";
  // An archive of pg_dump -t does not tell that it holds some tables only.
  if (entry.kind == "FK CONSTRAINT" && error.sqlstate() == kUndefinedTable)
    return "Restore into a database that has the table it references, or leave such keys out: "
           "--skip-missing-references.";
  return error.hint();
}

std::string name_of(const archive::TocEntry& entry) {
  return entry.schema.empty() ? entry.name : entry.schema + "." + entry.name;
}

}  // namespace

SchemaMaker::SchemaMaker(const RestoreOptions& options, bool may_lack_references, const Journal* journal, Warn warn)
    : script_{!options.no_owner, !options.no_privileges, !options.leave_out.tablespaces,
              !options.leave_out.table_access_method},
      may_lack_references_(may_lack_references),
      rehearsal_(options.dry_run),
      journal_(journal),
      warn_(std::move(warn)) {}

SchemaMaker SchemaMaker::silent() const {
  SchemaMaker other = *this;
  other.warn_ = [](const std::string&) {};
  return other;
}

bool SchemaMaker::may_be_left_out(const archive::TocEntry& entry) const {
  return may_lack_references_ && entry.kind == "FK CONSTRAINT";
}

std::string SchemaMaker::record(const Entries& entries) const {
  if (journal_ == nullptr) return {};
  std::vector<std::string> items;
  for (const archive::TocEntry* entry : entries) items.push_back(Journal::item(*entry));
  return journal_->record(items);
}

Entries SchemaMaker::missing(const Entries& all) const {
  Entries entries = all;
  std::erase_if(entries, [this](const archive::TocEntry* entry) {
    return journal_ != nullptr && journal_->has(Journal::item(*entry));
  });
  return entries;
}

bool SchemaMaker::must_be_apart(const Entries& entries) const {
  return std::ranges::any_of(entries, [this](const archive::TocEntry* entry) { return may_be_left_out(*entry); });
}

std::string SchemaMaker::statements(const Entries& entries) const {
  std::string sql;
  for (const archive::TocEntry* entry : entries) sql += archive::statements(*entry, script_);
  return sql + record(entries);
}

void SchemaMaker::make(pg::Connection& connection, const Entries& all, std::atomic<std::uint64_t>& made) const {
  const Entries entries = missing(all);
  if (entries.size() > 1 && !must_be_apart(entries)) {
    try {
      Bracket(connection).run(statements(entries));
      made += entries.size();
      return;
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
      // One by one: the server does not say which of many statements it means.
    }
  }
  for (const archive::TocEntry* entry : entries) {
    if (make_one(connection, *entry)) ++made;
  }
}

bool SchemaMaker::try_to_make(pg::Connection& connection, const Entries& all, std::chrono::milliseconds patience,
                              std::atomic<std::uint64_t>& made) const {
  const Entries entries = missing(all);
  if (!must_be_apart(entries)) {
    try {
      Bracket(connection).run(fmt::format("SET LOCAL lock_timeout = {};\n{}", patience.count(), statements(entries)));
      made += entries.size();
      return true;
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
      if (error.sqlstate() == kLockNotAvailable) return false;
      // make() says what has failed.
    }
  }
  make(connection, all, made);
  return true;
}

bool SchemaMaker::make_one(pg::Connection& connection, const archive::TocEntry& entry) const {
  constexpr int most_attempts = 3;
  for (int attempt = 1;; ++attempt) {
    try {
      Bracket(connection).run(statements({&entry}));
      return true;
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted) throw;
      // Functions in indexes and constraints may read tables that nobody knows of.
      if (error.sqlstate() == kDeadlock && attempt < most_attempts && !connection.in_transaction()) continue;
      const std::string name = name_of(entry);
      const bool undefined = error.sqlstate() == kUndefinedTable || error.sqlstate() == kUndefinedSchema;
      if (!may_be_left_out(entry) || !undefined) {
        throw Error(error.kind(), fmt::format("cannot create {} {}: {}", entry.kind, name, error.message()))
            .hint(creation_hint(error, entry, script_, rehearsal_))
            .sqlstate(error.sqlstate())
            .object(name);
      }
      warn_(fmt::format("foreign key {} is left out: {}", name, error.message()));
      return false;
    }
  }
}

}  // namespace pgcoffer::restoring
