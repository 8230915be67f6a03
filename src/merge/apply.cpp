#include "merge/apply.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "merge/aside.hpp"
#include "merge/cascades.hpp"
#include "merge/statement.hpp"
#include "merge/suppressed.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::merging {
namespace {

/// Of a unique index or an exclusion constraint.
bool stands_in_the_way(const Error& error) {
  return error.sqlstate() == "23505" || error.sqlstate() == "23P01";
}

class Application {
 public:
  Application(pg::Connection& connection, const std::vector<TargetTable*>& tables, const std::vector<ForeignKey>& keys,
              MergeMode mode)
      : connection_(connection), tables_(tables), keys_(keys), mode_(mode) {
    for (const TargetTable* table : tables_) {
      if (overwrites_rows(*table, mode)) overwritten_.push_back(table);
    }
  }

  std::vector<Changes> run() {
    connection_.exec("SAVEPOINT pgcoffer_merge");
    std::vector<Changes> changes = first();
    if (!overwritten_.empty()) settle(changes);
    return changes;
  }

 private:
  std::vector<Changes> first() {
    try {
      return statement(mode_);
    } catch (const Error& error) {
      if (!stands_in_the_way(error)) throw;
      if (overwritten_.empty()) throw with_hint(error, why_in_the_way());
      return with_values_aside(error);
    }
  }

  /// Actions of foreign keys come when the statement has ended, and may change rows that it made right, or found so.
  void settle(std::vector<Changes>& changes) {
    constexpr int rounds = 5;
    for (int round = 0; round < rounds && undone(); ++round) {
      const std::vector<Changes> more = statement(mode_ == MergeMode::upsert ? mode_ : MergeMode::sync);
      for (std::size_t i = 0; i < more.size(); ++i) changes[i] += more[i];
    }
    if (undone())
      throw Error(Kind::failed, "foreign keys with ON DELETE or ON UPDATE actions keep rows from being the archive's")
          .hint("--disable-triggers keeps them from acting, for a superuser.");
  }

  /// Whether a table lacks rows of the archive, or has others in the columns of a key that may have acted.
  [[nodiscard]] bool undone() {
    return std::ranges::any_of(tables_, [&](const TargetTable* table) {
      return std::ranges::any_of(keys_, [&](const ForeignKey& key) {
        const bool child = std::ranges::find(key.children, table->oid) != key.children.end();
        return child && may_undo(key, tables_) &&
               !connection_.query(fmt::format("SELECT FROM {} LIMIT 1", lost_rows(*table, key.child_columns))).empty();
      });
    });
  }

  std::vector<Changes> statement(MergeMode mode) {
    const std::vector<const TargetTable*> tables(tables_.begin(), tables_.end());
    const pg::Result result = connection_.query(merge_statement(tables, mode));
    const auto value = [&](std::size_t column) {
      return static_cast<std::uint64_t>(result.at(0, static_cast<int>(column)).as_int());
    };
    std::vector<Changes> changes;
    const std::size_t n = tables.size();
    for (std::size_t i = 0; i < n; ++i)
      changes.push_back(
          {value(i + 2 * n), value(i + n), value(i), value(i + 5 * n), value(i + 4 * n), value(i + 3 * n)});
    return changes;
  }

  void undo() { connection_.exec("ROLLBACK TO SAVEPOINT pgcoffer_merge"); }

  [[nodiscard]] std::string why_in_the_way() {
    undo();
    if (mode_ == MergeMode::replace && std::ranges::any_of(tables_, keeps_rows))
      return "A trigger may keep rows from being deleted: --disable-triggers lets none fire, unless it is ENABLE "
             "ALWAYS.";
    if (mode_ == MergeMode::append &&
        std::ranges::any_of(tables_, [&](const auto* table) { return has_keys_of(*table); }))
      return "Rows with these keys are there: --mode insert-missing leaves them, upsert overwrites them.";
    if (mode_ == MergeMode::append || mode_ == MergeMode::insert_missing)
      return "The rows that are there have other primary keys, by which insert-missing and upsert tell rows apart: say "
             "--mode with --key 'TABLE: column, column' that names the columns of this constraint.";
    return "";
  }

  [[nodiscard]] static bool keeps_rows(const TargetTable* table) { return (table->before_triggers & kOnDelete) != 0; }

  [[nodiscard]] bool has_keys_of(const TargetTable& table) {
    return !table.key.empty() && !connection_
                                      .query(fmt::format("SELECT FROM ONLY {} AS t, {} AS s WHERE {} LIMIT 1",
                                                         table.sql(), table.staging, same_key(table)))
                                      .empty();
  }

  std::vector<Changes> with_values_aside(const Error& first) {
    undo();
    const std::vector<std::string> stuck = move_values_aside(connection_, overwritten_, keys_);
    try {
      return statement(mode_);
    } catch (const Error& error) {
      if (!stands_in_the_way(error)) throw;
      if (may_make_anew()) return with_rows_anew();
      throw with_hint(first, stuck.empty() ? "A row that stays in the database has the value of one of the archive."
                                           : way_out(stuck));
    }
  }

  std::vector<Changes> with_rows_anew() {
    undo();
    for (TargetTable* table : tables_) table->reinsert = true;
    return statement(mode_);
  }

  /// Rows that are deleted, if only to be inserted again, would take others with them, and values that only they have.
  [[nodiscard]] bool may_make_anew() const {
    return std::ranges::all_of(overwritten_, [&](const TargetTable* table) {
      return table->not_archived().empty() &&
             std::ranges::none_of(keys_, [&](const ForeignKey& key) { return acts_on_delete(key, *table); });
    });
  }

  [[nodiscard]] static std::string way_out(const std::vector<std::string>& stuck) {
    return fmt::format(
        "Values change hands between rows, and no other value is allowed meanwhile in: {}. Make the constraint "
        "DEFERRABLE, or drop it for the merge (where foreign keys reference it: drop these and it); --mode truncate "
        "empties the tables first, with those that reference "
        "them.",
        join_first(stuck));
  }

  [[nodiscard]] static Error with_hint(const Error& error, const std::string& hint) {
    return Error(error.kind(), error.message()).hint(hint).sqlstate(error.sqlstate()).object(error.object());
  }

  pg::Connection& connection_;
  const std::vector<TargetTable*>& tables_;
  const std::vector<ForeignKey>& keys_;
  MergeMode mode_;
  std::vector<const TargetTable*> overwritten_;
};

}  // namespace

Changes& Changes::operator+=(const Changes& more) {
  inserted += more.inserted;
  updated += more.updated;
  deleted += more.deleted;
  all_inserted += more.all_inserted;
  all_updated += more.all_updated;
  all_deleted += more.all_deleted;
  return *this;
}

std::vector<Changes> apply(pg::Connection& connection, const std::vector<TargetTable*>& tables,
                           const std::vector<ForeignKey>& keys, MergeMode mode) {
  return Application(connection, tables, keys, mode).run();
}

}  // namespace pgcoffer::merging
