#include "merge/statement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "merge/staging.hpp"

namespace pgcoffer::merging {
namespace {

std::string list(const std::vector<std::string>& columns, std::string_view alias) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(fmt::format("{}{}", alias, quote_always(column)));
  return join(names, ", ");
}

std::string same_key(const TargetTable& table) {
  std::vector<std::string> terms;
  for (const KeyColumn& column : table.key)
    terms.push_back(fmt::format("t.{0} {1} s.{0}", quote_always(column.name), column.equals));
  return join(terms, " AND ");
}

/// By the bytes first, which is cheap, then by what people see: the same value may be stored in two ways.
std::string differs(const std::vector<std::string>& columns) {
  const std::string ours = "ROW(" + list(columns, "t.") + ")";
  const std::string theirs = "ROW(" + list(columns, "s.") + ")";
  return fmt::format("(pg_catalog.record_image_ne({0}, {1}) AND {0}::pg_catalog.text <> {1}::pg_catalog.text)", ours,
                     theirs);
}

/// An expression that is true once all of the parts have been run: reading their count runs them.
std::string after(const std::vector<std::string>& parts) {
  std::vector<std::string> counts;
  for (const std::string& part : parts) counts.push_back(fmt::format("(SELECT pg_catalog.count(*) FROM {})", part));
  return counts.empty() ? "true" : join(counts, " + ") + " >= 0";
}

class Statement {
 public:
  Statement(const std::vector<const TargetTable*>& tables, MergeMode mode) : tables_(tables), mode_(mode) {}

  std::string text() {
    for (std::size_t i = 0; i < tables_.size(); ++i) add(deleted_, "d", i, {delete_sql(*tables_[i])});
    updates_after_ = after(deleted_);
    for (std::size_t i = 0; i < tables_.size(); ++i) add(updated_, "u", i, for_each_given(i, &Statement::update_sql));
    std::vector<std::string> before = deleted_;
    before.insert(before.end(), updated_.begin(), updated_.end());
    inserts_after_ = after(before);
    std::vector<std::string> inserted;
    for (std::size_t i = 0; i < tables_.size(); ++i) add(inserted, "i", i, for_each_given(i, &Statement::insert_sql));
    return "WITH " + join(parts_, ",\n") + "\nSELECT " + join(results_, ", ");
  }

 private:
  using Sql = std::string (Statement::*)(const TargetTable&, std::size_t) const;

  [[nodiscard]] std::vector<std::string> for_each_given(std::size_t table, Sql sql) const {
    std::vector<std::string> texts;
    for (std::size_t given = 0; given < tables_[table]->given.size(); ++given)
      texts.push_back((this->*sql)(*tables_[table], given));
    return texts;
  }

  void add(std::vector<std::string>& names, const char* prefix, std::size_t index,
           const std::vector<std::string>& sql) {
    std::vector<std::string> counts = {"0"};
    for (std::size_t i = 0; i < sql.size(); ++i) {
      if (sql[i].empty()) continue;
      names.push_back(fmt::format("{}{}_{}", prefix, index, i));
      parts_.push_back(fmt::format("{} AS ({} RETURNING 1)", names.back(), sql[i]));
      counts.push_back(fmt::format("(SELECT pg_catalog.count(*) FROM {})", names.back()));
    }
    results_.push_back(fmt::format("{} AS {}{}", join(counts, " + "), prefix, index));
  }

  /// A condition that holds for rows with these columns; empty where all have all.
  [[nodiscard]] static std::string of_given(const TargetTable& table, std::size_t given) {
    return table.given.size() == 1 ? "" : fmt::format(" AND s.{} = {}", kGiven, given);
  }

  /// What a row lacks it keeps: only rows with all columns can be made anew.
  [[nodiscard]] static bool reinserts(const TargetTable& table, std::size_t given) {
    return table.reinsert && given == 0;
  }

  [[nodiscard]] MergeMode mode(const TargetTable& table) const {
    return mode_ == MergeMode::replace && table.by_key ? MergeMode::sync : mode_;
  }

  [[nodiscard]] bool overwrites(const TargetTable& table) const {
    return mode(table) == MergeMode::sync || mode(table) == MergeMode::upsert;
  }

  [[nodiscard]] std::string delete_sql(const TargetTable& table) const {
    const std::string from = fmt::format("DELETE FROM ONLY {} AS t", table.sql());
    if (mode(table) == MergeMode::replace) return from;
    std::vector<std::string> conditions;
    if (mode(table) == MergeMode::sync)
      conditions.push_back(fmt::format("NOT EXISTS (SELECT FROM {} AS s WHERE {})", table.staging, same_key(table)));
    if (overwrites(table) && table.reinsert)
      conditions.push_back(fmt::format("EXISTS (SELECT FROM {} AS s WHERE {} AND {}{})", table.staging, same_key(table),
                                       differs(table.writable), of_given(table, 0)));
    return conditions.empty() ? "" : from + " WHERE " + join(conditions, " OR ");
  }

  [[nodiscard]] std::string update_sql(const TargetTable& table, std::size_t given) const {
    if (!overwrites(table) || reinserts(table, given)) return "";
    const std::vector<std::string>& columns = table.given[given];
    std::vector<std::string> assignments;
    for (const std::string& column : columns) {
      if (std::ranges::find(table.key, column, &KeyColumn::name) == table.key.end())
        assignments.push_back(fmt::format("{0} = s.{0}", quote_always(column)));
    }
    if (assignments.empty()) return "";
    return fmt::format("UPDATE ONLY {} AS t SET {} FROM {} AS s WHERE {} AND {}{} AND {}", table.sql(),
                       join(assignments, ", "), table.staging, same_key(table), differs(columns),
                       of_given(table, given), updates_after_);
  }

  [[nodiscard]] std::string insert_sql(const TargetTable& table, std::size_t given) const {
    std::string conditions = inserts_after_ + of_given(table, given);
    if (needs_key(mode(table))) {
      const bool anew = overwrites(table) && reinserts(table, given);
      conditions += fmt::format(" AND NOT EXISTS (SELECT FROM ONLY {} AS t WHERE {}{})", table.sql(), same_key(table),
                                anew ? " AND NOT " + differs(table.writable) : "");
    }
    const std::vector<std::string>& given_columns = table.given[given];
    const std::string columns = given_columns.empty() ? "" : fmt::format(" ({})", list(given_columns, ""));
    return fmt::format("INSERT INTO {}{} OVERRIDING SYSTEM VALUE SELECT {} FROM {} AS s WHERE {}", table.sql(), columns,
                       list(given_columns, "s."), table.staging, conditions);
  }

  const std::vector<const TargetTable*>& tables_;
  MergeMode mode_;
  std::vector<std::string> parts_, results_, deleted_, updated_;
  std::string updates_after_, inserts_after_;
};

}  // namespace

std::string merge_statement(const std::vector<const TargetTable*>& tables, MergeMode mode) {
  return Statement(tables, mode).text();
}

bool needs_key(MergeMode mode) {
  return mode == MergeMode::upsert || mode == MergeMode::insert_missing || mode == MergeMode::sync;
}

}  // namespace pgcoffer::merging
