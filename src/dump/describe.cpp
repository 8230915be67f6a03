#include "dump/describe.hpp"

#include <fmt/format.h>

#include <set>
#include <unordered_map>
#include <unordered_set>

#include "dump/check_options.hpp"
#include "dump/recorded_options.hpp"
#include "pgcoffer/version.hpp"
#include "plan/statements.hpp"

namespace pgcoffer::dumping {
namespace {

std::string_view section_name(catalog::Section section) {
  switch (section) {
    case catalog::Section::pre_data:
      return "pre-data";
    case catalog::Section::data:
      return "data";
    case catalog::Section::post_data:
      break;
  }
  return "post-data";
}

bool wanted(const catalog::Object& object, const std::set<catalog::Oid>& with_rows, const TocOptions& options) {
  const bool apart = object.kind.ends_with("STATISTICS DATA") || object.kind == "SEQUENCE SET";
  if (apart) return options.apart.has(section_name(object.section));
  if (!options.sections.has(section_name(object.section))) return false;
  if (object.kind == "TABLE DATA") return with_rows.contains(object.table);
  if (object.kind == "TABLE ACCESS METHOD") return !options.leave_out.table_access_method;
  return options.privileges || (object.kind != "ACL" && object.kind != "DEFAULT ACL");
}

using Tables = std::unordered_map<catalog::Oid, const catalog::Table*>;

archive::TocEntry make_entry(catalog::Object&& object, const Tables& tables, const TocOptions& options) {
  archive::TocEntry entry;
  entry.id = object.id;
  entry.kind = std::move(object.kind);
  entry.schema = std::move(object.schema);
  entry.name = std::move(object.name);
  if (options.owners) entry.owner = std::move(object.owner);
  entry.section = section_name(object.section);
  entry.create = std::move(object.create_sql);
  if (options.owners) entry.owner_sql = std::move(object.owner_sql);
  entry.drop = std::move(object.drop_sql);
  if (!options.leave_out.tablespaces) entry.tablespace = std::move(object.tablespace);
  if (!options.leave_out.table_access_method) entry.access_method = std::move(object.access_method);
  if (const auto found = tables.find(object.table); found != tables.end()) {
    entry.table_schema = found->second->name.schema;
    entry.table_name = found->second->name.name;
  }
  return entry;
}

std::string_view kind_name(char relkind) {
  switch (relkind) {
    case 'p':
      return "partitioned table";
    case 'm':
      return "materialized view";
    case 'f':
      return "foreign table";
    case 'v':
      return "view";
    default:
      return "table";
  }
}

archive::Column describe_column(const catalog::Column& column, const policy::ColumnVerdict& verdict) {
  archive::Column described;
  described.name = column.name;
  described.type = column.type;
  described.kind = plan::json_kind(column);
  described.verdict = policy::to_string(verdict.action);
  described.how = policy::describe(verdict);
  described.reason = verdict.reason;
  described.rule = verdict.rule;
  described.after_restore = verdict.after_restore;
  described.in_rows = column.generated == catalog::Generated::no && verdict.action != policy::ColumnAction::omit;
  return described;
}

archive::Table describe_table(const catalog::Table& table, const policy::TableVerdict& verdict) {
  archive::Table described;
  described.schema = table.name.schema;
  described.name = table.name.name;
  described.kind = kind_name(table.relkind);
  described.verdict =
      verdict.action == policy::TableAction::keep && verdict.filtered() ? "where" : policy::to_string(verdict.action);
  described.reason = verdict.reason;
  described.rule = verdict.rule;
  described.after_restore = verdict.after_restore;
  // Of tables with rows what is in force is known better; a partitioned one has none itself.
  if (verdict.where) described.where = fmt::format("({}\n)", *verdict.where);
  if (verdict.sample) described.sample = policy::to_string(*verdict.sample);
  described.order_by = verdict.order_by;
  if (verdict.follow != policy::Follow::no) described.follow = policy::to_string(verdict.follow);
  if (verdict.on_missing_parent) described.on_missing_parent = policy::to_string(*verdict.on_missing_parent);
  described.columns.reserve(table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    described.columns.push_back(describe_column(table.columns[i], verdict.columns[i]));
  }
  return described;
}

/// In which form the rows are, where binary rows were asked for.
void describe_form(const plan::TablePlan& plan, archive::Table& table) {
  table.binary = plan.binary;
  table.text_because = plan.text_because;
  if (!plan.binary) return;
  auto planned = plan.columns.begin();
  for (archive::Column& column : table.columns)
    if (column.in_rows) column.binary = (planned++)->binary;
}

void describe_subset(const plan::TablePlan& plan, const policy::TableVerdict& verdict, archive::Table& table) {
  table.where = plan.where;
  for (const plan::MissingParents& missing : plan.missing_parents)
    table.missing_parents.push_back(
        {missing.reference, std::string(policy::to_string(missing.handling)), missing.rows, missing.not_valid});
  if (!plan.subset) return;
  table.verdict = "where";
  table.by_reference = true;
  if (verdict.follow != policy::Follow::no) table.start_rows = plan.subset->start_rows;
}

/// An estimate of fewer rows than there are says nothing.
void describe_rows_before(const plan::TablePlan& plan, archive::Table& table) {
  if (!plan.before || (plan.before->estimated && plan.before->rows < table.rows)) return;
  table.of_rows = plan.before->rows;
  table.of_rows_estimated = plan.before->estimated;
}

}  // namespace

archive::Manifest describe_source(SourceDatabase& source, const DumpOptions& options) {
  archive::Manifest manifest;
  pg::Connection& leader = source.leader();
  const pg::Connection::Endpoint endpoint = leader.endpoint();
  manifest.pgcoffer_version = version();
  manifest.created = source.snapshot().time;
  manifest.snapshot_lsn = source.snapshot().lsn;
  manifest.server_version = leader.parameter_status("server_version");
  manifest.server_version_num = leader.server_version();
  manifest.database = endpoint.dbname;
  manifest.host = endpoint.host;
  manifest.port = endpoint.port;
  manifest.user = endpoint.user;
  manifest.encoding = client_encoding(leader);
  manifest.rows = wants_binary_rows(options) ? rows::Format::sql : rows::parse_format(options.rows);
  manifest.options = recorded_options(options);
  return manifest;
}

archive::Toc make_toc(std::vector<catalog::Object> objects, const std::vector<catalog::Table>& all_tables,
                      const plan::Plan& plan, const TocOptions& options) {
  std::set<catalog::Oid> with_rows;
  for (const plan::TablePlan& table : plan.tables) with_rows.insert(all_tables[table.table].oid);
  Tables tables;
  tables.reserve(all_tables.size());
  for (const catalog::Table& table : all_tables) tables.emplace(table.oid, &table);
  std::unordered_set<int> kept;
  archive::Toc toc;
  toc.entries.reserve(objects.size());
  for (catalog::Object& object : objects) {
    if (!wanted(object, with_rows, options)) continue;
    kept.insert(object.id);
    std::vector<int> depends = std::move(object.depends_on);
    // What comes later in the order cannot be waited for; what is not in the archive neither.
    std::erase_if(depends, [&](int id) { return !kept.contains(id) || id == object.id; });
    toc.entries.push_back(make_entry(std::move(object), tables, options));
    toc.entries.back().depends = std::move(depends);
  }
  return toc;
}

std::vector<archive::Table> describe_tables(const catalog::Catalog& catalog, const policy::Verdicts& verdicts,
                                            const plan::Plan& plan, const std::vector<TableRows>& rows) {
  std::vector<archive::Table> tables;
  tables.reserve(catalog.tables.size());
  std::vector<bool> done(catalog.tables.size(), false);
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const std::size_t index = plan.tables[i].table;
    archive::Table table = describe_table(catalog.tables[index], verdicts.tables[index]);
    describe_subset(plan.tables[i], verdicts.tables[index], table);
    if (!rows.empty()) describe_form(plan.tables[i], table);
    if (plan.tables[i].target != catalog.tables[index].name) table.load_into = plan.tables[i].target;
    table.has_rows = !rows.empty();
    if (table.has_rows) {
      table.rows = rows[i].rows;
      describe_rows_before(plan.tables[i], table);
      (table.binary ? table.binary_row_digest : table.row_digest) = rows[i].digest.hex();
      table.parts = rows[i].parts;
    }
    done[index] = true;
    tables.push_back(std::move(table));
  }
  for (std::size_t index = 0; index < catalog.tables.size(); ++index) {
    const catalog::Table& table = catalog.tables[index];
    const bool excluded = verdicts.tables[index].action != policy::TableAction::keep;
    if (done[index] || table.relkind == 'v' || table.from_extension || !(table.selected || excluded)) continue;
    tables.push_back(describe_table(table, verdicts.tables[index]));
  }
  return tables;
}

}  // namespace pgcoffer::dumping
