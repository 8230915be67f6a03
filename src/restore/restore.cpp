#include "pgcoffer/restore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "archive/after_restore.hpp"
#include "archive/reader.hpp"
#include "base/text.hpp"
#include "convert/open_any.hpp"
#include "pgcoffer/error.hpp"
#include "restore/database.hpp"
#include "restore/requirements.hpp"
#include "restore/rows.hpp"
#include "restore/selection.hpp"
#include "restore/target.hpp"

namespace pgcoffer {
namespace restoring {
namespace {

constexpr unsigned kMostJobs = 8;
/// Objects made in one transaction: every new table takes several locks until it ends, and the server's lock table
/// (max_locks_per_transaction) is small by default.
constexpr std::size_t kObjectsPerTransaction = 500;

using Entries = std::vector<const archive::TocEntry*>;

/// "3 SCHEMA, 40 TABLE": kinds in the order of their first appearance.
std::string count_kinds(const Entries& entries) {
  std::vector<std::string> order;
  std::map<std::string, std::size_t> counts;
  for (const archive::TocEntry* entry : entries) {
    if (counts[entry->kind]++ == 0) order.push_back(entry->kind);
  }
  std::vector<std::string> words;
  for (const std::string& kind : order) words.push_back(fmt::format("{} {}", counts[kind], kind));
  return join(words, ", ");
}

/// One restore, from the options to the report.
class Restore {
 public:
  Restore(const RestoreOptions& options, Progress& progress, std::stop_token stop)
      : options_(options), progress_(progress), stop_(std::move(stop)) {}

  RestoreReport run() {
    const auto start = std::chrono::steady_clock::now();
    check_options();
    reader_ = converting::open_any(options_.path, options_.identities, {options_.accept_edited}, stop_);
    manifest_ = &reader_->manifest();
    selected_ = select(*manifest_, reader_->toc(), options_);
    jobs_ = options_.jobs != 0 ? options_.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, kMostJobs);
    if (options_.create || !options_.create_database.empty()) {
      new_database_ =
          std::make_unique<NewDatabase>(*manifest_, options_, [this](const std::string& text) { warn(text); });
    }
    make_plan();
    if (new_database_) new_database_->check();
    if (!options_.dry_run || !new_database_) prepare_target();
    if (!options_.dry_run) execute();
    report_.after_restore = archive::after_restore_actions(manifest_->tables);
    report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report_);
  }

 private:
  void check_options() const {
    if (options_.single_transaction && options_.jobs > 1) {
      throw Error(Kind::usage, "--single-transaction works over one connection: it excludes more than one job")
          .hint("Leave out -j, or --single-transaction.");
    }
  }

  void make_plan() {
    if (new_database_) report_.plan = new_database_->plan();
    if (!selected_.pre_data.empty())
      report_.plan.push_back("create before the rows: " + count_kinds(selected_.pre_data));
    for (const archive::Table* table : selected_.tables) {
      std::uint64_t bytes = 0;
      for (const archive::Part& part : table->parts) bytes += part.encoded_bytes;
      report_.plan.push_back(fmt::format("load {}: {} rows, {}, {} parts", display_name({table->schema, table->name}),
                                         human_count(table->rows), human_bytes(bytes), table->parts.size()));
    }
    if (!selected_.large_objects.empty()) {
      report_.plan.push_back(fmt::format("load {} large objects", selected_.large_objects.size()));
    }
    if (!selected_.data.empty()) report_.plan.push_back("set after the rows: " + count_kinds(selected_.data));
    if (!selected_.post_data.empty())
      report_.plan.push_back("create after the rows: " + count_kinds(selected_.post_data));
    if (!selected_.statistics.empty())
      report_.plan.push_back("restore optimizer statistics: " + count_kinds(selected_.statistics));
  }

  void prepare_target() {
    progress_.phase("connect", {});
    ConnectOptions connection = options_.connection;
    if (new_database_) {
      create_database();
      connection.dbname = new_database_->name();
    }
    target_ = std::make_unique<TargetDatabase>(connection, stop_);
    report_.database = target_->leader().endpoint().dbname;
    target_->leader().exec("SET client_encoding = " + quote_literal(manifest_->encoding));
    warn_version();
    leave_out_statistics(target_->leader().server_version());
    for (const std::string& warning : check_requirements(target_->leader(), reader_->toc(), selected_)) warn(warning);
    if (!options_.dry_run && !new_database_) ask();
  }

  void create_database() {
    try {
      new_database_->create();
      done_.push_back(fmt::format("database {} was created", quote_ident(new_database_->name())));
      new_database_->describe();
    } catch (const Error& error) {
      throw explained(error);
    }
  }

  void warn_version() {
    const int ours = manifest_->server_version_num / 10000;
    const int theirs = target_->leader().server_version() / 10000;
    if (theirs < ours) {
      warn(fmt::format(
          "the archive comes from server version {}, this server is {}: SQL that it does not know will fail", ours,
          theirs));
    }
  }

  /// Those that the server cannot restore.
  void leave_out_statistics(int version) {
    const auto erased = std::erase_if(selected_.statistics, [version](const archive::TocEntry* entry) {
      return version < (entry->kind == "EXTENDED STATISTICS DATA" ? 190000 : 180000);
    });
    if (erased == 0) return;
    warn(fmt::format("{} optimizer statistics are left out, which server version {} cannot restore: run ANALYZE",
                     selected_.statistics.empty() ? "the" : "extended", version / 10000));
  }

  void ask() {
    const std::int64_t relations = target_->count_relations();
    if (relations == 0) return;
    const std::string question =
        fmt::format("Database {} holds {} tables, views and sequences already. Restore into it?",
                    quote_ident(report_.database), relations);
    if (options_.confirm && options_.confirm(question)) return;
    throw Error(Kind::usage, fmt::format("database \"{}\" is not empty: not restored", report_.database))
        .hint(
            "Nothing was changed. Say --yes to restore into it all the same, or restore into a new one with "
            "--create-db NAME.");
  }

  void execute() {
    try {
      if (options_.single_transaction) {
        in_one_transaction();
      } else {
        in_steps();
      }
      if (new_database_) new_database_->close();
    } catch (const Error& error) {
      throw explained(error);
    }
    report_.tables = loader_->tables();
    report_.rows = loader_->rows();
  }

  void in_one_transaction() {
    pg::Connection& connection = target_->leader();
    loader_ = std::make_unique<RowLoader>(*reader_, *target_, progress_);
    connection.exec("BEGIN");
    create(selected_.pre_data, "pre-data");
    rows_phase();
    loader_->load(connection, selected_.tables);
    create(selected_.data, "data");
    load_large_objects(*reader_, connection, selected_.large_objects, progress_);
    create(selected_.post_data, "post-data");
    create(selected_.statistics, "statistics");
    connection.exec("COMMIT");
    committed_ = true;
  }

  void in_steps() {
    pg::Connection& connection = target_->leader();
    loader_ = std::make_unique<RowLoader>(*reader_, *target_, progress_);
    for (std::size_t first = 0; first < selected_.pre_data.size(); first += kObjectsPerTransaction) {
      const auto begin = selected_.pre_data.begin() + static_cast<std::ptrdiff_t>(first);
      const std::size_t count = std::min(kObjectsPerTransaction, selected_.pre_data.size() - first);
      connection.exec("BEGIN");
      create({begin, begin + static_cast<std::ptrdiff_t>(count)}, "pre-data");
      connection.exec("COMMIT");
      created_before_ = first + count;
    }
    rows_phase();
    // Where the table is not made here (--data-only, configuration tables of extensions), its foreign keys are in
    // force.
    const auto [constrained, free] = by_constraints();
    loader_->load_parallel(constrained, jobs_, true);
    loader_->load_parallel(free, jobs_, false);
    create(selected_.data, "data");
    connection.exec("BEGIN");
    load_large_objects(*reader_, connection, selected_.large_objects, progress_);
    connection.exec("COMMIT");
    rows_loaded_ = true;
    create(selected_.post_data, "post-data");
    // Last of all: making an index counts its table's rows anew.
    create(selected_.statistics, "statistics");
  }

  using Tables = std::vector<const archive::Table*>;

  /// The tables that exist with their constraints before the restore, and those that it makes.
  [[nodiscard]] std::pair<Tables, Tables> by_constraints() const {
    std::set<QualifiedName> made;
    for (const archive::TocEntry* entry : selected_.pre_data) {
      if (entry->kind == "TABLE") made.insert({entry->schema, entry->name});
    }
    std::pair<Tables, Tables> groups;
    for (const archive::Table* table : selected_.tables) {
      (made.contains({table->schema, table->name}) ? groups.second : groups.first).push_back(table);
    }
    return groups;
  }

  void rows_phase() {
    Expected expected{selected_.tables.size(), 0};
    for (const archive::Table* table : selected_.tables) {
      for (const archive::Part& part : table->parts) expected.bytes += part.encoded_bytes;
    }
    for (const archive::LargeObject* object : selected_.large_objects) expected.bytes += object->bytes;
    progress_.phase("rows", expected);
  }

  void create(const Entries& entries, std::string_view section) {
    if (entries.empty()) return;
    if (section != "data") progress_.phase(section, {});
    for (const archive::TocEntry* entry : entries) {
      if (!create(*entry)) continue;
      ++report_.objects;
    }
  }

  /// False for a foreign key that is left out, since an archive of some tables lacks the one it references.
  bool create(const archive::TocEntry& entry) {
    const LeaveOut& out = options_.leave_out;
    const std::string sql = archive::statements(
        entry, {!options_.no_owner, !options_.no_privileges, !out.tablespaces, !out.table_access_method});
    const bool may_lack = entry.kind == "FK CONSTRAINT" && (selected_.partial || of_some_tables());
    pg::Connection& connection = target_->leader();
    if (may_lack && options_.single_transaction) connection.exec("SAVEPOINT pgcoffer_foreign_key");
    const std::string name = entry.schema.empty() ? entry.name : entry.schema + "." + entry.name;
    try {
      connection.exec(sql);
      return true;
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted) throw;
      const bool undefined = error.sqlstate() == "42P01" || error.sqlstate() == "3F000";
      if (!may_lack || !undefined) {
        throw Error(error.kind(), fmt::format("cannot create {} {}: {}", entry.kind, name, error.message()))
            .hint(creation_hint(error))
            .sqlstate(error.sqlstate())
            .object(name);
      }
      warn(fmt::format("foreign key {} is left out: {}", name, error.message()));
    }
    if (options_.single_transaction) connection.exec("ROLLBACK TO SAVEPOINT pgcoffer_foreign_key");
    return false;
  }

  /// The dump was told to take only some tables or schemas.
  [[nodiscard]] bool of_some_tables() const {
    static const std::set<std::string> restricting = {
        "--table",         "--table-and-children",         "--schema",
        "--exclude-table", "--exclude-table-and-children", "--exclude-schema"};
    return std::ranges::any_of(manifest_->options, [](const std::string& option) {
      return restricting.contains(option.substr(0, option.find(' ')));
    });
  }

  [[nodiscard]] std::string creation_hint(const Error& error) const {
    if (error.sqlstate() == "42704" && error.message().find("role") != std::string::npos) {
      return "Create the role first, or restore without owners and privileges: -O -x.";
    }
    if (error.kind() == Kind::permission)
      return "Restore as a role that may do this, or without owners and privileges: -O -x.";
    return error.hint();
  }

  /// The error with what has been done and what has not.
  [[nodiscard]] Error explained(const Error& error) const {
    std::vector<std::string> done = done_;
    std::string state;
    if (options_.single_transaction && loader_ && !committed_) {
      state = "The transaction was rolled back.";
    } else if (created_before_ > 0 || (loader_ && loader_->rows() > 0)) {
      if (created_before_ > 0)
        done.push_back(fmt::format("{} of {} objects before the rows", created_before_, selected_.pre_data.size()));
      if (loader_) done.push_back(fmt::format("{} rows", human_count(loader_->rows())));
      if (rows_loaded_) done.push_back(fmt::format("{} objects in all", human_count(report_.objects)));
      state = "The database is restored in part.";
    } else {
      state = "Nothing else was changed.";
      if (done.empty()) state = "Nothing was changed.";
    }
    if (!done.empty()) state += fmt::format(" Done: {}.", join(done, "; "));
    const std::string hint = error.hint().empty() ? state : fmt::format("{} {}", error.hint(), state);
    return Error(error.kind(), error.message()).hint(hint).sqlstate(error.sqlstate()).object(error.object());
  }

  void warn(const std::string& text) {
    progress_.warning(text);
    report_.warnings.push_back(text);
  }

  const RestoreOptions& options_;
  Progress& progress_;
  std::stop_token stop_;
  std::unique_ptr<archive::Reader> reader_;
  const archive::Manifest* manifest_ = nullptr;
  Selected selected_;
  unsigned jobs_ = 1;
  std::unique_ptr<NewDatabase> new_database_;
  std::unique_ptr<TargetDatabase> target_;
  std::unique_ptr<RowLoader> loader_;
  std::size_t created_before_ = 0;
  bool rows_loaded_ = false;
  bool committed_ = false;  ///< of a single transaction
  std::vector<std::string> done_;
  RestoreReport report_;
};

}  // namespace
}  // namespace restoring

RestoreReport restore(const RestoreOptions& options, Progress& progress, std::stop_token stop) {
  return restoring::Restore(options, progress, std::move(stop)).run();
}

}  // namespace pgcoffer
