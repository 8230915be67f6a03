#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view parsers_sql = R"sql(
SELECT p.oid,
       p.prsname AS name,
       p.prsnamespace AS schema,
       p.prsstart::text AS start,
       p.prstoken::text AS gettoken,
       p.prsend::text AS end,
       p.prsheadline::text AS headline,
       p.prslextype::text AS lextypes
  FROM pg_catalog.pg_ts_parser p
 ORDER BY p.prsnamespace, p.prsname
)sql";

constexpr std::string_view templates_sql = R"sql(
SELECT t.oid,
       t.tmplname AS name,
       t.tmplnamespace AS schema,
       t.tmplinit::text AS init,
       t.tmpllexize::text AS lexize
  FROM pg_catalog.pg_ts_template t
 ORDER BY t.tmplnamespace, t.tmplname
)sql";

// dictinitoption is written by the server in the form in which CREATE takes it.
constexpr std::string_view dictionaries_sql = R"sql(
SELECT d.oid,
       d.dictname AS name,
       d.dictnamespace AS schema,
       d.dictowner AS owner,
       quote_ident(n.nspname) || '.' || quote_ident(t.tmplname) AS template,
       d.dictinitoption AS options
  FROM pg_catalog.pg_ts_dict d
  JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
  JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
 ORDER BY d.dictnamespace, d.dictname
)sql";

constexpr std::string_view configurations_sql = R"sql(
SELECT c.oid,
       c.cfgname AS name,
       c.cfgnamespace AS schema,
       c.cfgowner AS owner,
       quote_ident(n.nspname) || '.' || quote_ident(p.prsname) AS parser,
       (SELECT array_agg(mapping ORDER BY token)
          FROM (SELECT m.maptokentype AS token,
                       'ADD MAPPING FOR ' || quote_ident(t.alias) || ' WITH '
                       || string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS mapping
                  FROM pg_catalog.pg_ts_config_map m
                  JOIN ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
                 WHERE m.mapcfg = c.oid
                 GROUP BY m.maptokentype, t.alias) AS mapped) AS mappings
  FROM pg_catalog.pg_ts_config c
  JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
  JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
 WHERE c.oid >= 16384
 ORDER BY c.cfgnamespace, c.cfgname
)sql";

/// The entry of any of the four kinds; parsers and templates have no owner.
Entry text_search_entry(const Builder& builder, const pg::Row& row, std::string_view what, Oid class_oid, Oid owner) {
  const Oid schema = row["schema"].as_oid();
  const std::string name = row["name"].str();
  const std::string kind = "TEXT SEARCH " + std::string(what);
  Entry entry = new_entry(builder, kind, {class_oid, row["oid"].as_oid(), 0}, schema, name, owner);
  entry.target = kind + " " + builder.qualified(schema, name);
  set_owner_and_drop(entry);
  return entry;
}

bool dumpable(const Builder& builder, const pg::Row& row, Oid class_oid) {
  return dumpable_in_schema(builder, class_oid, row["oid"].as_oid(), row["schema"].as_oid());
}

void read_parsers(Builder& builder) {
  for (const pg::Row row : builder.connection.query(parsers_sql)) {
    if (!dumpable(builder, row, class_oid::ts_parser)) continue;
    Entry entry = text_search_entry(builder, row, "PARSER", class_oid::ts_parser, 0);
    Clauses clauses;
    clauses.add("START", row["start"].view());
    clauses.add("GETTOKEN", row["gettoken"].view());
    clauses.add("END", row["end"].view());
    clauses.add_if_any("HEADLINE", row["headline"]);
    clauses.add("LEXTYPES", row["lextypes"].view());
    entry.object.create_sql = "CREATE " + entry.target + " " + clauses.text() + ";\n";
    builder.add(std::move(entry));
  }
}

void read_templates(Builder& builder) {
  for (const pg::Row row : builder.connection.query(templates_sql)) {
    if (!dumpable(builder, row, class_oid::ts_template)) continue;
    Entry entry = text_search_entry(builder, row, "TEMPLATE", class_oid::ts_template, 0);
    Clauses clauses;
    clauses.add_if_any("INIT", row["init"]);
    clauses.add("LEXIZE", row["lexize"].view());
    entry.object.create_sql = "CREATE " + entry.target + " " + clauses.text() + ";\n";
    builder.add(std::move(entry));
  }
}

void read_dictionaries(Builder& builder) {
  for (const pg::Row row : builder.connection.query(dictionaries_sql)) {
    if (!dumpable(builder, row, class_oid::ts_dict)) continue;
    Entry entry = text_search_entry(builder, row, "DICTIONARY", class_oid::ts_dict, row["owner"].as_oid());
    std::string options = "    TEMPLATE = " + row["template"].str();
    if (!row["options"].is_null()) options += ",\n    " + row["options"].str();
    entry.object.create_sql = "CREATE " + entry.target + " (\n" + options + "\n);\n";
    builder.add(std::move(entry));
  }
}

void read_configurations(Builder& builder) {
  for (const pg::Row row : builder.connection.query(configurations_sql)) {
    if (!dumpable(builder, row, class_oid::ts_config)) continue;
    Entry entry = text_search_entry(builder, row, "CONFIGURATION", class_oid::ts_config, row["owner"].as_oid());
    std::string& sql = entry.object.create_sql;
    sql = "CREATE " + entry.target + " (\n    PARSER = " + row["parser"].str() + "\n);\n";
    for (const std::string& mapping : row["mappings"].as_array()) {
      sql += "ALTER " + entry.target + "\n    " + mapping + ";\n";
    }
    builder.add(std::move(entry));
  }
}

}  // namespace

void read_text_search(Builder& builder) {
  read_parsers(builder);
  read_templates(builder);
  read_dictionaries(builder);
  read_configurations(builder);
}

}  // namespace pgcoffer::catalog
