#include "restore/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/sql_tokens.hpp"
#include "base/text.hpp"
#include "restore/choice.hpp"

namespace pgcoffer::restoring {
namespace {

/// Where the objects of a kind are looked up, and by what they are called in the table of contents: SQL over that row,
/// with {none} for what stands where an aggregate has no arguments.
struct Catalog {
  const char* name;
  const char* called;
  const char* schema;  ///< column with its oid; null where the kind has none
};

// Functions go by name and argument types; to_regprocedure() would want quotes. to_regtype() fails on a type that is
// but a shell.
constexpr const char* arguments =
    "o.proname || '(' || coalesce((SELECT pg_catalog.string_agg(pg_catalog.format_type(a.type, NULL), ', ' ORDER BY "
    "a.position) FROM pg_catalog.unnest(o.proargtypes::pg_catalog.oid[]) WITH ORDINALITY AS a(type, position)), "
    "CASE o.prokind WHEN 'a' THEN '*' ELSE '' END) || ')'";
constexpr const char* operands =
    "o.oprname || ' (' || CASE o.oprleft WHEN 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', ' "
    "|| "
    "CASE o.oprright WHEN 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END || ')'";

const std::map<std::string, Catalog>& catalogs() {
  static const std::map<std::string, Catalog> all = {
      {"TYPE", {"pg_type", "o.typname", "typnamespace"}},
      {"SHELL TYPE", {"pg_type", "o.typname", "typnamespace"}},
      {"DOMAIN", {"pg_type", "o.typname", "typnamespace"}},
      {"SCHEMA", {"pg_namespace", "o.nspname", nullptr}},
      {"EXTENSION", {"pg_extension", "o.extname", nullptr}},
      {"FUNCTION", {"pg_proc", arguments, "pronamespace"}},
      {"PROCEDURE", {"pg_proc", arguments, "pronamespace"}},
      {"AGGREGATE", {"pg_proc", arguments, "pronamespace"}},
      {"OPERATOR", {"pg_operator", operands, "oprnamespace"}},
      {"OPERATOR CLASS",
       {"pg_opclass", "o.opcname || ' USING ' || (SELECT amname FROM pg_catalog.pg_am WHERE oid = o.opcmethod)",
        "opcnamespace"}},
      {"OPERATOR FAMILY",
       {"pg_opfamily", "o.opfname || ' USING ' || (SELECT amname FROM pg_catalog.pg_am WHERE oid = o.opfmethod)",
        "opfnamespace"}},
      {"CAST",
       {"pg_cast",
        "'(' || pg_catalog.format_type(o.castsource, NULL) || ' AS ' || pg_catalog.format_type(o.casttarget, NULL) || "
        "')'",
        nullptr}},
      {"TRANSFORM",
       {"pg_transform",
        "'FOR ' || pg_catalog.format_type(o.trftype, NULL) || ' LANGUAGE ' || (SELECT lanname FROM "
        "pg_catalog.pg_language WHERE oid = o.trflang)",
        nullptr}},
      {"COLLATION", {"pg_collation", "o.collname", "collnamespace"}},
      {"CONVERSION", {"pg_conversion", "o.conname", "connamespace"}},
      {"TEXT SEARCH CONFIGURATION", {"pg_ts_config", "o.cfgname", "cfgnamespace"}},
      {"TEXT SEARCH DICTIONARY", {"pg_ts_dict", "o.dictname", "dictnamespace"}},
      {"TEXT SEARCH PARSER", {"pg_ts_parser", "o.prsname", "prsnamespace"}},
      {"TEXT SEARCH TEMPLATE", {"pg_ts_template", "o.tmplname", "tmplnamespace"}},
      {"FOREIGN DATA WRAPPER", {"pg_foreign_data_wrapper", "o.fdwname", nullptr}},
      {"SERVER", {"pg_foreign_server", "o.srvname", nullptr}},
      {"ACCESS METHOD", {"pg_am", "o.amname", nullptr}},
      {"PROCEDURAL LANGUAGE", {"pg_language", "o.lanname", nullptr}},
      {"STATISTICS", {"pg_statistic_ext", "o.stxname", "stxnamespace"}},
      {"PUBLICATION", {"pg_publication", "o.pubname", nullptr}}};
  return all;
}

/// What a constraint calls its index; nothing where it has none.
std::optional<std::string> index_of_constraint(const archive::TocEntry& entry) {
  const std::string prefix = entry.table_name + " ";
  if (entry.kind != "CONSTRAINT" || !entry.name.starts_with(prefix)) return std::nullopt;
  constexpr std::array<std::string_view, 3> with_index = {" PRIMARY KEY ", " UNIQUE ", " EXCLUDE "};
  const bool has = std::ranges::any_of(
      with_index, [&](std::string_view words) { return entry.create.find(words) != std::string::npos; });
  return has ? std::optional(entry.name.substr(prefix.size())) : std::nullopt;
}

std::string is_class(const std::string& schema, const std::string& name) {
  return fmt::format("pg_catalog.to_regclass({}) IS NOT NULL",
                     quote_literal(quote_always(QualifiedName{schema, name})));
}

/// CREATE TYPE schema.name; and no more: a shell that never became a type.
bool stays_a_shell(const archive::TocEntry& entry) {
  const SqlTokens tokens = sql_tokens(entry.create).value_or(SqlTokens());
  constexpr std::size_t end = 5;
  return tokens.size() > end && tokens[end].is(SqlToken::Type::symbol, ";");
}

/// An expression that is true where the object exists; empty for kinds that cannot be looked up by name.
std::string lookup(const archive::TocEntry& entry) {
  if (is_relation(entry) || entry.kind == "INDEX") return is_class(entry.schema, entry.name);
  if (const auto index = index_of_constraint(entry)) return is_class(entry.schema, *index);
  const auto catalog = catalogs().find(entry.kind);
  if (catalog == catalogs().end()) return {};
  const auto& [name, called, schema] = catalog->second;
  std::string where = fmt::format("{} = {}", called, quote_literal(entry.name));
  if (schema != nullptr) {
    where += fmt::format(" AND o.{} = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = {})", schema,
                         quote_literal(entry.schema));
  }
  // The shell that functions of a type need is made before it.
  if (entry.kind == "TYPE" && !stays_a_shell(entry)) where += " AND o.typisdefined";
  return fmt::format("EXISTS (SELECT FROM pg_catalog.{} o WHERE {})", name, where);
}

}  // namespace

// A few hundred lookups a query.
std::set<int> existing(pg::Connection& connection, const std::vector<const archive::TocEntry*>& entries) {
  constexpr std::size_t batch = 500;
  std::set<int> found;
  std::vector<std::string> selects;
  const auto flush = [&] {
    if (selects.empty()) return;
    const pg::Result result =
        connection.query(fmt::format("SELECT id FROM (VALUES {}) AS v(id, found) WHERE found", join(selects, ", ")));
    for (const pg::Row row : result) found.insert(static_cast<int>(row[0].as_int()));
    selects.clear();
  };
  for (const archive::TocEntry* entry : entries) {
    const std::string expression = lookup(*entry);
    if (expression.empty()) {
      found.insert(entry->id);
      continue;
    }
    selects.push_back(fmt::format("({}, {})", entry->id, expression));
    if (selects.size() == batch) flush();
  }
  flush();
  return found;
}

bool can_be_looked_up(const archive::TocEntry& entry) {
  return !lookup(entry).empty();
}

bool must_be_new(const archive::TocEntry& entry) {
  static const std::set<std::string, std::less<>> kinds = {"TYPE", "DOMAIN", "FUNCTION", "PROCEDURE", "AGGREGATE"};
  return is_relation(entry) || kinds.contains(entry.kind);
}

bool is_state_of_trigger(const archive::TocEntry& entry) {
  return entry.kind == "TRIGGER" && !entry.create.starts_with("CREATE ");
}

std::string describe(const archive::TocEntry& entry) {
  if (!entry.table_name.empty() && entry.name.starts_with(entry.table_name + " ")) {
    return fmt::format("{} {} of {}", entry.kind, quote_ident(entry.name.substr(entry.table_name.size() + 1)),
                       display_name({entry.table_schema, entry.table_name}));
  }
  // Their names say of what they are.
  if (entry.kind == "COMMENT" || entry.kind == "SECURITY LABEL") return fmt::format("{} on {}", entry.kind, entry.name);
  if (entry.kind == "ACL") return "ACL of " + entry.name;
  // Arguments of functions, operators and the like are SQL already.
  if (entry.name.find('(') != std::string::npos)
    return fmt::format("{} {}{}{}", entry.kind, entry.schema.empty() ? "" : quote_ident(entry.schema),
                       entry.schema.empty() ? "" : ".", entry.name);
  return fmt::format("{} {}", entry.kind,
                     entry.schema.empty() ? quote_ident(entry.name) : display_name({entry.schema, entry.name}));
}

}  // namespace pgcoffer::restoring
