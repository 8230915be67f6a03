#include "pgdump/entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "pgdump/tables.hpp"

namespace pgcoffer::pgdump {

std::string name_of(const Entry& entry) {
  if (entry.kind == "CAST" || entry.kind == "TRANSFORM")
    return entry.name.starts_with(entry.kind + " ") ? entry.name.substr(entry.kind.size() + 1) : entry.name;
  const bool is_operator = entry.kind == "OPERATOR";
  if (!is_operator && entry.kind != "OPERATOR CLASS" && entry.kind != "OPERATOR FAMILY") return entry.name;
  // Scripts have no DROP, but say whose it is.
  const std::string sql =
      entry.drop.empty() ? entry.owner_sql.substr(0, entry.owner_sql.find(" OWNER TO ")) : entry.drop;
  const std::size_t at = sql.rfind(is_operator ? "." + entry.name + " (" : " USING ");
  if (at == std::string::npos) return entry.name;
  const std::size_t end = std::min(sql.find(';', at), sql.size());
  return is_operator ? sql.substr(at + 1, end - at - 1) : entry.name + sql.substr(at, end - at);
}

std::string owner_sql(const Entry& entry) {
  // The same kinds as pg_restore's: others have no owner, or that of what they belong to.
  constexpr std::array<std::string_view, 12> in_schema = {"COLLATION",
                                                          "CONVERSION",
                                                          "DOMAIN",
                                                          "FOREIGN TABLE",
                                                          "MATERIALIZED VIEW",
                                                          "SEQUENCE",
                                                          "STATISTICS",
                                                          "TABLE",
                                                          "TEXT SEARCH CONFIGURATION",
                                                          "TEXT SEARCH DICTIONARY",
                                                          "TYPE",
                                                          "VIEW"};
  constexpr std::array<std::string_view, 7> alone = {
      "EVENT TRIGGER", "FOREIGN DATA WRAPPER", "PROCEDURAL LANGUAGE", "PUBLICATION", "SCHEMA",
      "SERVER",        "SUBSCRIPTION"};
  constexpr std::array<std::string_view, 6> with_arguments = {"AGGREGATE",      "FUNCTION",        "OPERATOR",
                                                              "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURE"};
  if (entry.owner.empty() || entry.drop.empty()) return {};
  std::string object;
  if (is_one_of(entry.kind, in_schema)) {
    object = fmt::format("{} {}", entry.kind, quote_ident(QualifiedName{entry.schema, entry.name}));
  } else if (is_one_of(entry.kind, alone)) {
    object = fmt::format("{} {}", entry.kind, quote_ident(entry.name));
  } else if (entry.kind == "BLOB") {
    object = fmt::format("LARGE OBJECT {}", entry.name);
  } else if (is_one_of(entry.kind, with_arguments) && entry.drop.starts_with("DROP ")) {
    object = entry.drop.substr(5, entry.drop.rfind(';') - 5);  // it alone tells the arguments
  } else {
    return {};
  }
  return fmt::format("ALTER {} OWNER TO {};\n", object, quote_ident(entry.owner));
}

bool is_partitioned(const Entry& entry) {
  return entry.relation_kind == 'p' || entry.create.find("\nPARTITION BY ") != std::string::npos;
}

bool is_of_large_objects(const Entry& entry) {
  const bool describes = entry.kind == "COMMENT" || entry.kind == "SECURITY LABEL" || entry.kind == "ACL";
  return entry.kind == "BLOB" || (describes && entry.name.starts_with("LARGE OBJECT") &&
                                  entry.create.find(" ON LARGE OBJECT ") != std::string::npos);
}

}  // namespace pgcoffer::pgdump
