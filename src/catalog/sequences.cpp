#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <pgcoffer/error.hpp>
#include <utility>

#include "catalog/queries.hpp"
#include "catalog/races.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::size_t sequences_per_statement = 500;

constexpr const char* sequences_sql = R"sql(
  SELECT c.oid, c.relnamespace, c.relname, c.relowner, c.relpersistence, c.reltype,
         s.seqtypid::pg_catalog.regtype AS type, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
         c.relacl::pg_catalog.text AS acl,
         CASE WHEN c.relacl IS NOT NULL
              THEN coalesce(init.initprivs, pg_catalog.acldefault('s', c.relowner))::pg_catalog.text END AS base_acl,
         d.refobjid AS owner_table, d.deptype = 'i' AS identity, a.attname AS owner_column, a.attidentity,
         t.relpersistence AS owner_persistence,
         pg_catalog.has_sequence_privilege(c.oid, 'SELECT') AS readable,
         c.oid IN (SELECT pg_catalog.unnest(e.extconfig) FROM pg_catalog.pg_extension e) AS configuration
  FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
    LEFT JOIN pg_catalog.pg_depend d
      ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
         AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_init_privs init
      ON init.objoid = c.oid AND init.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND init.objsubid = 0
  WHERE c.relkind = 'S' AND c.relpersistence <> 't'
  ORDER BY c.relname)sql";

struct Limits {
  std::int64_t lowest, highest;
};

Limits limits_of(std::string_view type, bool ascending) {
  std::int64_t lowest = std::numeric_limits<std::int64_t>::min(), highest = std::numeric_limits<std::int64_t>::max();
  if (type == "smallint")
    lowest = std::numeric_limits<std::int16_t>::min(), highest = std::numeric_limits<std::int16_t>::max();
  if (type == "integer")
    lowest = std::numeric_limits<std::int32_t>::min(), highest = std::numeric_limits<std::int32_t>::max();
  return ascending ? Limits{1, highest} : Limits{lowest, -1};
}

std::string parameters(const pg::Row& row) {
  const auto limits = limits_of(row["type"].view(), row["seqincrement"].as_int() >= 0);
  const std::int64_t lowest = row["seqmin"].as_int(), highest = row["seqmax"].as_int();
  std::string sql =
      fmt::format("    START WITH {}\n    INCREMENT BY {}\n", row["seqstart"].view(), row["seqincrement"].view());
  sql += lowest == limits.lowest ? "    NO MINVALUE\n" : fmt::format("    MINVALUE {}\n", lowest);
  sql += highest == limits.highest ? "    NO MAXVALUE\n" : fmt::format("    MAXVALUE {}\n", highest);
  return sql + fmt::format("    CACHE {}{}", row["seqcache"].view(), row["seqcycle"].as_bool() ? "\n    CYCLE" : "");
}

/// Later servers make the sequence of an unlogged table unlogged, too.
std::string logged_where_known(const std::string& qualified) {
  return fmt::format("DO {};\n",
                     quote_literal(fmt::format("BEGIN IF pg_catalog.current_setting('server_version_num')::integer >= "
                                               "150000 THEN ALTER SEQUENCE {} SET LOGGED; END IF; END",
                                               qualified)));
}

std::string identity_sql(const Entry& table, const std::string& qualified, const pg::Row& row, int version) {
  std::string sql = fmt::format(
      "ALTER {}TABLE {} ALTER COLUMN {} ADD GENERATED {} AS IDENTITY (\n    SEQUENCE NAME {}\n",
      table.object.kind == "FOREIGN TABLE" ? "FOREIGN " : "", sql_name(table), quote_ident(row["owner_column"].view()),
      row["attidentity"].as_char() == 'a' ? "ALWAYS" : "BY DEFAULT", qualified);
  const bool differs = row["relpersistence"].as_char() != row["owner_persistence"].as_char();
  const bool always_logged = version < 150000;  // and so for a server that would not understand the word
  if (differs && !always_logged) sql += row["relpersistence"].as_char() == 'u' ? "    UNLOGGED\n" : "    LOGGED\n";
  sql += parameters(row) + "\n);\n";
  if (differs && always_logged) sql += logged_where_known(qualified);
  return sql;
}

std::string create_sql(const std::string& qualified, const pg::Row& row) {
  std::string sql =
      fmt::format("CREATE {}SEQUENCE {}\n", row["relpersistence"].as_char() == 'u' ? "UNLOGGED " : "", qualified);
  if (row["type"].view() != "bigint") sql += fmt::format("    AS {}\n", row["type"].view());
  return sql + parameters(row) + ";\n";
}

/// A sequence whose value is to be set.
struct Counter {
  Oid oid;
  std::size_t entry;
  std::string qualified;
};

// 18 tells of many sequences at once; before, each must be selected from, but many in one statement.
std::string values_sql(const Builder& builder, const std::vector<Counter>& counters) {
  if (builder.version >= 180000) {
    std::vector<Oid> oids;
    for (const auto& counter : counters) oids.push_back(counter.oid);
    return fmt::format(
        "SELECT wanted.oid, data.last_value, data.is_called FROM pg_catalog.unnest({}) AS wanted(oid), "
        "pg_catalog.pg_get_sequence_data(wanted.oid) AS data",
        oid_array(oids));
  }
  std::vector<std::string> selects;
  for (const auto& counter : counters)
    selects.push_back(
        fmt::format("SELECT {}::pg_catalog.oid AS oid, last_value, is_called FROM {}", counter.oid, counter.qualified));
  return join(selects, "\nUNION ALL ");
}

void add_values(Builder& builder, const std::vector<Counter>& all) {
  for (std::size_t from = 0; from < all.size(); from += sequences_per_statement) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
    const std::vector<Counter> some(
        first, first + static_cast<std::ptrdiff_t>(std::min(sequences_per_statement, all.size() - from)));
    std::unordered_map<Oid, const Counter*> by_oid;
    for (const auto& counter : some) by_oid.emplace(counter.oid, &counter);
    for (const auto row : builder.connection.query(values_sql(builder, some))) {
      if (row["last_value"].is_null()) continue;  // unlogged, on a standby: nothing is known
      const Counter& counter = *by_oid.at(row["oid"].as_oid());
      const Entry& sequence = builder.entries[counter.entry];
      Entry entry = entry_of_relation(sequence, "SEQUENCE SET", sequence.object.address, sequence.object.name);
      entry.object.section = Section::data;
      entry.object.create_sql = fmt::format("SELECT pg_catalog.setval({}, {}, {});\n", quote_literal(counter.qualified),
                                            row["last_value"].view(), row["is_called"].as_bool() ? "true" : "false");
      entry.after = {counter.entry};
      entry.wanted = true;
      builder.entries.push_back(std::move(entry));
    }
  }
}

bool sequence_wanted(const Builder& builder, const pg::Row& row, const Entry* owner) {
  if (row["identity"].as_bool()) return owner != nullptr && owner->wanted;
  const bool selected = builder.relation_selected(row["relnamespace"].as_oid(), row["relname"].view());
  if (owner == nullptr || selected) return selected;
  // -t: what a selected table owns comes with it, unless it is excluded itself.
  const QualifiedName name{builder.schema_name(row["relnamespace"].as_oid()), row["relname"].str()};
  return owner->wanted && !builder.named().excluded_tables.contains(name);
}

/// Whether this role may read the sequence's value.
bool readable(const pg::Row& row, const QualifiedName& name) {
  if (row["readable"].is_null()) throw catalog_changed("SEQUENCE " + quote_always(name));
  return row["readable"].as_bool();
}

void add_sequence(Builder& builder, const pg::Row& row, const Entry* owner, bool wanted) {
  const Oid schema = row["relnamespace"].as_oid();
  const std::string name = row["relname"].str();
  const std::string qualified = builder.qualified(schema, name);
  Entry entry = new_entry(builder, "SEQUENCE", {class_oid::relation, row["oid"].as_oid(), 0}, schema, name,
                          row["relowner"].as_oid());
  entry.wanted = wanted;
  entry.target = "SEQUENCE " + qualified;
  if (const Oid type = row["reltype"].as_oid(); type != 0) entry.also.push_back({class_oid::type, type, 0});
  set_privileges(entry, "SEQUENCE", qualified, row);
  if (row["identity"].as_bool()) {
    entry.object.create_sql = owner == nullptr ? "" : identity_sql(*owner, qualified, row, builder.version);
  } else {
    entry.object.create_sql = create_sql(qualified, row);
    set_owner_and_drop(entry);
  }
  if (owner != nullptr) entry.object.table = owner->object.table;
  const bool owned = owner != nullptr && !row["identity"].as_bool() && owner->wanted;
  const std::string owned_by = owned ? fmt::format("ALTER SEQUENCE {} OWNED BY {}.{};\n", qualified, sql_name(*owner),
                                                   quote_ident(row["owner_column"].view()))
                                     : "";
  const std::size_t index = builder.entries.size();
  builder.add(std::move(entry));
  if (!owned) return;
  // Apart, since it needs the sequence to have its owner already.
  Entry ownership = entry_of_relation(builder.entries[index], "SEQUENCE OWNED BY", {}, name);
  ownership.object.create_sql = owned_by;
  ownership.after = {index};
  builder.add(std::move(ownership));
}

}  // namespace

std::string sequences_query() {
  return sequences_sql;
}

void read_sequences(Builder& builder) {
  std::vector<Counter> counters;
  for (const auto row : builder.query(sequences_query())) {
    const Oid schema = row["relnamespace"].as_oid();
    if (!builder.schema_selected(schema) && builder.schema_name(schema).starts_with("pg_")) continue;
    const auto holder = builder.relation_entry(row["owner_table"].as_oid());
    const Entry* const owner = holder ? &builder.entries[*holder] : nullptr;
    const bool wanted = sequence_wanted(builder, row, owner);
    const std::size_t index = builder.entries.size();
    const QualifiedName name{builder.schema_name(schema), row["relname"].str()};
    add_sequence(builder, row, owner, wanted);
    const bool with_value =
        (builder.entries[index].wanted ||
         (row["configuration"].as_bool() && builder.member_selected(class_oid::relation, row["oid"].as_oid()))) &&
        (builder.selection.rows || builder.selection.sequence_values) &&
        !builder.rows_excluded(name, row["relpersistence"].as_char());
    if (!with_value) continue;
    if (readable(row, name))
      counters.push_back({row["oid"].as_oid(), index, quote_ident(name)});
    else if (builder.selection.locked)
      builder.unreadable.add_sequence(name);
  }
  if (builder.unreadable.empty()) add_values(builder, counters);
}

}  // namespace pgcoffer::catalog
