#include <fmt/format.h>

#include <utility>

#include "catalog/queries.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr const char* policies_sql = R"sql(
  SELECT p.oid, p.polrelid, p.polname, p.polpermissive,
         CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' END
           AS command,
         CASE WHEN p.polroles <> '{{0}}'
              THEN ARRAY(SELECT r.rolname FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles) ORDER BY r.rolname)
              END AS roles,
         pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS qualifier,
         pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
  FROM pg_catalog.unnest({}) AS wanted(oid)
    JOIN pg_catalog.pg_policy p ON p.polrelid = wanted.oid
  ORDER BY p.polrelid, p.polname)sql";

std::string create_policy(const Entry& table, const pg::Row& row) {
  std::string sql = fmt::format("CREATE POLICY {} ON {}", quote_ident(row["polname"].view()), sql_name(table));
  if (!row["polpermissive"].as_bool()) sql += " AS RESTRICTIVE";
  if (!row["command"].is_null()) sql += fmt::format(" FOR {}", row["command"].view());
  if (!row["roles"].is_null()) {
    std::vector<std::string> roles;
    for (const auto& role : row["roles"].as_array()) roles.push_back(quote_ident(role));
    sql += " TO " + join(roles, ", ");
  }
  if (!row["qualifier"].is_null()) sql += fmt::format(" USING ({})", row["qualifier"].view());
  if (!row["with_check"].is_null()) sql += fmt::format(" WITH CHECK ({})", row["with_check"].view());
  return sql + ";\n";
}

}  // namespace

std::string policies_query(const Builder& builder) {
  return fmt::format(policies_sql, wanted_relations(builder));
}

void read_policies(Builder& builder) {
  if (builder.selection.leave_out.policies) return;
  for (const auto row : builder.query(policies_query(builder))) {
    const Entry& table = builder.entries[*builder.relation_entry(row["polrelid"].as_oid())];
    const std::string name = row["polname"].str();
    Entry entry =
        entry_of_relation(table, "POLICY", {class_oid::policy, row["oid"].as_oid(), 0}, table.object.name + " " + name);
    entry.object.section = Section::post_data;
    entry.target = fmt::format("POLICY {} ON {}", quote_ident(name), sql_name(table));
    entry.object.create_sql = create_policy(table, row);
    entry.object.drop_sql = fmt::format("DROP {};\n", entry.target);
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
