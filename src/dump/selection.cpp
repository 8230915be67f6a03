#include "dump/selection.hpp"

namespace pgcoffer::dumping {
namespace {

std::vector<Pattern> patterns(const std::vector<std::string>& texts, Pattern (*make)(std::string_view)) {
  std::vector<Pattern> list;
  for (const std::string& text : texts) list.push_back(make(text));
  return list;
}

}  // namespace

catalog::Selection selection(const DumpOptions& options) {
  catalog::Selection selection;
  selection.tables = patterns(options.tables, &Pattern::for_relation);
  selection.exclude_tables = patterns(options.exclude_tables, &Pattern::for_relation);
  selection.schemas = patterns(options.schemas, &Pattern::for_name);
  selection.exclude_schemas = patterns(options.exclude_schemas, &Pattern::for_name);
  selection.exclude_table_data = patterns(options.exclude_table_data, &Pattern::for_relation);
  selection.schema_only = options.schema_only;
  selection.data_only = options.data_only;
  selection.large_objects = !options.schema_only && options.tables.empty() && options.schemas.empty();
  selection.privileges = !options.no_privileges;
  return selection;
}

}  // namespace pgcoffer::dumping
