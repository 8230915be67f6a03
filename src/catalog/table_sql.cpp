#include <fmt/format.h>

#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

bool inside(const Builder& builder, const std::optional<std::size_t>& entry) {
  return entry && builder.entries[*entry].inside.has_value();
}

std::string default_clause(const ColumnDetails& column) {
  switch (column.generated) {
    case 's':
      return fmt::format(" GENERATED ALWAYS AS ({}) STORED", *column.default_expression);
    case 'v':
      return fmt::format(" GENERATED ALWAYS AS ({})", *column.default_expression);
    default:
      return " DEFAULT " + *column.default_expression;
  }
}

std::string not_null_words(const ColumnDetails& column) {
  std::string words;
  if (!column.not_null_name.empty()) words = fmt::format("CONSTRAINT {} ", quote_ident(column.not_null_name));
  return words + "NOT NULL";
}

std::string column_definition(const Builder& builder, const Relation& relation, const ColumnDetails& column) {
  std::string text = quote_ident(column.name);
  const bool with_default = column.default_expression && inside(builder, column.default_entry);
  const bool with_not_null = column.not_null && (column.not_null_local || relation.partition);
  if (!relation.of_type.empty()) {
    if (!with_default && !with_not_null) return "";
    text += " WITH OPTIONS";
  } else {
    text += " " + column.type;
    if (!column.collation.empty()) text += " COLLATE " + column.collation;
  }
  if (with_default) text += default_clause(column);
  if (with_not_null) text += " " + not_null_words(column) + (column.not_null_no_inherit ? " NO INHERIT" : "");
  return text;
}

// A column that a parent brings, with a NOT NULL of its own: 18 takes it as a constraint of the table.
std::string inherited_not_null(const ColumnDetails& column) {
  return fmt::format("{} {}{}", not_null_words(column), quote_ident(column.name),
                     column.not_null_no_inherit ? " NO INHERIT" : "");
}

std::vector<std::string> definition_items(const Builder& builder, const Relation& relation) {
  std::vector<std::string> items;
  for (const auto& column : relation.columns) {
    if (relation.declares(column)) {
      if (auto text = column_definition(builder, relation, column); !text.empty()) items.push_back(std::move(text));
    } else if (builder.version >= 180000 && column.not_null && column.not_null_local) {
      items.push_back(inherited_not_null(column));
    }
  }
  for (const std::size_t check : relation.checks) {
    const Entry& entry = builder.entries[check];
    if (entry.inside) items.push_back(entry.object.create_sql);
  }
  return items;
}

std::string storage_options(const Relation& relation) {
  std::string options = option_list(relation.options);
  const std::string toast = option_list(relation.toast_options, "toast.");
  if (!options.empty() && !toast.empty()) options += ", ";
  options += toast;
  return options.empty() ? "" : fmt::format("\nWITH ({})", options);
}

std::string create_table(const Builder& builder, const Relation& relation) {
  std::string sql = fmt::format("CREATE {}{}TABLE {}", relation.persistence == 'u' ? "UNLOGGED " : "",
                                relation.relkind == 'f' ? "FOREIGN " : "", relation.qualified);
  if (!relation.of_type.empty()) sql += " OF " + relation.of_type;
  const auto items = definition_items(builder, relation);
  if (!items.empty())
    sql += fmt::format(" (\n    {}\n)", join(items, ",\n    "));
  else if (relation.of_type.empty())
    sql += " (\n)";
  if (!relation.parents.empty() && !relation.partition)
    sql += fmt::format("\nINHERITS ({})", join(relation.parent_names, ", "));
  if (relation.relkind == 'p') sql += "\nPARTITION BY " + relation.partition_key;
  if (relation.relkind == 'f') sql += "\nSERVER " + quote_ident(relation.server);
  sql += storage_options(relation);
  if (!relation.fdw_options.empty()) sql += fmt::format("\nOPTIONS (\n    {}\n)", relation.fdw_options);
  return sql + ";\n";
}

const char* storage_word(char storage) {
  switch (storage) {
    case 'e':
      return "EXTERNAL";
    case 'x':
      return "EXTENDED";
    case 'm':
      return "MAIN";
    default:
      return "PLAIN";
  }
}

const char* compression_word(char compression) {
  switch (compression) {
    case 'p':
      return "pglz";
    case 'l':
      return "lz4";
    default:
      return "default";
  }
}

using Actions = std::vector<std::string>;

// Of tables and materialized views alike.
void add_settings(const Builder& builder, const ColumnDetails& column, Actions& actions) {
  if (column.statistics_target) actions.push_back(fmt::format("SET STATISTICS {}", *column.statistics_target));
  if (column.storage != column.usual_storage)
    actions.push_back(fmt::format("SET STORAGE {}", storage_word(column.storage)));
  if (builder.selection.toast_compression && column.compression != column.usual_compression)
    actions.push_back(fmt::format("SET COMPRESSION {}", compression_word(column.compression)));
  if (!column.options.empty()) actions.push_back(fmt::format("SET ({})", column.options));
}

Actions column_settings(const Builder& builder, const Relation& relation, const ColumnDetails& column) {
  Actions actions;
  if (builder.version < 180000 && !relation.declares(column) && column.not_null && column.not_null_local)
    actions.emplace_back("SET NOT NULL");
  add_settings(builder, column, actions);
  if (!column.fdw_options.empty()) actions.push_back(fmt::format("OPTIONS (\n    {}\n)", column.fdw_options));
  return actions;
}

std::string alter_column(const Relation& relation, const ColumnDetails& column, const Actions& actions) {
  std::string sql;
  for (const std::string& action : actions)
    sql += fmt::format("{} ALTER COLUMN {} {};\n", relation.alter_only(), quote_ident(column.name), action);
  return sql;
}

std::string identity_of_replicas(const Relation& relation) {
  if (relation.replica_identity == 'n') return relation.alter_only() + " REPLICA IDENTITY NOTHING;\n";
  if (relation.replica_identity == 'f') return relation.alter_only() + " REPLICA IDENTITY FULL;\n";
  return "";  // an index as identity is set when it is there
}

}  // namespace

std::string table_sql(const Builder& builder, const Relation& relation) {
  std::string sql = create_table(builder, relation);
  for (const auto& column : relation.columns)
    sql += alter_column(relation, column, column_settings(builder, relation, column));
  if (relation.relkind != 'f') sql += identity_of_replicas(relation);
  if (relation.force_row_security) sql += relation.alter_only() + " FORCE ROW LEVEL SECURITY;\n";
  return sql;
}

std::string view_sql(const Relation& relation, bool replace) {
  const std::string options = option_list(relation.options);
  std::string sql = fmt::format("CREATE {}VIEW {}", replace ? "OR REPLACE " : "", relation.qualified);
  if (!options.empty()) sql += fmt::format(" WITH ({})", options);
  sql += " AS\n" + relation.definition;
  if (!relation.check_option.empty()) sql += fmt::format("\n  WITH {} CHECK OPTION", relation.check_option);
  return sql + ";\n";
}

std::string dummy_view_sql(const Relation& relation, bool replace) {
  std::vector<std::string> columns;
  for (const auto& column : relation.columns) {
    std::string text = "    NULL::" + column.type;
    if (!column.collation.empty()) text += " COLLATE " + column.collation;
    columns.push_back(fmt::format("{} AS {}", text, quote_ident(column.name)));
  }
  return fmt::format("CREATE {}VIEW {} AS\nSELECT\n{};\n", replace ? "OR REPLACE " : "", relation.qualified,
                     join(columns, ",\n"));
}

std::string materialized_view_sql(const Builder& builder, const Relation& relation) {
  std::string sql = fmt::format("CREATE MATERIALIZED VIEW {}{} AS\n{}\n  WITH NO DATA;\n", relation.qualified,
                                storage_options(relation), relation.definition);
  for (const auto& column : relation.columns) {
    Actions actions;
    add_settings(builder, column, actions);
    sql += alter_column(relation, column, actions);
  }
  return sql + identity_of_replicas(relation);
}

}  // namespace pgcoffer::catalog
