#include <fmt/format.h>

#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view may_read_sql = R"sql(
SELECT has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT') AS allowed
)sql";

constexpr std::string_view names_sql = R"sql(
SELECT s.subname
  FROM pg_catalog.pg_subscription s
 WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
 ORDER BY s.subname
)sql";

// Where a server has not an option yet, the value that a new subscription has. The state of its slot and whether it is
// enabled are not carried: a copy must not take the changes that the original waits for.
constexpr std::string_view subscriptions_sql = R"sql(
SELECT s.oid,
       s.subname,
       s.subowner,
       quote_literal(s.subconninfo) AS conninfo,
       {server} AS server,
       {server_oid} AS server_oid,
       quote_literal(s.subslotname) AS slot_name,
       s.subsynccommit AS synchronous_commit,
       (SELECT string_agg(quote_ident(p.name), ', ' ORDER BY p.position)
          FROM unnest(s.subpublications) WITH ORDINALITY AS p(name, position)) AS publications,
       {binary} AS binary,
       {stream} AS stream,
       {two_phase} AS two_phase,
       {disable_on_error} AS disable_on_error,
       {password_required} AS password_required,
       {run_as_owner} AS run_as_owner,
       {origin} AS origin,
       {failover} AS failover,
       {retain_dead_tuples} AS retain_dead_tuples,
       {max_retention} AS max_retention,
       {receiver_timeout} AS receiver_timeout
  FROM pg_catalog.pg_subscription s
 WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
 ORDER BY s.subname
)sql";

constexpr std::string_view server_name_sql =
    "(SELECT quote_ident(f.srvname) FROM pg_catalog.pg_foreign_server f WHERE f.oid = s.subserver)";

std::string query_for(int version) {
  return fmt::format(fmt::runtime(subscriptions_sql),
                     fmt::arg("server", since(version, {{0, "NULL"}, {190000, server_name_sql}})),
                     fmt::arg("server_oid", since(version, {{0, "0"}, {190000, "s.subserver"}})),
                     fmt::arg("binary", since(version, {{0, "false"}, {140000, "s.subbinary"}})),
                     fmt::arg("stream", since(version, {{0, "NULL"}, {140000, "s.substream::text"}})),
                     fmt::arg("two_phase", since(version, {{0, "'d'"}, {150000, "s.subtwophasestate"}})),
                     fmt::arg("disable_on_error", since(version, {{0, "false"}, {150000, "s.subdisableonerr"}})),
                     fmt::arg("password_required", since(version, {{0, "true"}, {160000, "s.subpasswordrequired"}})),
                     fmt::arg("run_as_owner", since(version, {{0, "false"}, {160000, "s.subrunasowner"}})),
                     fmt::arg("origin", since(version, {{0, "'any'"}, {160000, "s.suborigin"}})),
                     fmt::arg("failover", since(version, {{0, "false"}, {170000, "s.subfailover"}})),
                     fmt::arg("retain_dead_tuples", since(version, {{0, "false"}, {190000, "s.subretaindeadtuples"}})),
                     fmt::arg("max_retention", since(version, {{0, "0"}, {190000, "s.submaxretention"}})),
                     fmt::arg("receiver_timeout", since(version, {{0, "'-1'"}, {190000, "s.subwalrcvtimeout"}})));
}

std::string_view streaming_word(std::string_view stream) {
  if (stream == "t" || stream == "true") return "on";
  return stream == "p" ? "parallel" : "off";
}

/// The options in WITH (…); those that have their default are left out, so that older servers take the statement too.
std::string options(const pg::Row& row) {
  std::string sql = "connect = false, slot_name = ";
  sql += row["slot_name"].is_null() ? "NONE" : row["slot_name"].str();
  const auto add_if = [&sql](bool condition, std::string_view option) {
    if (condition) sql.append(", ").append(option);
  };
  add_if(row["binary"].as_bool(), "binary = true");
  if (!row["stream"].is_null()) sql.append(", streaming = ").append(streaming_word(row["stream"].view()));
  add_if(row["two_phase"].as_char() != 'd', "two_phase = on");
  add_if(row["disable_on_error"].as_bool(), "disable_on_error = true");
  add_if(!row["password_required"].as_bool(), "password_required = false");
  add_if(row["run_as_owner"].as_bool(), "run_as_owner = true");
  add_if(row["failover"].as_bool(), "failover = true");
  add_if(row["retain_dead_tuples"].as_bool(), "retain_dead_tuples = true");
  add_if(row["max_retention"].as_int() != 0, "max_retention_duration = " + row["max_retention"].str());
  add_if(row["synchronous_commit"].view() != "off",
         "synchronous_commit = " + quote_ident(row["synchronous_commit"].view()));
  add_if(row["receiver_timeout"].view() != "-1",
         "wal_receiver_timeout = " + quote_literal(row["receiver_timeout"].view()));
  add_if(row["origin"].view() != "any", "origin = " + row["origin"].str());
  return sql;
}

/// What a server did before it had a word for it, for those that do otherwise unless told; the others would not
/// understand. Before 14 changes were never streamed, before 16 always applied as the subscription's owner.
std::string options_of_newer_servers(int version, const std::string& target) {
  std::string statements;
  const auto add = [&](int since_version, const std::string& option) {
    if (version >= since_version) return;
    statements += "  IF current_setting('server_version_num')::integer >= " + std::to_string(since_version) +
                  " THEN\n    EXECUTE " + quote_literal("ALTER " + target + " SET (" + option + ")") + ";\n  END IF;\n";
  };
  add(140000, "streaming = off");
  add(160000, "run_as_owner = true");
  return statements.empty() ? statements : "DO $pgcoffer$\nBEGIN\n" + statements + "END\n$pgcoffer$;\n";
}

}  // namespace

void read_subscriptions(Builder& builder) {
  if (builder.selection.leave_out.subscriptions) return;
  if (!builder.connection.query(may_read_sql)[0]["allowed"].as_bool()) {
    for (const pg::Row row : builder.connection.query(names_sql)) {
      if (builder.everything()) builder.hidden("subscription", row["subname"].str(), "connection");
    }
    return;
  }
  for (const pg::Row row : builder.connection.query(query_for(builder.version))) {
    const Oid oid = row["oid"].as_oid();
    if (!dumpable_global(builder, class_oid::subscription, oid)) continue;
    const std::string name = row["subname"].str();
    Entry entry =
        new_entry(builder, "SUBSCRIPTION", {class_oid::subscription, oid, 0}, 0, name, row["subowner"].as_oid());
    entry.object.section = Section::post_data;
    entry.target = "SUBSCRIPTION " + quote_ident(name);
    set_owner_and_drop(entry);
    const std::string source =
        row["server"].is_null() ? "CONNECTION " + row["conninfo"].str() : "SERVER " + row["server"].str();
    entry.object.create_sql = "CREATE " + entry.target + " " + source + " PUBLICATION " + row["publications"].str() +
                              " WITH (" + options(row) + ");\n";
    entry.object.create_sql += options_of_newer_servers(builder.version, entry.target);
    if (!row["server"].is_null()) entry.needs = {{class_oid::foreign_server, row["server_oid"].as_oid(), 0}};
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
