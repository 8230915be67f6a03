#include "pgcoffer/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include "archive/after_restore.hpp"
#include "base/counted.hpp"
#include "convert/open_any.hpp"
#include "merge/aftermath.hpp"
#include "merge/apply.hpp"
#include "merge/cascades.hpp"
#include "merge/follow.hpp"
#include "merge/hashed.hpp"
#include "merge/lock_tables.hpp"
#include "merge/losses.hpp"
#include "merge/partitions.hpp"
#include "merge/preconditions.hpp"
#include "merge/request.hpp"
#include "merge/restore_point.hpp"
#include "merge/staging.hpp"
#include "merge/statement.hpp"
#include "merge/suppressed.hpp"
#include "merge/surroundings.hpp"
#include "merge/verify_merged.hpp"
#include "pgcoffer/error.hpp"
#include "restore/lock_watch.hpp"
#include "restore/mapping.hpp"
#include "restore/selection.hpp"

namespace pgcoffer {
namespace merging {
namespace {

/// One merge, from the options to the report.
class Merge {
 public:
  Merge(const MergeOptions& options, Progress& progress, const std::stop_token& stop)
      : options_(options), progress_(progress), stop_(stop) {}

  MergeReport run() {
    const auto start = std::chrono::steady_clock::now();
    check_options(options_);
    const RestoreOptions& restore = options_.restore;
    pg::require_database(restore.connection);
    reader_ = converting::open_any(restore.path, restore.identities, {restore.accept_edited}, stop_);
    archive::require_database(reader_->manifest());
    warn(converting::doubts(restore.path, reader_->manifest()));
    progress_.phase("connect", {});
    connection_ = std::make_unique<pg::Connection>(restore.connection, pg::Session::restore);
    const std::stop_callback on_stop(stop_, [this] { connection_->cancel(); });
    watch_.emplace(restore.connection, restore.lock_wait_timeout, progress_, stop_);
    watch_->add(*connection_);
    report_.database = connection_->endpoint().dbname;
    connection_->exec("SET client_encoding = " + quote_literal(reader_->manifest().encoding));
    try {
      // What is found before the locks are there must not be all that is seen afterwards.
      connection_->exec("BEGIN ISOLATION LEVEL READ COMMITTED");
      prepare();
      load();
      change();
      connection_->exec(restore.dry_run ? "ROLLBACK" : "COMMIT");
    } catch (const Error& error) {
      throw unchanged(watch_->explained(error));
    }
    std::vector<archive::Table> merged;
    for (const TargetTable* table : chosen_) {
      merged.push_back(*table->archived);
      merged.back().missing_parents.clear();  // foreign keys stay as they are in the database
    }
    report_.after_restore = archive::after_restore_actions(merged);
    report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report_);
  }

 private:
  /// Decides what is loaded, and refuses before anything is.
  void prepare() {
    const RestoreOptions& restore = options_.restore;
    if (!restore.map_schemas.empty() || !restore.map_tables.empty())
      mapping_.emplace(restore, reader_->manifest(), reader_->toc());
    const auto name_of = [&](const QualifiedName& name) { return mapping_ ? mapping_->table(name) : name; };
    tables_ = read_tables(*connection_, reader_->manifest(), name_of);
    partitions_.emplace(*connection_, reader_->manifest(), reader_->toc(), name_of);
    keys_ = read_foreign_keys(*connection_);
    apply_keys(reader_->manifest(), reader_->toc(), tables_, options_.keys);
    where_ = conditions(reader_->manifest(), reader_->toc(), tables_, options_.where);
    for (const TableText& text : where_) refuse_bare_citext(*connection_, tables_.at(text.table), text.text);
    const std::set<pg::Oid> wanted = where_.empty() ? selected() : picked();
    // In the archive's order, which is that of the foreign keys.
    for (const archive::Table& archived : reader_->manifest().tables) {
      const auto found =
          std::ranges::find_if(tables_, [&](const auto& item) { return item.second.archived == &archived; });
      if (found != tables_.end() && wanted.contains(found->first)) chosen_.push_back(&found->second);
    }
    refuse_idle_keys(reader_->manifest(), reader_->toc(), tables_, options_.keys, chosen_);
    if (mapping_) refuse_unmapped_partitions(reader_->manifest(), reader_->toc(), *mapping_, chosen_);
    refuse_other_partitions();
    const std::vector<const TargetTable*> tables(chosen_.begin(), chosen_.end());
    refuse_without_keys(tables, options_.mode);
    for (const TargetTable* table : tables) {
      warn(check_columns(*table, options_));
      warn(deleted_for_the_policy(*table, options_.mode));
      warn_of_types(*table);
      if (mapping_) warn(mapping_->names_in_rows(*table->archived));
    }
    refuse_row_security(*connection_, tables);
    if (!options_.disable_triggers) refuse_rules(*connection_, tables, options_.mode);
    if (options_.mode == MergeMode::replace) keep_referenced_rows(chosen_, keys_);
    for (const TargetTable* table : tables) warn(emptied_columns(*table, options_.mode));
  }

  void warn_of_types(const TargetTable& table) {
    // Archives without definitions, as some of pg_dump's are, do not tell types.
    const std::vector<std::string> narrowed = narrowed_columns(table, reader_->manifest().has_schema);
    if (!narrowed.empty())
      warn({fmt::format("table {}: columns of other types may round or cut values of the archive: {}",
                        display_name(table.name), join_first(narrowed))});
  }

  void refuse_other_partitions() const {
    std::vector<const archive::Table*> named, picked;
    for (const TargetTable* table : chosen_) {
      const bool by_name = where_.empty() || std::ranges::any_of(where_, [&](const TableText& text) {
                             return text.table == table->oid && text.called == table->archived->name;
                           });
      (by_name ? named : picked).push_back(table->archived);
    }
    partitions_->refuse_others(named);
    // Of a partitioned table no partition with picked rows may be left out.
    partitions_->refuse_others(partitions_->with_siblings(picked));
    if (!exchanges_all_rows(options_.mode)) return;
    refuse_lonely_partitions(*connection_, chosen_,
                             [&](const archive::Table* table) { return partitions_->with_siblings({table}); });
    partitions_->refuse_unknown(restoring::choose(reader_->manifest(), reader_->toc(), options_.restore));
  }

  [[nodiscard]] std::set<pg::Oid> selected() {
    std::set<pg::Oid> oids;
    const auto choice = restoring::choose(reader_->manifest(), reader_->toc(), options_.restore);
    std::vector<std::string> without_rows;
    for (const archive::Table& table : reader_->manifest().tables) {
      if (!table.has_rows && table.kind == "table" && (!choice.partial || choice.has(table)))
        without_rows.push_back(display_name({table.schema, table.name}));
    }
    if (!without_rows.empty())
      warn({fmt::format("the archive has no rows of these tables, which stay as they are: {}",
                        join_first(without_rows))});
    for (const archive::Table* archived :
         restoring::select(reader_->manifest(), reader_->toc(), options_.restore, choice).tables) {
      const auto found =
          std::ranges::find_if(tables_, [&](const auto& item) { return item.second.archived == archived; });
      if (found == tables_.end()) {
        const QualifiedName own{archived->schema, archived->name};
        partitions_->refuse_others({archived});
        throw Error(Kind::not_found,
                    fmt::format("table {} is not in the database", quoted_name(mapping_ ? mapping_->table(own) : own)))
            .hint("Restore it without --mode first, or name the tables that are there (--tables).");
      }
      oids.insert(found->first);
    }
    if (choice.partial && oids.empty())
      throw Error(Kind::usage, "the archive has no rows of what is selected, so that --mode could bring them")
          .hint("Views and the like are restored without --mode; `pgcoffer inspect` lists the tables and their rows.");
    return oids;
  }

  [[nodiscard]] std::set<pg::Oid> picked() {
    std::set<pg::Oid> oids;
    for (const TableText& condition : where_) oids.insert(condition.table);
    const RestoreOptions& restore = options_.restore;
    if (!restore.tables.empty() || !restore.table_names.empty() || !restore.schemas.empty()) {
      for (const pg::Oid oid : selected()) {
        if (oids.contains(oid)) continue;
        throw Error(Kind::usage, fmt::format("table {} is selected, but no --where says which of its rows",
                                             quoted_name(tables_.at(oid).name)))
            .hint("--where alone selects tables. For all rows of one: --where 'TABLE: true'.");
      }
    }
    return reachable(tables_, keys_, std::move(oids), options_.follow);
  }

  void load() {
    Expected expected{chosen_.size(), 0};
    for (const TargetTable* table : chosen_)
      for (const archive::Part& part : table->archived->parts) expected.bytes += part.encoded_bytes;
    progress_.phase("rows", expected);
    for (TargetTable* table : chosen_) stage(*connection_, *reader_, *table, progress_);
    if (options_.verify && adds_rows()) verify_staging(*connection_, {chosen_.begin(), chosen_.end()}, *reader_);
    if (!where_.empty()) pick();
    place_hashed_rows(*connection_, chosen_);
    for (const TargetTable* table : chosen_) {
      const bool as_archived = all_rows() && !table->hashed_root;
      staged_.push_back(as_archived ? table->archived->rows : count_rows(*connection_, table->staging));
    }
  }

  /// To those that are there.
  [[nodiscard]] bool adds_rows() const {
    return options_.mode == MergeMode::append || options_.mode == MergeMode::upsert ||
           options_.mode == MergeMode::insert_missing;
  }

  [[nodiscard]] bool all_rows() const { return where_.empty() && !options_.restore.accept_edited; }

  void pick() {
    for (const TableText& condition : where_) {
      const TargetTable& table = tables_.at(condition.table);
      try {
        connection_->exec(fmt::format("UPDATE {} AS {} SET {} = true WHERE {}\n", table.staging,
                                      quote_always(condition.called), kPicked, condition.text));
      } catch (const Error& error) {
        if (error.kind() == Kind::interrupted) throw;
        throw Error(Kind::usage, fmt::format("--where: table {}: {}", quoted_name(table.name), error.message()))
            .hint(
                "Columns are the archive's, which are not the generated ones; functions and types outside of "
                "pg_catalog "
                "need their schema's name.")
            .sqlstate(error.sqlstate());
      }
    }
    warn_of_conditions_for_nothing();
    follow_rows(*connection_, tables_, keys_, options_.follow);
    for (const TargetTable* table : chosen_) keep_picked(*connection_, *table);
  }

  /// A partitioned table's condition stands there once for each partition.
  void warn_of_conditions_for_nothing() {
    std::map<std::string, std::uint64_t> rows;
    for (const TableText& condition : where_)
      rows[condition.called + ": " + condition.text] +=
          count_rows(*connection_, fmt::format("{} WHERE {}", tables_.at(condition.table).staging, kPicked));
    for (const auto& [condition, count] : rows)
      if (count == 0) warn({fmt::format("no row of the archive fulfils --where '{}'", condition)});
  }

  void change() {
    progress_.phase("merge", {});
    std::vector<const TargetTable*> tables(chosen_.begin(), chosen_.end());
    if (tables.empty()) return;
    warn_of_large_objects();
    const Losses losses =
        find_losses(*connection_, tables, keys_, options_.mode, !where_.empty(), reader_->manifest().created);
    report_.lost = losses.lines;
    ask();
    const bool point = !options_.restore_point.empty() && !options_.restore.dry_run;
    lock(tables, losses, point);
    refuse_new_losses(*connection_, tables, keys_, options_.mode, losses);
    if (tells_rows_apart(options_.mode)) check_keys(*connection_, tables);
    if (can_compare_whole_rows(options_.mode)) refuse_sparse_rows_without_key(tables);
    refuse_remaking_rows(*connection_, tables, keys_, options_.mode);
    if (point) make_restore_point(tables, losses);
    if (point && options_.mode == MergeMode::truncate) lock_tables(*connection_, losses.emptied, kAgainstAll);
    std::optional<SilentTriggers> silent;
    if (options_.disable_triggers) silent.emplace(*connection_, tables);
    if (silent && !silent->foreign_keys_too()) refuse_rules(*connection_, tables, options_.mode);
    const std::vector<restoring::SequenceMove> moves = find_sequence_moves(
        *connection_, tables, options_.mode == MergeMode::truncate || options_.mode == MergeMode::replace);
    if (options_.mode == MergeMode::truncate) empty(tables, losses);
    // Rows that are there stay as they are, whatever the archive has for them.
    if (options_.verify && options_.mode == MergeMode::insert_missing) mark_rows_that_are_there(*connection_, tables);
    // Rows that lack columns take numbers which no other row of the archive may have.
    const bool sparse = std::ranges::any_of(tables, [](const TargetTable* table) { return table->given.size() > 1; });
    if (sparse) warn(restoring::advance_sequences(*connection_, moves));
    find_before_triggers(*connection_, chosen_);
    const std::vector<Changes> changes = apply(*connection_, chosen_, keys_, options_.mode);
    refuse_suppressed(tables, changes);
    count_changes(changes);
    tell_aftermath(losses);
    if (silent) {
      silent->restore();
      if (silent->foreign_keys_too()) check_foreign_keys(*connection_, tables, keys_);
    }
    connection_->exec("SET CONSTRAINTS ALL IMMEDIATE");
    if (options_.verify) verify(tables);
    if (!options_.restore.dry_run) warn(restoring::advance_sequences(*connection_, moves));
  }

  void tell_aftermath(const Losses& losses) {
    using enum Silence;
    const Silence silence = !options_.disable_triggers ? none : may_silence_triggers(*connection_) ? all : each;
    warn(acting_triggers(*connection_, report_.tables, silence));
    std::vector<std::string> changed;
    for (const MergeReport::Table& table : report_.tables)
      if (table.inserted + table.updated + table.deleted > 0)
        changed.push_back(quote_always(QualifiedName{table.schema, table.name}));
    for (const QualifiedName& name : losses.beside) changed.push_back(quote_always(name));
    report_.refresh = refresh_statements(*connection_, changed);
    if (!report_.refresh.empty())
      warn({"materialized views show the rows from before: " + join(report_.refresh, "; ")});
  }

  void warn_of_large_objects() {
    const RestoreOptions& restore = options_.restore;
    const bool some = !where_.empty() || !restore.tables.empty() || !restore.table_names.empty() ||
                      !restore.objects.empty() || !restore.schemas.empty();
    const std::size_t count = reader_->manifest().large_objects.size();
    if (some || count == 0) return;
    warn({fmt::format("left out, since --mode is about tables: {}", counted(count, "large object"))});
  }

  void empty(const std::vector<const TargetTable*>& tables, const Losses& losses) {
    for (const TargetTable* table : tables) emptied_.push_back(count_rows(*connection_, table->sql()));
    for (const QualifiedName& name : losses.beside)
      cascaded_.push_back({name.schema, name.name, 0, 0, 0, count_rows(*connection_, quote_always(name))});
    connection_->exec("TRUNCATE " + join(losses.emptied, ", "));
  }

  void verify(const std::vector<const TargetTable*>& tables) {
    const std::vector<std::string> warnings = adds_rows() ? verify_staged(*connection_, tables, options_.mode)
                                                          : verify_merged(*connection_, tables, *reader_);
    warn(warnings);
  }

  /// Before anything is locked: somebody may think it over.
  void ask() const {
    if (report_.lost.empty() || options_.restore.dry_run) return;
    if (options_.confirm && options_.confirm(report_.database, report_.lost)) return;
    throw Error(Kind::usage, fmt::format("not confirmed: rows of database \"{}\" would be lost", report_.database))
        .hint("Type the database's name when asked, or say --yes. --restore-point PATH keeps what would be lost.");
  }

  /// Rows that are only added need no lock. What TRUNCATE needs is taken at once, since two who hold a weaker lock and
  /// want more stop one another; but while the restore point is dumped, its sessions must be able to read.
  void lock(const std::vector<const TargetTable*>& tables, const Losses& losses, bool point) {
    if (options_.mode == MergeMode::append) return;
    if (options_.mode == MergeMode::truncate && !point) return lock_tables(*connection_, losses.emptied, kAgainstAll);
    std::vector<std::string> names;
    for (const TargetTable* table : tables) names.push_back("ONLY " + table->sql());
    lock_tables(*connection_, std::move(names), kAgainstWriters);
  }

  void make_restore_point(const std::vector<const TargetTable*>& tables, const Losses& losses) {
    std::vector<std::string> names;
    for (const QualifiedName& name : losses.beside) names.push_back(quote_always(name));
    for (const TargetTable* table : tables) names.push_back(table->sql());
    dump_restore_point(options_.restore, options_.restore_point, names, reader_->manifest().encrypted, progress_,
                       stop_);
  }

  void count_changes(const std::vector<Changes>& changes) {
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const std::uint64_t emptied = emptied_.empty() ? 0 : emptied_[i];
      report_.tables.push_back({chosen_[i]->name.schema, chosen_[i]->name.name, staged_[i], changes[i].inserted,
                                changes[i].updated, changes[i].deleted + emptied});
    }
    report_.tables.insert(report_.tables.end(), cascaded_.begin(), cascaded_.end());
  }

  [[nodiscard]] Error unchanged(const Error& error) const {
    std::string hint = error.hint().empty() ? "" : error.hint() + " ";
    if (hint.empty() && error.kind() == Kind::permission) {
      hint = error.message().find("for sequence") != std::string::npos
                 ? "Merge as the sequence's owner, or as a role that may SELECT and UPDATE it, too. "
                 : "Merge as the tables' owner, or as a role that may SELECT, INSERT, UPDATE and DELETE there. ";
    }
    // 42P01, 42883, 42704: a relation, function or type is not known; our own statements name the schemas of all.
    const bool unknown = error.sqlstate() == "42P01" || error.sqlstate() == "42883" || error.sqlstate() == "42704";
    if (hint.empty() && unknown) {
      hint =
          "Triggers and defaults run with an empty search_path, as in pg_restore: give the function a search_path "
          "of its own (ALTER FUNCTION … SET search_path = …), or say --disable-triggers. ";
    }
    if (hint.empty() && error.sqlstate() == "23503" && !options_.where.empty())
      hint =
          "--follow parents takes along what the rows reference. Tables in a subselect of --where are those of the "
          "database, not of the archive. ";
    if (hint.empty() && error.message().find("violates partition constraint") != std::string::npos)
      hint =
          "In the database the partition has other bounds than in the archive, or the table is partitioned by the hash "
          "of values that have another one there (enums): a restore without --mode finds the partitions anew. ";
    return Error(error.kind(), error.message())
        .hint(hint + "Nothing was changed.")
        .sqlstate(error.sqlstate())
        .object(error.object());
  }

  void warn(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) progress_.warning(text);
    report_.warnings.insert(report_.warnings.end(), texts.begin(), texts.end());
  }

  const MergeOptions& options_;
  Progress& progress_;
  const std::stop_token& stop_;
  std::unique_ptr<archive::Reader> reader_;
  std::unique_ptr<pg::Connection> connection_;
  std::optional<restoring::LockWatch> watch_;
  std::optional<restoring::Mapping> mapping_;  ///< where tables have other names than in the archive
  Tables tables_;
  std::optional<Partitions> partitions_;
  std::vector<ForeignKey> keys_;
  std::vector<TableText> where_;
  std::vector<TargetTable*> chosen_;
  std::vector<std::uint64_t> staged_;         ///< rows of each of them that are to be merged
  std::vector<std::uint64_t> emptied_;        ///< rows of each that TRUNCATE took
  std::vector<MergeReport::Table> cascaded_;  ///< tables that it emptied beside them
  MergeReport report_;
};

}  // namespace
}  // namespace merging

MergeReport merge(const MergeOptions& options, Progress& progress, const std::stop_token& stop) {
  return merging::Merge(options, progress, stop).run();
}

}  // namespace pgcoffer
