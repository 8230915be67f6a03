#include "base/text.hpp"
#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view event_triggers_sql = R"sql(
SELECT e.oid,
       e.evtname,
       e.evtevent,
       e.evtowner,
       e.evtenabled,
       e.evtfoid::regproc::text AS function,
       (SELECT string_agg(quote_literal(tag), ', ' ORDER BY position)
          FROM unnest(e.evttags) WITH ORDINALITY AS t(tag, position)) AS tags
  FROM pg_catalog.pg_event_trigger e
 ORDER BY e.evtname
)sql";

/// pg_event_trigger.evtenabled as ALTER EVENT TRIGGER says it; empty for the state of a new one.
std::string_view enabled_words(char enabled) {
  switch (enabled) {
    case 'D':
      return "DISABLE";
    case 'A':
      return "ENABLE ALWAYS";
    case 'R':
      return "ENABLE REPLICA";
    default:
      return {};
  }
}

}  // namespace

void read_event_triggers(Builder& builder) {
  for (const pg::Row row : builder.connection.query(event_triggers_sql)) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::event_trigger, oid)) continue;
    const std::string name = row["evtname"].str();
    Entry entry =
        new_entry(builder, "EVENT TRIGGER", {class_oid::event_trigger, oid, 0}, 0, name, row["evtowner"].as_oid());
    // Late, so that it does not fire on the restore's own statements.
    entry.object.section = Section::post_data;
    entry.target = "EVENT TRIGGER " + quote_ident(name);
    set_owner_and_drop(entry);
    std::string& sql = entry.object.create_sql;
    sql = "CREATE EVENT TRIGGER " + quote_ident(name) + " ON " + quote_ident(row["evtevent"].view());
    if (!row["tags"].is_null()) sql += "\n         WHEN TAG IN (" + row["tags"].str() + ")";
    sql += "\n   EXECUTE FUNCTION " + row["function"].str() + "();\n";
    if (const std::string_view words = enabled_words(row["evtenabled"].as_char()); !words.empty()) {
      sql += "ALTER EVENT TRIGGER " + quote_ident(name) + " " + std::string(words) + ";\n";
    }
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
