#include <fmt/format.h>

#include <algorithm>
#include <pgcoffer/error.hpp>
#include <unordered_map>
#include <utility>

#include "catalog/queries.hpp"
#include "catalog/races.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

// Only what can be read without a lock: nothing here opens the relation.
constexpr const char* relations_sql = R"sql(
  SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relpersistence, c.relowner, c.relispartition, c.relispopulated,
         c.relreplident, c.relrowsecurity, c.relforcerowsecurity, c.reltype, t.typarray, c.reltuples,
         am.amname, space.spcname, c.reltoastrelid,
         c.relacl::pg_catalog.text AS acl,
         CASE WHEN c.relacl IS NOT NULL
              THEN coalesce(init.initprivs, pg_catalog.acldefault('r', c.relowner))::pg_catalog.text END AS base_acl,
         pg_catalog.array_remove(pg_catalog.array_remove(c.reloptions, 'check_option=local'),
                                 'check_option=cascaded') AS options,
         CASE WHEN 'check_option=local' = ANY (c.reloptions) THEN 'LOCAL'
              WHEN 'check_option=cascaded' = ANY (c.reloptions) THEN 'CASCADED' END AS check_option,
         toast.reloptions AS toast_options,
         server.srvname,
         rule.oid AS view_rule,
         c.oid IN (SELECT pg_catalog.unnest(e.extconfig) FROM pg_catalog.pg_extension e) AS configuration
  FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_type t ON t.oid = c.reltype
    LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
    LEFT JOIN pg_catalog.pg_tablespace space ON space.oid = c.reltablespace
    LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid AND c.relkind <> 'p'
    LEFT JOIN pg_catalog.pg_foreign_table ft ON ft.ftrelid = c.oid
    LEFT JOIN pg_catalog.pg_foreign_server server ON server.oid = ft.ftserver
    LEFT JOIN pg_catalog.pg_rewrite rule ON rule.ev_class = c.oid AND rule.ev_type = '1' AND rule.rulename = '_RETURN'
    LEFT JOIN pg_catalog.pg_init_privs init
      ON init.objoid = c.oid AND init.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND init.objsubid = 0
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't')sql";

// What the server must open the relation for; asked when it is locked, and only for what is dumped.
constexpr const char* details_sql = R"sql(
  SELECT c.oid,
         CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type,
         CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
         CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
         CASE WHEN c.relkind = 'p' THEN {hashes_oids} END AS hashes_oids,
         CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
         CASE WHEN c.relkind = 'r' AND {with_rows} THEN pg_catalog.pg_relation_size(c.oid) END AS heap_bytes,
         CASE WHEN c.relkind = 'r' AND {with_rows} AND c.reltoastrelid <> 0
              THEN pg_catalog.pg_relation_size(c.reltoastrelid) END AS toast_bytes,
         (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' '
                                       || pg_catalog.quote_literal(o.option_value), E',\n    ' ORDER BY o.option_name)
          FROM pg_catalog.pg_foreign_table ft, pg_catalog.pg_options_to_table(ft.ftoptions) o
          WHERE ft.ftrelid = c.oid) AS fdw_options
  FROM pg_catalog.unnest({relations}) AS wanted(oid)
    JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
  WHERE c.relkind <> 'r' OR c.reloftype <> 0 OR c.relispartition OR {with_rows})sql";

// A value's OID is other in another database: that of an enum's label, and of what an array or a row may hold.
constexpr const char* hashes_oids_sql = R"sql(EXISTS (
           SELECT FROM pg_catalog.pg_partitioned_table key
             JOIN pg_catalog.pg_opclass k ON k.oid = ANY (key.partclass)
             JOIN pg_catalog.pg_am m ON m.oid = k.opcmethod
           WHERE key.partrelid = c.oid AND m.amname = 'hash'
             AND k.opcnamespace = 'pg_catalog'::pg_catalog.regnamespace
             AND k.opcname IN ('enum_ops', 'array_ops', 'record_ops', 'range_ops', 'multirange_ops')))sql";

constexpr const char* parents_sql = R"sql(
  SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno)sql";

bool known_to_us(const Builder& builder, Oid schema) {
  if (builder.schema_selected(schema)) return true;
  return !system_schema(builder.schema_name(schema));
}

std::shared_ptr<Relation> relation_of(const Builder& builder, const pg::Row& row) {
  auto relation = std::make_shared<Relation>();
  relation->oid = row["oid"].as_oid();
  relation->schema = row["relnamespace"].as_oid();
  relation->row_type = row["reltype"].as_oid();
  relation->array_type = row["typarray"].as_oid();
  relation->view_rule = row["view_rule"].as_oid();
  relation->name = row["relname"].str();
  relation->qualified = builder.qualified(relation->schema, relation->name);
  relation->owner = builder.role_name(row["relowner"].as_oid());
  relation->relkind = row["relkind"].as_char();
  relation->persistence = row["relpersistence"].as_char();
  relation->replica_identity = row["relreplident"].as_char();
  relation->configuration = row["configuration"].as_bool();
  relation->partition = row["relispartition"].as_bool();
  relation->row_security = row["relrowsecurity"].as_bool();
  relation->force_row_security = row["relforcerowsecurity"].as_bool();
  relation->populated = row["relispopulated"].as_bool();
  relation->access_method = row["amname"].str();
  relation->tablespace = row["spcname"].str();
  relation->options = row["options"].as_array();
  relation->toast_options = row["toast_options"].as_array();
  relation->check_option = row["check_option"].str();
  relation->server = row["srvname"].str();
  relation->wanted = builder.relation_selected(relation->schema, relation->name) &&
                     !builder.extension_member(class_oid::relation, relation->oid);
  return relation;
}

Table table_of(const Builder& builder, const Relation& relation, double estimated_rows) {
  const Selection& selection = builder.selection;
  Table table;
  table.oid = relation.oid;
  table.name = {builder.schema_name(relation.schema), relation.name};
  table.relkind = relation.relkind;
  table.owner = relation.owner;
  table.is_partition = relation.partition;
  table.heap = relation.access_method == "heap";
  table.unlogged = relation.persistence == 'u';
  table.estimated_rows = estimated_rows;
  table.from_extension = builder.extension_member(class_oid::relation, relation.oid);
  table.selected = relation.wanted;
  const bool has_rows =
      relation.relkind == 'r' || (relation.relkind == 'f' && builder.named().foreign_servers.contains(relation.server));
  table.rows_selected =
      relation.wanted && has_rows && selection.rows && !builder.rows_excluded(table.name, relation.persistence);
  return table;
}

void fill_details(Builder& builder, const Relations& relations) {
  std::vector<Oid> wanted;
  std::unordered_map<Oid, Relation*> by_oid;
  for (const auto& relation : relations) {
    if (!relation->wanted && !relation->configuration) continue;
    wanted.push_back(relation->oid);
    by_oid.emplace(relation->oid, relation.get());
  }
  constexpr std::uint64_t block = 8192;
  for (const auto row : builder.connection.query(
           fmt::format(details_sql, fmt::arg("relations", oid_array(wanted)), fmt::arg("hashes_oids", hashes_oids_sql),
                       fmt::arg("with_rows", builder.selection.rows ? "true" : "false")))) {
    Relation& relation = *by_oid.at(row["oid"].as_oid());
    relation.of_type = row["of_type"].str();
    if (relation.relkind == 'v' || relation.relkind == 'm')
      relation.definition = definition(row["definition"], relation.sql_kind(), relation.qualified);
    if (relation.definition.ends_with(';')) relation.definition.pop_back();
    relation.partition_key = row["partition_key"].str();
    relation.hashes_oids = row["hashes_oids"].as_bool();
    relation.partition_bound = row["partition_bound"].str();
    relation.fdw_options = row["fdw_options"].str();
    Table* const table = builder.table(relation.oid);
    table->heap_pages = static_cast<std::uint64_t>(row["heap_bytes"].as_int()) / block;
    table->toast_bytes = static_cast<std::uint64_t>(row["toast_bytes"].as_int());
  }
}

void fill_parents(Builder& builder, const Relations& relations) {
  std::unordered_map<Oid, Relation*> by_oid;
  for (const auto& relation : relations) by_oid.emplace(relation->oid, relation.get());
  for (const auto row : builder.connection.query(parents_sql)) {
    const auto child = by_oid.find(row["inhrelid"].as_oid());
    const auto parent = by_oid.find(row["inhparent"].as_oid());
    if (child == by_oid.end() || parent == by_oid.end()) continue;
    child->second->parents.push_back(parent->first);
    child->second->parent_names.push_back(parent->second->qualified);
  }
  for (auto& table : builder.catalog.tables) {
    const Relation* relation = by_oid.at(table.oid);
    table.parents = relation->parents;
    while (relation->partition && !relation->parents.empty()) {
      relation = by_oid.at(relation->parents.front());
      table.partition_root = relation->oid;
      table.rows_by_root = table.rows_by_root || relation->hashes_oids;
    }
  }
}

// The query of a view stands inside CREATE VIEW; in a loop the view is made of NULLs first and gets its query later.
void add_view_query(Builder& builder, const std::shared_ptr<Relation>& view) {
  Entry rule = entry_of_relation(builder.entries[view->entry], "RULE", {class_oid::rewrite, view->view_rule, 0},
                                 view->name + " _RETURN");
  rule.object.section = Section::post_data;
  rule.inside = view->entry;
  rule.render = [view](const Builder&) { return view_sql(*view, true); };
  const std::size_t index = builder.entries.size();
  builder.add(std::move(rule));
  view->query_entry = index;
  builder.entries[view->entry].render = [view, index](const Builder& all) {
    return all.entries[index].inside ? view_sql(*view, false) : dummy_view_sql(*view, false);
  };
}

void add_attachment(Builder& builder, const Relation& partition) {
  const auto parent = builder.relation_entry(partition.parents.front());
  if (!parent || !builder.entries[*parent].wanted) return;  // -t or -T: the partition becomes a table of its own
  Entry entry = entry_of_relation(builder.entries[partition.entry], "TABLE ATTACH", {}, partition.name);
  entry.object.create_sql = fmt::format("ALTER TABLE ONLY {} ATTACH PARTITION {} {};\n", partition.parent_names.front(),
                                        partition.qualified, partition.partition_bound);
  entry.after = {partition.entry, *parent};
  builder.add(std::move(entry));
}

// The default access method is for tables with rows; a partitioned table must be told what its partitions take.
void add_access_method(Builder& builder, const Relation& relation) {
  if (relation.relkind != 'p' || relation.access_method.empty()) return;
  Entry entry = entry_of_relation(builder.entries[relation.entry], "TABLE ACCESS METHOD", {}, relation.name);
  entry.object.create_sql =
      fmt::format("ALTER TABLE {} SET ACCESS METHOD {};\n", relation.qualified, quote_ident(relation.access_method));
  entry.after = {relation.entry};
  builder.add(std::move(entry));
}

void add_row_security(Builder& builder, const Relation& relation) {
  if (!relation.row_security || builder.selection.leave_out.policies) return;
  const Entry& table = builder.entries[relation.entry];
  Entry entry = entry_of_relation(table, "ROW SECURITY", {}, relation.name);
  entry.object.section = Section::post_data;
  entry.object.create_sql = fmt::format("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;\n", sql_name(table));
  entry.after = {relation.entry};
  builder.add(std::move(entry));
}

void add_relation(Builder& builder, const std::shared_ptr<Relation>& relation, const pg::Row& row) {
  Entry entry = new_entry(builder, relation->sql_kind(), {class_oid::relation, relation->oid, 0}, relation->schema,
                          relation->name, row["relowner"].as_oid());
  entry.wanted = relation->wanted;
  entry.object.table = relation->oid;
  entry.target = fmt::format("{} {}", relation->sql_kind(), relation->qualified);
  for (const Oid type : {relation->row_type, relation->array_type})
    if (type != 0) entry.also.push_back({class_oid::type, type, 0});
  if (relation->relkind != 'p') entry.object.access_method = relation->access_method;
  entry.object.tablespace = relation->tablespace;
  set_owner_and_drop(entry);
  set_privileges(entry, "TABLE", relation->qualified, row);
  switch (relation->relkind) {
    case 'v':
      break;
    case 'm':
      entry.also.push_back({class_oid::rewrite, relation->view_rule, 0});
      entry.may_follow_rows = true;
      entry.populated = relation->populated;
      entry.render = [relation](const Builder& all) { return materialized_view_sql(all, *relation); };
      break;
    default:
      entry.render = [relation](const Builder& all) { return table_sql(all, *relation); };
  }
  relation->entry = builder.entries.size();
  builder.add(std::move(entry));
  if (relation->relkind == 'v') add_view_query(builder, relation);
  add_access_method(builder, *relation);
  add_row_security(builder, *relation);
}

/// What the readers want of the tables that are locked now, in their order.
void ask_ahead(Builder& builder) {
  std::vector<std::string> queries;
  if (builder.version >= 180000) queries.push_back(not_null_query());
  queries.insert(queries.end(), {foreign_keys_query(builder), triggers_query(builder), indexes_query(builder),
                                 few_columns_query(), objects_query()});
  // Short ones, for which the server is busy while we make entries of what the long ones gave.
  queries.insert(queries.end(), {rules_query(builder), disabled_keys_query(builder), policies_query(builder),
                                 changed_privileges_query(), catalog_columns_query(), system_relations_query(),
                                 operator_members_query(), operators_query(), aggregates_query(), functions_query(),
                                 kinds_of_types_query()});
  builder.ahead.ask(queries);
}

}  // namespace

void read_relations(Builder& builder) {
  const auto rows = builder.connection.query(relations_sql);
  std::vector<std::pair<std::shared_ptr<Relation>, pg::Row>> found;
  for (const auto row : rows)
    if (known_to_us(builder, row["relnamespace"].as_oid())) found.emplace_back(relation_of(builder, row), row);
  std::ranges::sort(found, {}, [&](const auto& each) {
    return std::pair<std::string_view, std::string_view>(builder.schema_name(each.first->schema), each.first->name);
  });

  Relations relations;
  for (const auto& [relation, row] : found) {
    relations.push_back(relation);
    builder.catalog.tables.push_back(table_of(builder, *relation, std::stod(row["reltuples"].str())));
  }
  lock_tables(builder, relations);
  ask_ahead(builder);
  fill_details(builder, relations);
  fill_parents(builder, relations);
  for (const auto& [relation, row] : found) add_relation(builder, relation, row);
  for (const auto& relation : relations)
    if (relation->partition && relation->wanted && !relation->parents.empty()) add_attachment(builder, *relation);
  read_columns(builder, relations);
  read_check_constraints(builder, relations);
  for (const auto& relation : relations)
    if (relation->relkind == 'v')
      builder.entries[relation->query_entry].object.drop_sql = dummy_view_sql(*relation, true);
}

void add_table_data(Builder& builder) {
  for (const auto& table : builder.catalog.tables) {
    if (!table.rows_selected) continue;
    const std::size_t index = *builder.relation_entry(table.oid);
    Entry entry =
        entry_of_relation(builder.entries[index], "TABLE DATA", {class_oid::relation, table.oid, 0}, table.name.name);
    entry.object.section = Section::data;
    entry.after = {index};
    entry.wanted = true;
    // Not through add(): configuration tables are members of their extension, but their rows are not.
    builder.entries.push_back(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
