#include "catalog/builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pgcoffer/error.hpp>
#include <utility>

#include "catalog/queries.hpp"
namespace pgcoffer::catalog {
namespace {

constexpr Oid first_user_oid = 16384;  // initdb's own objects have smaller ones

}  // namespace

Builder::Builder(pg::Connection& connection_, const Selection& selection_, Ahead::Connect second)
    : connection(connection_), ahead(std::move(second)), selection(selection_), version(connection_.server_version()) {
  catalog.server = {version, connection.parameter_status("server_version")};
  read_names();
  named_ = find_named(connection, selection, schemas_);
  catalog.warnings = named_.warnings;
}

void Builder::read_names() {
  for (const auto row : connection.query("SELECT oid, nspname FROM pg_catalog.pg_namespace"))
    schemas_.emplace(row["oid"].as_oid(), row["nspname"].str());
  // Those that something in this database is of: a name of another may be in an encoding that cannot be read here.
  // Dependencies on the server's own are not recorded.
  for (const auto row : connection.query(R"sql(
    SELECT oid, rolname FROM pg_catalog.pg_roles
    WHERE oid < 16384 OR oid IN (
      SELECT s.refobjid FROM pg_catalog.pg_shdepend s, pg_catalog.pg_database d
      WHERE d.datname = pg_catalog.current_database() AND s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
        AND (s.dbid = d.oid OR (s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND s.objid = d.oid))))sql"))
    roles_.emplace(row["oid"].as_oid(), row["rolname"].str());
  const auto members = connection.query(R"sql(
    SELECT classid, objid, refobjid
    FROM pg_catalog.pg_depend
    WHERE deptype = 'e' AND refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass)sql");
  for (const auto row : members)
    extension_members_[row["classid"].as_oid()].emplace(row["objid"].as_oid(), row["refobjid"].as_oid());

  if (relations_only()) return;
  for (const auto& [oid, name] : schemas_) {
    const auto matches = [&schema = name](const Pattern& pattern) { return pattern.matches(schema); };
    // The server's own are meant by their names only: -n 'p*' is about public, not pg_catalog.
    const bool own = system_schema(name);
    const bool asked =
        selection.schemas.empty() ? !own : std::ranges::any_of(selection.schemas, [&](const Pattern& each) {
          return matches(each) && (!own || each.name_breadth() == Pattern::Breadth::exact);
        });
    if (asked && std::ranges::none_of(selection.exclude_schemas, matches)) selected_schemas_.insert(oid);
  }
}

const std::string& Builder::schema_name(Oid schema) const {
  const auto found = schemas_.find(schema);
  if (found == schemas_.end())
    throw Error(Kind::failed, fmt::format("schema with oid {} does not exist", schema))
        .hint("Was it dropped while the dump began? Run the dump again.");
  return found->second;
}

const std::string& Builder::role_name(Oid role) const {
  auto found = roles_.find(role);
  if (found == roles_.end())
    for (const auto row : connection.query(fmt::format("SELECT rolname FROM pg_catalog.pg_roles WHERE oid = {}", role)))
      found = roles_.emplace(role, row[0].str()).first;
  if (found == roles_.end())
    throw Error(Kind::failed, fmt::format("role with oid {} does not exist", role))
        .hint("Was it dropped while the dump began? Run the dump again.");
  return found->second;
}

std::string Builder::qualified(Oid schema, std::string_view name) const {
  return quote_ident(schema_name(schema)) + "." + quote_ident(name);
}

bool Builder::schema_selected(Oid schema) const {
  return selected_schemas_.contains(schema);
}

bool Builder::global_selected(Oid object) const {
  return everything() && object >= first_user_oid;
}

bool Builder::relation_selected(Oid schema, std::string_view name) const {
  const QualifiedName full{schema_name(schema), std::string(name)};
  if (named_.excluded_tables.contains(full)) return false;
  return relations_only() ? named_.tables.contains(full) : schema_selected(schema);
}

bool Builder::rows_excluded(const QualifiedName& name, char persistence) const {
  return named_.without_rows.contains(name) || (persistence == 'u' && !selection.unlogged_rows);
}

bool Builder::extension_selected(Oid extension) const {
  if (named_.excluded_extensions.contains(extension) || extension < first_user_oid) return false;
  return selection.extensions.empty() ? global_selected(extension) : named_.extensions.contains(extension);
}

Oid Builder::extension_of(Oid class_oid, Oid oid) const {
  const auto members = extension_members_.find(class_oid);
  if (members == extension_members_.end()) return 0;
  const auto found = members->second.find(oid);
  return found == members->second.end() ? 0 : found->second;
}

bool Builder::extension_member(Oid class_oid, Oid oid) const {
  return extension_of(class_oid, oid) != 0;
}

bool Builder::member_selected(Oid class_oid, Oid oid) const {
  const Oid extension = extension_of(class_oid, oid);
  return extension != 0 && (extension_selected(extension) || named_.extensions.contains(extension));
}

pg::Result Builder::query(std::string_view sql) {
  auto rows = ahead.take(sql);
  return rows ? std::move(*rows) : connection.query(sql);
}

const std::vector<Dependency>& Builder::dependencies() {
  if (!dependencies_) dependencies_ = read_dependencies(query(dependencies_query()));
  return *dependencies_;
}

const pg::Result& Builder::few_columns() {
  if (!few_columns_) few_columns_ = query(few_columns_query());
  return *few_columns_;
}

Entry& Builder::add(Entry entry) {
  const Address& address = entry.object.address;
  if (extension_member(address.class_oid, address.oid)) entry.wanted = false;
  if (address.class_oid == class_oid::relation && address.sub == 0 && !entry.attached_to)
    relations_.try_emplace(address.oid, entries.size());
  for (const auto& other : entry.also)
    if (other.class_oid == class_oid::relation) relations_.try_emplace(other.oid, entries.size());
  return entries.emplace_back(std::move(entry));
}

void Builder::unsupported(std::string kind, std::string name) {
  catalog.unsupported.push_back({std::move(kind), std::move(name), {}});
}

void Builder::hidden(std::string kind, std::string name, std::string part) {
  catalog.unsupported.push_back({std::move(kind), std::move(name), std::move(part)});
}

Table* Builder::table(Oid oid) {
  if (tables_.size() != catalog.tables.size()) {
    tables_.clear();
    for (std::size_t i = 0; i < catalog.tables.size(); ++i) tables_.emplace(catalog.tables[i].oid, i);
  }
  const auto found = tables_.find(oid);
  return found == tables_.end() ? nullptr : &catalog.tables[found->second];
}

std::optional<std::size_t> Builder::relation_entry(Oid relation) const {
  const auto found = relations_.find(relation);
  if (found == relations_.end()) return std::nullopt;
  return found->second;
}

bool system_schema(std::string_view name) {
  return name.starts_with("pg_") || name == "information_schema";
}

void set_owner_and_drop(Entry& entry) {
  if (!entry.object.owner.empty())
    entry.object.owner_sql = fmt::format("ALTER {} OWNER TO {};\n", entry.target, quote_ident(entry.object.owner));
  entry.object.drop_sql = fmt::format("DROP {};\n", entry.target);
}

}  // namespace pgcoffer::catalog
