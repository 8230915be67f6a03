#include "dump/selection.hpp"

#include "dump/check_options.hpp"

namespace pgcoffer::dumping {
namespace {

std::vector<Pattern> patterns(const std::vector<std::string>& texts, Pattern (*make)(std::string_view)) {
  std::vector<Pattern> list;
  for (const std::string& text : texts) list.push_back(make(text));
  return list;
}

catalog::RelationPatterns relations(const std::vector<std::string>& alone,
                                    const std::vector<std::string>& with_children) {
  return {patterns(alone, &Pattern::for_relation_of_database),
          patterns(with_children, &Pattern::for_relation_of_database)};
}

}  // namespace

catalog::Selection selection(const DumpOptions& options) {
  catalog::Selection selection;
  selection.tables = relations(options.tables, options.tables_and_children);
  selection.exclude_tables = relations(options.exclude_tables, options.exclude_tables_and_children);
  selection.exclude_table_data = relations(options.exclude_table_data, options.exclude_table_data_and_children);
  selection.schemas = patterns(options.schemas, &Pattern::for_schema_of_database);
  selection.exclude_schemas = patterns(options.exclude_schemas, &Pattern::for_schema_of_database);
  selection.extensions = patterns(options.extensions, &Pattern::for_name);
  selection.exclude_extensions = patterns(options.exclude_extensions, &Pattern::for_name);
  selection.foreign_data = patterns(options.include_foreign_data, &Pattern::for_name);
  selection.rows = dumped_sections(options).data;
  selection.sequence_values = options.sequence_data;
  selection.statistics = options.statistics || options.statistics_only;
  selection.refreshes = !options.schema_only && !options.no_data;
  const bool everything = selection.tables.empty() && selection.schemas.empty() && selection.extensions.empty();
  selection.large_objects = selection.rows && options.large_objects.value_or(everything);
  selection.privileges = !options.no_privileges;
  selection.leave_out = options.leave_out;
  selection.toast_compression = !options.no_toast_compression;
  selection.hidden_rows = !options.enable_row_security;
  selection.hidden_parts = options.ignore_unsupported;
  selection.unlogged_rows = !options.no_unlogged_table_data;
  return selection;
}

}  // namespace pgcoffer::dumping
