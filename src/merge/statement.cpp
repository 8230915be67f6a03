#include "merge/statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "merge/staging.hpp"
#include "merge/suppressed.hpp"

namespace pgcoffer::merging {
namespace {

std::string list(const std::vector<std::string>& columns, std::string_view alias) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(fmt::format("{}{}", alias, quote_always(column)));
  return join(names, ", ");
}

/// Rows by what they hold, numbered among those that hold the same. `columns` come along.
std::string numbered(const TargetTable& table, const std::string& from, const std::string& columns,
                     const std::string& alias = "") {
  const std::string row = "ROW(" + list(table.writable, "") + ")::pg_catalog.text";
  return fmt::format(
      "(SELECT {0}{1}{2} AS pgcoffer_row, pg_catalog.row_number() OVER (PARTITION BY {2}) AS pgcoffer_number FROM "
      "{3}{4})",
      columns, columns.empty() ? "" : ", ", row, from, alias);
}

/// That there is no such row as `of`, which comes from numbered().
std::string missing(const TargetTable& table, const std::string& from, const std::string& of = "a") {
  return fmt::format(
      "NOT EXISTS (SELECT FROM {} AS b WHERE b.pgcoffer_row = {}.pgcoffer_row AND b.pgcoffer_number = "
      "{}.pgcoffer_number)",
      numbered(table, from, ""), of, of);
}

/// An expression that is true once all of the parts have been run: reading their count runs them.
std::string after(const std::vector<std::string>& parts) {
  std::vector<std::string> counts;
  for (const std::string& part : parts) counts.push_back(fmt::format("(SELECT pg_catalog.count(*) FROM {})", part));
  return counts.empty() ? "true" : join(counts, " + ") + " >= 0";
}

MergeMode mode_of(const TargetTable& table, MergeMode mode) {
  return mode == MergeMode::replace && table.by_key ? MergeMode::sync : mode;
}

/// Rows that are changed in one way.
struct Part {
  std::string change;     ///< the command, without a condition
  std::string rows;       ///< what follows SELECT … FROM to get these rows
  std::string condition;  ///< empty: all of them
  std::string after;      ///< and what has to be done before
};

std::string where(const std::string& condition, const std::string& after) {
  if (condition.empty() && after.empty()) return "";
  return " WHERE " + condition + (condition.empty() || after.empty() ? "" : " AND ") + after;
}

class Statement {
 public:
  Statement(const std::vector<const TargetTable*>& tables, MergeMode mode) : tables_(tables), mode_(mode) {}

  std::string text() {
    for (std::size_t i = 0; i < tables_.size(); ++i) add(deleted_, 'd', i, {deletion(*tables_[i])});
    updates_after_ = after(deleted_);
    for (std::size_t i = 0; i < tables_.size(); ++i) add(updated_, 'u', i, for_each_given(i, &Statement::update));
    std::vector<std::string> before = deleted_;
    before.insert(before.end(), updated_.begin(), updated_.end());
    inserts_after_ = after(before);
    std::vector<std::string> inserted;
    for (std::size_t i = 0; i < tables_.size(); ++i) add(inserted, 'i', i, for_each_given(i, &Statement::insertion));
    return "WITH " + join(parts_, ",\n") + "\nSELECT " + join(results_, ", ") + ", " + join(expected_, ", ");
  }

 private:
  using Parts = std::vector<std::optional<Part>>;
  using PartOf = std::optional<Part> (Statement::*)(const TargetTable&, std::size_t) const;

  [[nodiscard]] Parts for_each_given(std::size_t table, PartOf part) const {
    Parts parts;
    for (std::size_t given = 0; given < tables_[table]->given.size(); ++given)
      parts.push_back((this->*part)(*tables_[table], given));
    return parts;
  }

  void add(std::vector<std::string>& names, char kind, std::size_t index, const Parts& parts) {
    const int event = kind == 'd' ? kOnDelete : kind == 'u' ? kOnUpdate : kOnInsert;
    const bool expects = (tables_[index]->before_triggers & event) != 0;
    std::vector<std::string> counts = {"0"}, expected = {"0"};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i]) continue;
      const Part& part = *parts[i];
      names.push_back(fmt::format("{}{}_{}", kind, index, i));
      parts_.push_back(
          fmt::format("{} AS ({}{} RETURNING 1)", names.back(), part.change, where(part.condition, part.after)));
      counts.push_back(fmt::format("(SELECT pg_catalog.count(*) FROM {})", names.back()));
      // Of the same snapshot: what the statement changes, and what triggers do, is not seen.
      if (expects)
        expected.push_back(fmt::format("(SELECT pg_catalog.count(*) FROM {}{})", part.rows, where(part.condition, "")));
    }
    results_.push_back(fmt::format("{} AS {}{}", join(counts, " + "), kind, index));
    expected_.push_back(fmt::format("{} AS {}{}_all", join(expected, " + "), kind, index));
  }

  /// A condition that holds for rows with these columns; empty where all have all.
  [[nodiscard]] static std::string of_given(const TargetTable& table, std::size_t given) {
    return table.given.size() == 1 ? "" : fmt::format(" AND s.{} = {}", kGiven, given);
  }

  /// When a row that both have is made anew rather than updated; empty: never. What a row lacks it keeps: only rows
  /// with all columns can be made anew.
  [[nodiscard]] static std::string anew(const TargetTable& table, std::size_t given) {
    if (given != 0) return "";
    if (table.reinsert) return differs(table.writable);
    return made_anew(table);
  }

  [[nodiscard]] MergeMode mode(const TargetTable& table) const { return mode_of(table, mode_); }

  [[nodiscard]] bool overwrites(const TargetTable& table) const { return overwrites_rows(table, mode_); }

  /// Rows without a key are the same if all of them is, and as many are wanted as the archive has.
  [[nodiscard]] bool by_whole_rows(const TargetTable& table) const {
    return can_compare_whole_rows(mode(table)) && table.key.empty();
  }

  [[nodiscard]] std::optional<Part> deletion(const TargetTable& table) const {
    const std::string rows = fmt::format("ONLY {} AS t", table.sql());
    const std::string change = "DELETE FROM " + rows;
    if (mode(table) == MergeMode::replace) return Part{change, rows, "", ""};
    if (by_whole_rows(table)) {
      if (mode(table) != MergeMode::sync) return std::nullopt;
      return Part{change, rows,
                  fmt::format("t.ctid = ANY (ARRAY(SELECT a.ctid FROM {} AS a WHERE {}))",
                              numbered(table, "ONLY " + table.sql(), "ctid"), missing(table, table.staging)),
                  ""};
    }
    std::vector<std::string> conditions;
    if (mode(table) == MergeMode::sync)
      conditions.push_back(fmt::format("NOT EXISTS (SELECT FROM {} AS s WHERE {})", table.staging, same_key(table)));
    if (const std::string made_anew = anew(table, 0); overwrites(table) && !made_anew.empty())
      conditions.push_back(fmt::format("EXISTS (SELECT FROM {} AS s WHERE {} AND {}{})", table.staging, same_key(table),
                                       made_anew, of_given(table, 0)));
    if (conditions.empty()) return std::nullopt;
    return Part{change, rows, join(conditions, " OR "), ""};
  }

  [[nodiscard]] std::optional<Part> update(const TargetTable& table, std::size_t given) const {
    const bool never = table.reinsert && given == 0;
    if (!overwrites(table) || never || by_whole_rows(table)) return std::nullopt;
    const std::vector<std::string>& columns = table.given[given];
    const std::string not_these = anew(table, given);
    const std::vector<std::string> fixed = not_these.empty() ? std::vector<std::string>() : table.fixed();
    std::vector<std::string> assignments;
    for (const std::string& column : columns) {
      // Keys, too: equal values may be written otherwise (1.0 and 1.00).
      if (!is_fixed_key(table, column) && std::ranges::find(fixed, column) == fixed.end())
        assignments.push_back(fmt::format("{0} = s.{0}", quote_always(column)));
    }
    if (assignments.empty()) return std::nullopt;
    return Part{
        fmt::format("UPDATE ONLY {} AS t SET {} FROM {} AS s", table.sql(), join(assignments, ", "), table.staging),
        fmt::format("ONLY {} AS t, {} AS s", table.sql(), table.staging),
        fmt::format("{} AND ({} OR s.{}){}{}", same_key(table), differs(columns), kMoved,
                    not_these.empty() ? "" : " AND NOT " + not_these, of_given(table, given)),
        updates_after_};
  }

  [[nodiscard]] std::optional<Part> insertion(const TargetTable& table, std::size_t given) const {
    std::string condition = "true" + of_given(table, given);
    std::string rows = table.staging + " AS s";
    if (by_whole_rows(table)) {
      rows = numbered(table, table.staging, "s.*", " AS s") + " AS s";
      condition += " AND " + missing(table, "ONLY " + table.sql(), "s");
    } else if (tells_rows_apart(mode(table))) {
      const std::string made_anew = overwrites(table) ? anew(table, given) : "";
      condition += fmt::format(" AND NOT EXISTS (SELECT FROM ONLY {} AS t WHERE {}{})", table.sql(), same_key(table),
                               made_anew.empty() ? "" : " AND NOT " + made_anew);
    }
    const std::vector<std::string>& given_columns = table.given[given];
    const std::string columns = given_columns.empty() ? "" : fmt::format(" ({})", list(given_columns, ""));
    return Part{fmt::format("INSERT INTO {}{} OVERRIDING SYSTEM VALUE SELECT {} FROM {}", table.sql(), columns,
                            list(given_columns, "s."), rows),
                rows, condition, inserts_after_};
  }

  /// GENERATED ALWAYS AS IDENTITY takes no value in an update.
  [[nodiscard]] static bool is_fixed_key(const TargetTable& table, const std::string& column) {
    const auto found = std::ranges::find(table.columns, column, &TargetColumn::name);
    return found != table.columns.end() && found->identity_always &&
           std::ranges::find(table.key, column, &KeyColumn::name) != table.key.end();
  }

  const std::vector<const TargetTable*>& tables_;
  MergeMode mode_;
  std::vector<std::string> parts_, results_, expected_, deleted_, updated_;
  std::string updates_after_, inserts_after_;
};

}  // namespace

std::string made_anew(const TargetTable& table) {
  const std::vector<std::string> fixed = table.fixed();
  if (fixed.empty()) return "";
  return fmt::format("(ROW({}) IS DISTINCT FROM ROW({}))", list(fixed, "t."), list(fixed, "s."));
}

std::string same_key(const TargetTable& table) {
  std::vector<std::string> terms;
  for (const KeyColumn& column : table.key)
    terms.push_back(fmt::format("t.{0} {1} s.{0}", quote_always(column.name), column.equals));
  return join(terms, " AND ");
}

std::string differs(const std::vector<std::string>& columns) {
  const std::string ours = "ROW(" + list(columns, "t.") + ")";
  const std::string theirs = "ROW(" + list(columns, "s.") + ")";
  return fmt::format("(pg_catalog.record_image_ne({0}, {1}) AND {0}::pg_catalog.text <> {1}::pg_catalog.text)", ours,
                     theirs);
}

std::string lost_whole_rows(const TargetTable& table) {
  return fmt::format("{} AS a WHERE {}", numbered(table, table.staging, ""), missing(table, "ONLY " + table.sql()));
}

std::string lost_rows(const TargetTable& table, const std::vector<std::string>& columns) {
  if (table.key.empty()) return lost_whole_rows(table);
  std::vector<std::string> all_there;
  for (std::size_t given = 0; given < table.given.size(); ++given) {
    std::vector<std::string> compared;
    std::ranges::copy_if(columns, std::back_inserter(compared), [&](const std::string& column) {
      return std::ranges::find(table.given[given], column) != table.given[given].end();
    });
    all_there.push_back(
        fmt::format("s.{} = {}{}", kGiven, given, compared.empty() ? "" : " AND NOT " + differs(compared)));
  }
  return fmt::format("{} AS s WHERE NOT EXISTS (SELECT FROM ONLY {} AS t WHERE {} AND ({}))", table.staging,
                     table.sql(), same_key(table), join(all_there, " OR "));
}

std::string merge_statement(const std::vector<const TargetTable*>& tables, MergeMode mode) {
  return Statement(tables, mode).text();
}

bool overwrites_rows(const TargetTable& table, MergeMode mode) {
  return mode_of(table, mode) == MergeMode::sync || mode_of(table, mode) == MergeMode::upsert;
}

bool exchanges_all_rows(MergeMode mode) {
  return mode == MergeMode::truncate || mode == MergeMode::replace || mode == MergeMode::sync;
}

bool tells_rows_apart(MergeMode mode) {
  return mode == MergeMode::upsert || can_compare_whole_rows(mode);
}

bool can_compare_whole_rows(MergeMode mode) {
  return mode == MergeMode::insert_missing || mode == MergeMode::sync;
}

}  // namespace pgcoffer::merging
