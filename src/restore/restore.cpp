#include "pgcoffer/restore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "archive/after_restore.hpp"
#include "archive/partitions.hpp"
#include "archive/reader.hpp"
#include "base/text.hpp"
#include "convert/open_any.hpp"
#include "pgcoffer/error.hpp"
#include "restore/analyze.hpp"
#include "restore/check_options.hpp"
#include "restore/complete.hpp"
#include "restore/confirm.hpp"
#include "restore/database.hpp"
#include "restore/databases.hpp"
#include "restore/execution.hpp"
#include "restore/globals.hpp"
#include "restore/load_apart.hpp"
#include "restore/lock_watch.hpp"
#include "restore/lookup.hpp"
#include "restore/lost_partitions.hpp"
#include "restore/mapping.hpp"
#include "restore/needs.hpp"
#include "restore/plan.hpp"
#include "restore/requirements.hpp"
#include "restore/roles.hpp"
#include "restore/selection.hpp"
#include "restore/target.hpp"

namespace pgcoffer {
namespace restoring {
namespace {

constexpr unsigned kMostJobs = 8;
/// Of a rehearsal, which nobody else shall have to wait for.
constexpr std::chrono::milliseconds kRehearsalWait{2000};

constexpr std::string_view kRestOfHashed =
    "some rows belong into other partitions: `restore --mode insert-missing` of the whole table (-t) finds their "
    "places";

/// One restore, from the options to the report.
class Restore {
 public:
  Restore(const RestoreOptions& options, Progress& progress, std::stop_token stop)
      : options_(options), progress_(progress), stop_(std::move(stop)) {}

  RestoreReport run() {
    const auto start = std::chrono::steady_clock::now();
    check_options(options_);
    reader_ = converting::open_any(options_.path, options_.identities, {options_.accept_edited}, stop_);
    manifest_ = &reader_->manifest();
    toc_ = &reader_->toc();
    for (const std::string& text : converting::doubts(options_.path, *manifest_)) warn(text);
    if (manifest_->globals) {
      restore_cluster();
    } else {
      try {
        restore_database();
      } catch (const Error& error) {
        throw watch_ ? watch_->explained(error) : error;
      }
    }
    report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report_);
  }

 private:
  void restore_cluster() {
    DatabasesRestore databases(*manifest_, options_, progress_, stop_, report_);
    databases.check();
    restore_globals(*manifest_, options_, progress_, stop_, report_);
    if (!options_.dry_run) databases.run();
  }

  void restore_database() {
    choice_ = choose(*manifest_, *toc_, options_);
    map_names();
    whole_manifest_ = manifest_;
    select_chosen();
    refuse_nothing(selected_, options_);
    refuse_lost_parts();
    if (!options_.create && options_.create_database.empty()) pg::require_database(options_.connection);
    jobs_ = options_.jobs != 0 ? options_.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, kMostJobs);
    if (options_.create || !options_.create_database.empty()) {
      new_database_ =
          std::make_unique<NewDatabase>(*manifest_, options_, [this](const std::string& text) { warn(text); });
    }
    if (new_database_) {
      new_database_->check();
      report_.plan = new_database_->plan();
      check_roles(new_database_->maintenance(), options_, selected_);
    }
    if (!options_.dry_run || !new_database_) {
      prepare_target();
    } else if (options_.with_dependencies) {
      add_dependencies(nullptr);
    }
    if (report_.nothing_left) return;
    if (!needed_.empty()) refuse_lost_parts();
    warn_apart();
    for (std::string& line : describe(selected_)) report_.plan.push_back(std::move(line));
    if (options_.dry_run) {
      rehearse();
    } else {
      execute();
    }
    report_.after_restore = archive::after_restore_actions(restored_tables());
  }

  /// Those whose definition or rows are restored.
  [[nodiscard]] std::vector<archive::Table> restored_tables() const {
    std::set<QualifiedName> names;
    for (const Entries* entries : {&selected_.pre_data, &selected_.data})
      for (const archive::TocEntry* entry : *entries) names.insert({entry->table_schema, entry->table_name});
    for (const archive::Table* table : selected_.tables) names.insert({table->schema, table->name});
    std::vector<archive::Table> tables;
    for (const archive::Table& table : manifest_->tables)
      if (names.contains({table.schema, table.name})) tables.push_back(table);
    return tables;
  }

  /// Before anything is made or dropped. What is not selected may be lost.
  void refuse_lost_parts() const {
    std::set<std::string> files;
    const auto add = [&](const std::vector<archive::Part>& parts) {
      for (const archive::Part& part : parts) files.insert(part.file);
    };
    for (const archive::Table* table : selected_.tables) add(table->parts);
    for (const archive::LargeObject* object : selected_.large_objects) add(object->parts);
    const auto refuse = [&](std::vector<std::string> flawed, std::string_view how, std::string_view hint) {
      std::erase_if(flawed, [&](const std::string& file) { return !files.contains(file); });
      if (flawed.empty()) return;
      throw Error(Kind::damaged, fmt::format("archive is damaged: {} {}", how, join_first(flawed)))
          .hint(fmt::format("Nothing was changed. {}`pgcoffer verify` tells what is intact; tables that are can be "
                            "restored by themselves (--tables).",
                            hint))
          .object(flawed.front());
    };
    refuse(reader_->strays().missing, "it lacks", "");
    refuse(reader_->resized(), "these have other sizes than its manifest says:",
           "Parts that were edited by hand are taken with --accept-edited. ");
  }

  [[nodiscard]] bool maps_names() const {
    return !options_.map_schemas.empty() || !options_.map_tables.empty() || !options_.map_roles.empty() ||
           !options_.map_tablespaces.empty();
  }

  /// Selects what is chosen, of the archive's manifest: what came along since may change how rows are loaded.
  void select_chosen() {
    manifest_ = whole_manifest_;
    selected_ = select(*manifest_, *toc_, options_, choice_);
    const std::set<QualifiedName> beside = stand_beside(*toc_, renamed_, selected_);
    apart_ = loaded_apart(*manifest_, selected_);
    apart_.insert(beside.begin(), beside.end());
    if (apart_.empty()) return;
    archive::Manifest& changed = changed_manifests_.emplace_back(*manifest_);
    for (archive::Table& table : changed.tables)
      if (apart_.contains({table.schema, table.name})) table.load_into.reset();
    manifest_ = &changed;
    selected_ = select(*manifest_, *toc_, options_, choice_);
    beside_ = stand_beside(*toc_, renamed_, selected_);
  }

  void find_hashed_rows_anew() {
    const std::string encoding = target_->leader().query("SHOW server_encoding")[0][0].str();
    auto changed = archive::with_hashes_found_anew(*whole_manifest_, *toc_, encoding);
    if (!changed) return;
    whole_manifest_ = &changed_manifests_.emplace_back(std::move(*changed));
    select_chosen();
  }

  void warn_apart() {
    for (const QualifiedName& name : beside_)
      warn(fmt::format("{} is restored as a table of its own: the table that it was a partition of is not selected",
                       display_name(name)));
    if (apart_.empty()) return;
    const std::set<QualifiedName> hashed = archive::partitions_by_hash(*toc_);
    for (const QualifiedName& name : apart_) {
      if (!hashed.contains(name) || beside_.contains(name)) continue;
      warn(
          fmt::format("rows of {} are loaded into it alone, and not by the partitioned table, which is there: where "
                      "hashes are others in this database, {}",
                      display_name(name), kRestOfHashed));
    }
  }

  void map_names() {
    if (!maps_names()) return;
    Mapping mapping(options_, *manifest_, *toc_);
    const Choice wanted = options_.with_dependencies ? Choice() : choice_;
    mapped_toc_ = mapping.toc(*toc_, wanted);
    mapped_manifest_ = mapping.manifest(*manifest_, wanted);
    choice_ = mapping.choice(choice_);
    for (const archive::Table& table : manifest_->tables) {
      const QualifiedName name = mapping.table({table.schema, table.name});
      if (name.name != table.name) renamed_.insert(name);
    }
    manifest_ = &*mapped_manifest_;
    toc_ = &*mapped_toc_;
    for (const std::string& text : mapping.notes()) warn(text);
  }

  void prepare_target() {
    progress_.phase("connect", {});
    ConnectOptions connection = options_.connection;
    const bool made = new_database_ && !new_database_->existed();
    if (made && options_.with_dependencies) add_dependencies(nullptr);
    if (new_database_) {
      create_database();
      connection.dbname = new_database_->name();
    }
    const bool hurried = options_.dry_run && options_.lock_wait_timeout.count() == 0;
    watch_.emplace(connection, hurried ? kRehearsalWait : options_.lock_wait_timeout, progress_, stop_);
    target_ = std::make_unique<TargetDatabase>(connection, manifest_->encoding, &*watch_, stop_);
    report_.database = target_->leader().endpoint().dbname;
    warn_version();
    find_hashed_rows_anew();
    if (!options_.resume) Journal::refuse_unfinished(target_->leader());
    if (options_.resumable || options_.resume) {
      journal_ = std::make_unique<Journal>(*manifest_, selected_, options_);
      target_->keep_journal();
    }
    const Start start = options_.resume ? resume() : Start::anew;
    report_.nothing_left = start == Start::nothing_left;
    if (report_.nothing_left) return;
    const bool anew = start == Start::anew;
    if (options_.with_dependencies && anew && !made) add_dependencies(&target_->leader());
    leave_out_statistics(target_->leader().server_version());
    check_roles(target_->leader(), options_, selected_);
    for (const std::string& warning :
         check_requirements(target_->leader(), *toc_, options_, selected_, anew ? nullptr : journal_.get()))
      warn(warning);
    if (options_.clean) refuse_lost_partitions(target_->leader(), selected_);
    if (options_.clean) dropped_ = find_dropped(target_->leader(), selected_, manifest_->created);
    report_.lost = dropped_.lines;
    if (!options_.dry_run && !made && anew) ask();
    if (journal_ && anew) journal_->start(target_->leader(), needed_);
  }

  /// Null: for a database that is still to be made, in which nothing is.
  void add_dependencies(pg::Connection* connection) {
    const Needed needed = add_needed(connection, *whole_manifest_, *toc_, options_, choice_);
    needed_ = needed.added;
    select_chosen();
    for (const archive::TocEntry* entry : needed_) report_.dependencies.push_back(describe(*entry));
    for (const archive::TocEntry* entry : needed.there) report_.dependencies_there.push_back(describe(*entry));
    if (options_.dry_run) return;
    for (const std::string& each : report_.dependencies) progress_.note("needed, and restored, too: " + each);
    for (const std::string& each : report_.dependencies_there) progress_.note("needed, and there already: " + each);
  }

  enum class Start : unsigned char { anew, goes_on, nothing_left };

  /// What came along when the restore began does so again, though some of it is there by now. A restore that was
  /// stopped before it made its journal begins anew.
  [[nodiscard]] Start resume() {
    progress_.phase("wait for the earlier restore's sessions", {});
    try {
      journal_->resume(target_->leader());
    } catch (const Error& error) {
      if (error.kind() != Kind::not_found) throw;
      const Selected wanted = without_missing_references(target_->leader(), *toc_, options_, selected_);
      const std::string missing = first_missing(target_->leader(), wanted);
      if (missing.empty()) return Start::nothing_left;
      if (has_nothing_of(target_->leader(), wanted)) {
        warn("the database holds no journal of a restore, and nothing of what is to be restored: this one begins anew");
        return Start::anew;
      }
      throw Error(Kind::not_found, fmt::format("{}, and lacks {}", error.message(), missing)).hint(error.hint());
    }
    for (const archive::TocEntry& entry : toc_->entries) {
      if (!journal_->needed(entry)) continue;
      needed_.push_back(&entry);
      choice_.add(entry);
    }
    if (!needed_.empty()) select_chosen();
    return Start::goes_on;
  }

  void create_database() {
    try {
      new_database_->create();
      if (!new_database_->existed())
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
    confirm(*target_, selected_, options_, dropped_);
    if (!options_.before_drop) return;
    // Of a whole restore the definitions are lost, too.
    options_.before_drop(selected_.partial ? dropped_.tables : std::vector<std::string>(), manifest_->encrypted);
  }

  /// Definitions that are to be made are tried. What is dropped first (--clean) cannot be, without locking it.
  void rehearse() {
    if (!target_) {
      report_.plan.emplace_back("not tried: the database does not exist yet");
      return;
    }
    if (selected_.pre_data.empty() || options_.clean) return;
    prepare_execution();
    try {
      if (options_.skip_refused) leave_out_refused();
      execution_->rehearse();
    } catch (const Error& error) {
      throw explained(error);
    }
    report_.plan.push_back(fmt::format("tried: all {} definitions, without rows, in a transaction that was rolled back",
                                       human_count(execution_->objects())));
  }

  void prepare_execution() {
    plan_ = make_plan(*toc_, reader_->manifest().tables, selected_);
    execution_ =
        std::make_unique<Execution>(Execution::Context{options_, *reader_, selected_, plan_, *target_, journal_.get(),
                                                       progress_, [this](const std::string& text) { warn(text); }});
  }

  void leave_out_refused() {
    Refused refused = execution_->find_refused();
    leave_out(refused, selected_);
    report_.refused = std::move(refused.objects);
    prepare_execution();
  }

  void execute() {
    prepare_execution();
    const auto say = [this](const std::string& text) { warn(text); };
    try {
      if (options_.skip_refused) leave_out_refused();
      if (options_.single_transaction) {
        execution_->in_one_transaction();
      } else {
        execution_->in_steps(jobs_);
      }
      analyzing_ = options_.analyze;
      if (options_.analyze) analyze(*target_, selected_, options_.single_transaction ? 1 : jobs_, progress_, say);
      analyzing_ = false;
      if (new_database_) new_database_->close();
    } catch (const Error& error) {
      throw explained(error);
    }
    report_.objects = execution_->objects();
    report_.tables = execution_->tables();
    report_.rows = execution_->rows();
  }

  /// The error with what has been done and what has not.
  [[nodiscard]] Error explained(const Error& error) const {
    if (analyzing_) {
      return Error(error.kind(), error.message())
          .hint(fmt::format("{}{}Everything is restored, and stays. Only the planner's statistics were not all "
                            "gathered: run ANALYZE.",
                            error.hint(), error.hint().empty() ? "" : " "))
          .sqlstate(error.sqlstate())
          .object(error.object());
    }
    std::vector<std::string> done = done_;
    bool in_part = false;
    std::string state = done.empty() ? "Nothing was changed." : "Nothing else was changed.";
    if (execution_) {
      const std::vector<std::string> more = execution_->done();
      done.insert(done.end(), more.begin(), more.end());
      in_part = !more.empty();
      if (in_part)
        state = "The database is restored in part.";
      else if (options_.single_transaction)
        state = "The transaction was rolled back.";
    }
    if (!done.empty()) state += fmt::format(" Done: {}.", join(done, "; "));
    if (execution_ && journal_) state += " --resume goes on from here.";
    if (in_part && !journal_ && !new_database_) {
      // A partial restore goes into databases that live.
      state += selected_.partial ? " To begin anew, drop what was made in it."
                                 : " To begin anew, drop and create the database, or what was made in it.";
      state += " With --resumable from the beginning, --resume goes on after a failure.";
    }
    constexpr std::string_view kForeignKey = "23503", kCheck = "23514";
    if (!apart_.empty() && error.sqlstate() == kCheck)
      state += fmt::format(" Where hashes are others in this database, {}; -s makes the partition without rows.",
                           kRestOfHashed);
    if (server_refuses(error.sqlstate()) && may_skip_refused())
      state += " --skip-refused restores what the server does not refuse, and names the rest.";
    if (!options_.data_only && options_.with_dependencies && error.sqlstate() == kForeignKey)
      state += " A table that was there already may lack rows that others reference: --mode insert-missing adds them.";
    // Tables are loaded one after another, and in a circle no order is right.
    if (options_.data_only && error.sqlstate() == kForeignKey)
      state += " Where foreign keys form a circle, --mode append loads all tables in one statement.";
    const std::string hint = error.hint().empty() ? state : fmt::format("{} {}", error.hint(), state);
    return Error(error.kind(), error.message()).hint(hint).sqlstate(error.sqlstate()).object(error.object());
  }

  /// What a definition says is unknown to this server or may not be done here; no row can be the reason, and nothing
  /// that is there already.
  static bool server_refuses(std::string_view sqlstate) {
    constexpr std::string_view kSyntaxOrAccess = "42", kNotSupported = "0A", kNoSuchFile = "58P01";
    constexpr std::array<std::string_view, 5> kDuplicates{"42P04", "42P06", "42P07", "42710", "42723"};
    if (std::ranges::find(kDuplicates, sqlstate) != kDuplicates.end()) return false;
    return sqlstate.starts_with(kSyntaxOrAccess) || sqlstate.starts_with(kNotSupported) || sqlstate == kNoSuchFile;
  }

  [[nodiscard]] bool may_skip_refused() const {
    return execution_ && !options_.skip_refused && !options_.clean && !options_.resumable && !options_.resume &&
           !options_.data_only && !options_.statistics_only;
  }

  void warn(const std::string& text) {
    progress_.warning(text);
    const std::scoped_lock lock(warnings_mutex_);
    report_.warnings.push_back(text);
  }

  const RestoreOptions& options_;
  Progress& progress_;
  std::stop_token stop_;
  std::unique_ptr<archive::Reader> reader_;
  const archive::Manifest* manifest_ = nullptr;  ///< the reader's, or with other names
  const archive::Toc* toc_ = nullptr;
  std::optional<archive::Manifest> mapped_manifest_;
  const archive::Manifest* whole_manifest_ = nullptr;  ///< that whose tables are selected
  std::set<QualifiedName> renamed_;                    ///< tables with new names (--map-table)
  std::set<QualifiedName> beside_;                     ///< of them: partitions that are tables of their own now
  std::set<QualifiedName> apart_;                      ///< partitions whose rows go in by themselves
  std::deque<archive::Manifest> changed_manifests_;    ///< which the selection and the journal point into
  std::optional<archive::Toc> mapped_toc_;
  Choice choice_;
  Selected selected_;
  Dropped dropped_;
  Entries needed_;  ///< came along (with_dependencies)
  unsigned jobs_ = 1;
  std::unique_ptr<NewDatabase> new_database_;
  std::optional<LockWatch> watch_;
  std::unique_ptr<TargetDatabase> target_;
  Plan plan_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Execution> execution_;
  std::vector<std::string> done_;
  bool analyzing_ = false;  ///< all else is done
  RestoreReport report_;
  std::mutex warnings_mutex_;
};

}  // namespace
}  // namespace restoring

RestoreReport restore(const RestoreOptions& options, Progress& progress, std::stop_token stop) {
  return restoring::Restore(options, progress, std::move(stop)).run();
}

}  // namespace pgcoffer
