#include "policy/composites.hpp"

#include <fmt/format.h>

#include <map>

#include "base/sql_tokens.hpp"
#include "policy/credential_names.hpp"
#include "policy/personal_names.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {
namespace {

using Fields = std::map<std::string, std::vector<std::string>>;  ///< of composite types, by their SQL names

/// Names in `CREATE TYPE s.t AS (name type, …)`.
std::vector<std::string> fields_of(const std::string& create_type) {
  std::vector<std::string> names;
  int depth = 0;
  bool next = false;
  for (const SqlToken& token : sql_tokens(create_type).value_or(SqlTokens())) {
    if (next && token.is_name()) names.push_back(token.text);
    next = false;
    if (token.is(SqlToken::Type::symbol, "(")) next = ++depth == 1;
    if (token.is(SqlToken::Type::symbol, ")")) --depth;
    if (token.is(SqlToken::Type::symbol, ",")) next = depth == 1;
  }
  return names;
}

Fields composite_types(const catalog::Catalog& catalog) {
  Fields types;
  for (const catalog::Table& table : catalog.tables) {
    for (const catalog::Column& column : table.columns) types[quote_ident(table.name)].push_back(column.name);
  }
  for (const catalog::Object& object : catalog.objects) {
    if (object.kind == "TYPE" && object.create_sql.find(" AS (") != std::string::npos)
      types[quote_ident(QualifiedName{object.schema, object.name})] = fields_of(object.create_sql);
  }
  return types;
}

/// As a column of such a type would be in a table that tells nothing more.
bool is_personal(const std::string& field) {
  catalog::Column column;
  column.name = field;
  column.type = column.full_type = column.base_type = "text";
  return personal_data_by_name(personal_words(field), column, {}).has_value();
}

}  // namespace

std::vector<std::string> told_by_composites(const catalog::Catalog& catalog, const Verdicts& verdicts, bool credentials,
                                            bool personal_data) {
  std::vector<std::string> warnings;
  if (!credentials && !personal_data) return warnings;
  const Fields types = composite_types(catalog);
  for (std::size_t i = 0; i < catalog.tables.size(); ++i) {
    const catalog::Table& table = catalog.tables[i];
    if (!table.rows_selected || verdicts.tables[i].action != TableAction::keep) continue;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (verdicts.tables[i].columns[c].action != ColumnAction::keep || !verdicts.tables[i].columns[c].rule.empty())
        continue;
      std::string type = table.columns[c].type;
      while (type.ends_with("[]")) type.resize(type.size() - 2);
      const auto found = types.find(type);
      if (found == types.end()) continue;
      for (const std::string& field : found->second) {
        const bool tells = (credentials && credential_by_name(field)) || (personal_data && is_personal(field));
        if (!tells) continue;
        warnings.push_back(
            fmt::format("column {} is kept, though its type {} has a field \"{}\": rules do not look into "
                        "such values; give the column a rule",
                        column_name(table, table.columns[c]), type, field));
        break;
      }
    }
  }
  return warnings;
}

}  // namespace pgcoffer::policy
