#include "restore/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgcoffer/error.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr std::string_view kUndefinedTable = "42P01", kUndefinedSchema = "3F000", kUndefinedObject = "42704",
                           kDeadlock = "40P01", kLockNotAvailable = "55P03";

/// An autovacuum that bars a statement is ended when the server looks at who waits for whom; a superuser may have it do
/// that soon.
constexpr std::string_view kSoonEndAutovacuums =
    "SELECT pg_catalog.set_config('deadlock_timeout', '50ms', true) "
    "WHERE pg_catalog.current_setting('is_superuser') = 'on';\n";

/// Some statements that succeed or fail together, whether or not a transaction is open. In a transaction of their own,
/// none waits longer for a lock than `patience` (0: than the session says).
class Bracket {
 public:
  Bracket(pg::Connection& connection, std::chrono::milliseconds patience)
      : connection_(connection), inner_(connection.in_transaction()) {
    if (inner_) return;
    begin_ = fmt::format("BEGIN;\n{}", kSoonEndAutovacuums);
    if (patience.count() > 0) begin_ += fmt::format("SET LOCAL lock_timeout = {};\n", patience.count());
  }

  void run(std::string_view sql) const {
    // By itself: of statements in one message none is run when the server cannot parse one.
    if (inner_) connection_.exec("SAVEPOINT pgcoffer");
    try {
      connection_.exec(fmt::format("{}{}{};", begin_, sql, inner_ ? "RELEASE pgcoffer" : "COMMIT"));
    } catch (const Error& error) {
      if (error.kind() != Kind::interrupted && error.kind() != Kind::connection)
        connection_.exec(inner_ ? "ROLLBACK TO pgcoffer; RELEASE pgcoffer" : "ROLLBACK");
      throw;
    }
  }

 private:
  pg::Connection& connection_;
  bool inner_;
  std::string begin_;
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

std::string SchemaMaker::statements(const Entries& entries) const {
  std::string sql;
  for (const archive::TocEntry* entry : entries) sql += archive::statements(*entry, script_);
  return sql + record(entries);
}

void SchemaMaker::make(pg::Connection& connection, const Entries& all, std::atomic<std::uint64_t>& made) const {
  static_cast<void>(try_to_make(connection, all, {}, made));
}

bool SchemaMaker::try_to_make(pg::Connection& connection, const Entries& all, std::chrono::milliseconds patience,
                              std::atomic<std::uint64_t>& made) const {
  const Entries entries = missing(all);
  if (entries.size() > 1) {
    const Outcome outcome = make_together(connection, entries, patience);
    if (outcome == Outcome::made) made += entries.size();
    if (outcome != Outcome::failed) return outcome == Outcome::made;
  }
  // One by one: the server does not say which of many statements it means.
  const std::chrono::milliseconds each = entries.size() == 1 ? patience : std::chrono::milliseconds{0};
  for (const archive::TocEntry* entry : entries) {
    const Outcome outcome = make_one(connection, *entry, each);
    if (outcome == Outcome::barred) return false;
    if (outcome == Outcome::made) ++made;
  }
  return true;
}

SchemaMaker::Outcome SchemaMaker::make_together(pg::Connection& connection, const Entries& entries,
                                                std::chrono::milliseconds patience) const {
  try {
    Bracket(connection, patience).run(statements(entries));
    return Outcome::made;
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
    return patience.count() > 0 && error.sqlstate() == kLockNotAvailable ? Outcome::barred : Outcome::failed;
  }
}

SchemaMaker::Outcome SchemaMaker::make_one(pg::Connection& connection, const archive::TocEntry& entry,
                                           std::chrono::milliseconds patience) const {
  constexpr int most_attempts = 3;
  for (int attempt = 1;; ++attempt) {
    try {
      Bracket(connection, patience).run(statements({&entry}));
      return Outcome::made;
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted) throw;
      if (patience.count() > 0 && error.sqlstate() == kLockNotAvailable) return Outcome::barred;
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
      return Outcome::left_out;
    }
  }
}

}  // namespace pgcoffer::restoring
