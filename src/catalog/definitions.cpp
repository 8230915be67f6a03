#include "catalog/definitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "catalog/races.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr Oid text_type = 25, varchar_type = 1043;

const Column* column_at(const Table& table, std::int64_t attnum) {
  const auto found = std::ranges::lower_bound(table.columns, attnum, {}, &Column::attnum);
  return found == table.columns.end() || found->attnum != attnum ? nullptr : &*found;
}

/// "a, b": empty when one of them is not a column.
std::string column_list(const Table& table, const std::vector<std::int64_t>& attnums) {
  std::string list;
  for (const std::int64_t attnum : attnums) {
    const Column* const column = column_at(table, attnum);
    if (column == nullptr) return "";
    list.append(list.empty() ? "" : ", ").append(quote_ident(column->name));
  }
  return list;
}

std::string_view direction(std::int64_t option) {
  constexpr std::int64_t descending = 1, nulls_first = 2;
  const bool first = (option & nulls_first) != 0;
  if ((option & descending) != 0) return first ? " DESC" : " DESC NULLS LAST";
  return first ? " NULLS FIRST" : "";
}

/// The columns of an index: those of its key, then those it includes.
struct IndexColumns {
  std::vector<std::int64_t> key, included;
};

IndexColumns index_columns(const pg::Row& row) {
  IndexColumns columns{numbers(row["indkey"].view()), {}};
  const auto end_of_key = columns.key.begin() + row["indnkeyatts"].as_int();
  columns.included.assign(end_of_key, columns.key.end());
  columns.key.erase(end_of_key, columns.key.end());
  return columns;
}

/// " INCLUDE (c)", or nothing.
std::optional<std::string> include_clause(const Table& table, const std::vector<std::int64_t>& included) {
  if (included.empty()) return "";
  const std::string list = column_list(table, included);
  if (list.empty()) return std::nullopt;
  return fmt::format(" INCLUDE ({})", list);
}

std::string_view action_words(char action) {
  switch (action) {
    case 'r':
      return "RESTRICT";
    case 'c':
      return "CASCADE";
    case 'n':
      return "SET NULL";
    case 'd':
      return "SET DEFAULT";
    default:
      return "";
  }
}

std::string deferrable_words(const pg::Row& row) {
  return fmt::format("{}{}", row["condeferrable"].as_bool() ? " DEFERRABLE" : "",
                     row["condeferred"].as_bool() ? " INITIALLY DEFERRED" : "");
}

}  // namespace

std::vector<std::int64_t> numbers(std::string_view text) {
  std::vector<std::int64_t> all;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) all.push_back(number);
    at = error == std::errc() ? next : at + 1;
  }
  return all;
}

std::vector<std::string> column_names(const Table& table, const std::vector<std::int64_t>& attnums) {
  std::vector<std::string> names;
  for (const std::int64_t attnum : attnums) {
    const Column* const column = column_at(table, attnum);
    names.push_back(column == nullptr ? "" : column->name);
  }
  return names;
}

DefaultOperatorClasses::DefaultOperatorClasses(Builder& builder) {
  for (const auto row :
       builder.connection.query("SELECT oid, opcmethod, opcintype FROM pg_catalog.pg_opclass WHERE opcdefault")) {
    const Class each{row["opcmethod"].as_oid(), row["opcintype"].as_oid()};
    classes_.emplace(row["oid"].as_oid(), each);
    if (each.type == varchar_type) own_for_varchar_[each.method] = true;
  }
}

bool DefaultOperatorClasses::is_default(Oid operator_class, Oid column_type) const {
  const auto found = classes_.find(operator_class);
  if (found == classes_.end()) return false;
  if (found->second.type == column_type) return true;
  // A varchar is indexed as text, the preferred one of the types that it is the same bytes as.
  return column_type == varchar_type && found->second.type == text_type &&
         !own_for_varchar_.contains(found->second.method);
}

void Definitions::ask(Builder& builder, std::string_view function, const std::vector<Oid>& oids) {
  if (oids.empty()) return;
  const auto rows = builder.connection.query(fmt::format(
      "SELECT wanted.oid, pg_catalog.{}(wanted.oid) AS definition FROM pg_catalog.unnest({}) AS wanted(oid)", function,
      oid_array(oids)));
  for (const auto row : rows)
    if (!row["definition"].is_null()) add(row["oid"].as_oid(), row["definition"].str());
}

const std::string& Definitions::at(Oid oid, std::string_view kind, std::string_view name) const {
  const auto found = found_.find(oid);
  if (found == found_.end()) throw catalog_changed(fmt::format("{} \"{}\"", kind, name));
  return found->second;
}

std::optional<std::string> plain_index_definition(const Table& table, const pg::Row& row,
                                                  const DefaultOperatorClasses& classes) {
  if (row["expressions"].as_bool() || row["partial"].as_bool() || row["nulls_not_distinct"].as_bool() ||
      !row["reloptions"].is_null()) {
    return std::nullopt;
  }
  const auto operator_classes = numbers(row["indclass"].view());
  const auto collations = numbers(row["indcollation"].view());
  const auto options = numbers(row["indoption"].view());
  const IndexColumns columns = index_columns(row);
  const std::string_view method = row["amname"].view();
  std::string list;
  for (std::size_t i = 0; i < columns.key.size(); ++i) {
    const Column* const column = column_at(table, columns.key[i]);
    // Only btree orders; for other methods that somebody wrote the server knows what the options mean.
    if (column == nullptr || (collations[i] != 0 && collations[i] != column->collation) ||
        !classes.is_default(static_cast<Oid>(operator_classes[i]), column->type_oid) ||
        (options[i] != 0 && method != "btree")) {
      return std::nullopt;
    }
    list.append(list.empty() ? "" : ", ").append(quote_ident(column->name)).append(direction(options[i]));
  }
  const auto include = include_clause(table, columns.included);
  if (!include) return std::nullopt;
  return fmt::format("CREATE {}INDEX {} ON {}{} USING {} ({}){}", row["indisunique"].as_bool() ? "UNIQUE " : "",
                     quote_ident(row["relname"].view()), row["relkind"].as_char() == 'I' ? "ONLY " : "",
                     quote_ident(table.name), quote_ident(method), list, *include);
}

std::optional<std::string> plain_key_definition(const Table& table, const pg::Row& row) {
  const char kind = row["contype"].as_char();
  if ((kind != 'p' && kind != 'u') || row["period"].as_bool() || row["nulls_not_distinct"].as_bool())
    return std::nullopt;
  const IndexColumns columns = index_columns(row);
  const std::string key = column_list(table, columns.key);
  const auto include = include_clause(table, columns.included);
  if (key.empty() || !include) return std::nullopt;
  return fmt::format("{} ({}){}{}", kind == 'p' ? "PRIMARY KEY" : "UNIQUE", key, *include, deferrable_words(row));
}

std::optional<std::string> plain_foreign_key_definition(const Table& table, const Table& referenced,
                                                        const pg::Row& row) {
  if (row["period"].as_bool()) return std::nullopt;
  const std::string columns = column_list(table, numbers(row["conkey"].view()));
  const std::string other = column_list(referenced, numbers(row["confkey"].view()));
  if (columns.empty() || other.empty()) return std::nullopt;
  std::string sql = fmt::format("FOREIGN KEY ({}) REFERENCES {}({})", columns, quote_ident(referenced.name), other);
  if (row["confmatchtype"].as_char() == 'f') sql += " MATCH FULL";
  if (const auto words = action_words(row["confupdtype"].as_char()); !words.empty())
    sql.append(" ON UPDATE ").append(words);
  if (const auto words = action_words(row["confdeltype"].as_char()); !words.empty())
    sql.append(" ON DELETE ").append(words);
  if (const auto some = row["delete_columns"]; !some.is_null())
    sql += fmt::format(" ({})", column_list(table, numbers(some.view())));
  sql += deferrable_words(row);
  if (!row["enforced"].as_bool())
    sql += " NOT ENFORCED";
  else if (!row["convalidated"].as_bool())
    sql += " NOT VALID";
  return sql;
}

}  // namespace pgcoffer::catalog
