#include <fmt/format.h>

#include <map>

#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

// Generated columns are published since 18 where asked for; sequences, and all tables but some, since 19.
constexpr std::string_view publications_sql = R"sql(
SELECT p.oid,
       p.pubname,
       p.pubowner,
       p.puballtables,
       {all_sequences} AS all_sequences,
       {excepted} AS excepted,
       {excepted_oids} AS excepted_oids,
       concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
                       CASE WHEN p.pubupdate THEN 'update' END,
                       CASE WHEN p.pubdelete THEN 'delete' END,
                       CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish,
       p.pubviaroot,
       {generated} AS generated
  FROM pg_catalog.pg_publication p
 ORDER BY p.pubname
)sql";

constexpr std::string_view excepted_sql = R"sql(
       (SELECT array_agg(quote_ident(n.nspname) || '.' || quote_ident(c.relname) ORDER BY r.oid)
          FROM pg_catalog.pg_publication_rel r
          JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE r.prpubid = p.oid AND r.prexcept))sql";

constexpr std::string_view excepted_oids_sql = R"sql(
       (SELECT array_agg(r.prrelid ORDER BY r.oid) FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid AND r.prexcept))sql";

// Row filters and column lists came with 15.
constexpr std::string_view members_sql = R"sql(
SELECT r.oid,
       r.prpubid,
       r.prrelid,
       p.pubname,
       p.pubowner,
       c.relname,
       c.relnamespace,
       {columns} AS columns,
       {filter} AS filter
  FROM pg_catalog.pg_publication_rel r
  JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
  JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT {excluding}
 ORDER BY p.pubname, n.nspname, c.relname
)sql";

constexpr std::string_view columns_sql = R"sql(
       (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position)
          FROM unnest(r.prattrs::int2[]) WITH ORDINALITY AS k(attnum, position)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = k.attnum))sql";

constexpr std::string_view schemas_sql = R"sql(
SELECT m.oid, m.pnpubid, m.pnnspid, p.pubname, p.pubowner
  FROM pg_catalog.pg_publication_namespace m
  JOIN pg_catalog.pg_publication p ON p.oid = m.pnpubid
  JOIN pg_catalog.pg_namespace n ON n.oid = m.pnnspid
 ORDER BY p.pubname, n.nspname
)sql";

/// By -T or -N: a restore would not find it.
bool is_left_out(Builder& builder, Oid relation) {
  const Table* table = builder.table(relation);
  return table != nullptr && !table->selected && !builder.member_selected(class_oid::relation, relation);
}

void warn_of_left_out(Builder& builder, const std::string& publication, const char* of_what,
                      const std::vector<std::string>& names) {
  if (names.empty()) return;
  builder.catalog.warnings.push_back(fmt::format("publication {} is dumped without {} that are left out: {}",
                                                 quote_ident(publication), of_what, join_first(names)));
}

/// The tables that FOR ALL TABLES excepts, those that are dumped.
std::vector<std::string> excepted_tables(Builder& builder, const pg::Row& row, Entry& publication) {
  const auto names = row["excepted"].as_array(), oids = row["excepted_oids"].as_array();
  std::vector<std::string> kept, left_out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Oid relation = static_cast<Oid>(std::stoul(oids[i]));
    if (is_left_out(builder, relation)) {
      left_out.push_back(names[i]);
      continue;
    }
    kept.push_back("TABLE ONLY " + names[i]);
    publication.needs.push_back({class_oid::relation, relation, 0});
  }
  warn_of_left_out(builder, row["pubname"].str(), "the excepted tables", left_out);
  return kept;
}

std::string content_clause(const pg::Row& row, const std::vector<std::string>& excepted) {
  std::vector<std::string> contents;
  if (row["puballtables"].as_bool())
    contents.push_back("ALL TABLES" + (excepted.empty() ? "" : " EXCEPT (" + join(excepted, ", ") + ")"));
  if (row["all_sequences"].as_bool()) contents.push_back("ALL SEQUENCES");
  return contents.empty() ? std::string() : " FOR " + join(contents, ", ");
}

void read_publication_heads(Builder& builder) {
  const std::string sql =
      fmt::format(fmt::runtime(publications_sql),
                  fmt::arg("all_sequences", since(builder.version, {{0, "false"}, {190000, "p.puballsequences"}})),
                  fmt::arg("excepted", since(builder.version, {{0, "NULL"}, {190000, excepted_sql}})),
                  fmt::arg("excepted_oids", since(builder.version, {{0, "NULL"}, {190000, excepted_oids_sql}})),
                  fmt::arg("generated", since(builder.version, {{0, "'n'"}, {180000, "p.pubgencols"}})));
  for (const pg::Row row : builder.connection.query(sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::publication, oid)) continue;
    const std::string name = row["pubname"].str();
    Entry entry =
        new_entry(builder, "PUBLICATION", {class_oid::publication, oid, 0}, 0, name, row["pubowner"].as_oid());
    entry.object.section = Section::post_data;
    entry.target = "PUBLICATION " + quote_ident(name);
    set_owner_and_drop(entry);
    entry.object.create_sql =
        "CREATE " + entry.target + content_clause(row, excepted_tables(builder, row, entry)) + " WITH (publish = '" +
        row["publish"].str() + "'" + (row["pubviaroot"].as_bool() ? ", publish_via_partition_root = true" : "") +
        (row["generated"].as_char() == 's' ? ", publish_generated_columns = stored" : "") + ");\n";
    builder.add(std::move(entry));
  }
}

void read_publication_tables(Builder& builder) {
  const std::string sql = fmt::format(
      fmt::runtime(members_sql), fmt::arg("columns", since(builder.version, {{0, "NULL"}, {150000, columns_sql}})),
      fmt::arg("filter", since(builder.version, {{0, "NULL"}, {150000, "pg_get_expr(r.prqual, r.prrelid)"}})),
      fmt::arg("excluding", since(builder.version, {{0, "false"}, {190000, "r.prexcept"}})));
  std::map<std::string, std::vector<std::string>> left_out;  // by publication
  for (const pg::Row row : builder.connection.query(sql)) {
    const Oid publication = row["prpubid"].as_oid();
    if (!dumpable_global(builder, class_oid::publication, publication)) continue;
    const Oid relation = row["prrelid"].as_oid();
    const Oid schema = row["relnamespace"].as_oid();
    const std::string name = row["relname"].str();
    if (is_left_out(builder, relation)) {
      left_out[row["pubname"].str()].push_back(builder.qualified(schema, name));
      continue;
    }
    Entry entry = new_entry(builder, "PUBLICATION TABLE", {class_oid::publication_rel, row["oid"].as_oid(), 0}, schema,
                            row["pubname"].str() + " " + name, row["pubowner"].as_oid());
    entry.object.section = Section::post_data;
    entry.object.table = relation;
    std::string& create = entry.object.create_sql;
    create = "ALTER PUBLICATION " + quote_ident(row["pubname"].view()) + " ADD TABLE ONLY " +
             builder.qualified(schema, name);
    if (!row["columns"].is_null()) create += " (" + row["columns"].str() + ")";
    if (!row["filter"].is_null()) create += " WHERE (" + row["filter"].str() + ")";
    create += ";\n";
    entry.needs = {{class_oid::publication, publication, 0}, {class_oid::relation, relation, 0}};
    builder.add(std::move(entry));
  }
  for (const auto& [publication, tables] : left_out) warn_of_left_out(builder, publication, "the tables", tables);
}

void read_publication_schemas(Builder& builder) {
  if (builder.version < 150000) return;
  std::map<std::string, std::vector<std::string>> left_out;  // by publication
  for (const pg::Row row : builder.connection.query(schemas_sql)) {
    const Oid publication = row["pnpubid"].as_oid();
    const Oid schema = row["pnnspid"].as_oid();
    if (!dumpable_global(builder, class_oid::publication, publication)) continue;
    const std::string& name = builder.schema_name(schema);
    if (!builder.schema_selected(schema)) {
      left_out[row["pubname"].str()].push_back(quote_ident(name));
      continue;
    }
    Entry entry =
        new_entry(builder, "PUBLICATION TABLES IN SCHEMA", {class_oid::publication_namespace, row["oid"].as_oid(), 0},
                  schema, row["pubname"].str() + " " + name, row["pubowner"].as_oid());
    entry.object.section = Section::post_data;
    entry.object.create_sql = "ALTER PUBLICATION " + quote_ident(row["pubname"].view()) + " ADD TABLES IN SCHEMA " +
                              quote_ident(name) + ";\n";
    entry.needs = {{class_oid::publication, publication, 0}, {class_oid::schema, schema, 0}};
    builder.add(std::move(entry));
  }
  for (const auto& [publication, schemas] : left_out) warn_of_left_out(builder, publication, "the schemas", schemas);
}

}  // namespace

void read_publications(Builder& builder) {
  if (builder.selection.leave_out.publications) return;
  read_publication_heads(builder);
  read_publication_schemas(builder);
  read_publication_tables(builder);
}

}  // namespace pgcoffer::catalog
