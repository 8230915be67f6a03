#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr std::string_view aggregates_sql = R"sql(
SELECT p.oid,
       p.proname,
       p.pronamespace,
       p.proowner,
       p.proparallel,
       a.aggkind,
       pg_get_function_arguments(p.oid) AS arguments,
       pg_get_function_identity_arguments(p.oid) AS identity_arguments,
       (SELECT string_agg(format_type(t.type, NULL), ', ' ORDER BY t.position)
          FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t(type, position)) AS argument_types,
       a.aggtransfn::text AS sfunc,
       a.aggtranstype::regtype::text AS stype,
       nullif(a.aggtransspace, 0) AS sspace,
       quote_literal(a.agginitval) AS initcond,
       a.aggfinalfn::text AS finalfunc,
       a.aggfinalextra,
       a.aggfinalmodify,
       a.aggcombinefn::text AS combinefunc,
       a.aggserialfn::text AS serialfunc,
       a.aggdeserialfn::text AS deserialfunc,
       a.aggmtransfn::text AS msfunc,
       a.aggminvtransfn::text AS minvfunc,
       a.aggmtranstype::regtype::text AS mstype,
       nullif(a.aggmtransspace, 0) AS msspace,
       quote_literal(a.aggminitval) AS minitcond,
       a.aggmfinalfn::text AS mfinalfunc,
       a.aggmfinalextra,
       a.aggmfinalmodify,
       (SELECT 'OPERATOR(' || quote_ident(n.nspname) || '.' || o.oprname || ')'
          FROM pg_catalog.pg_operator o
          JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
         WHERE o.oid = a.aggsortop) AS sortop,
       p.proacl::text AS acl,
       acldefault('f', p.proowner)::text AS base_acl
  FROM pg_catalog.pg_aggregate a
  JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, p.proname, p.proargtypes::oid[]
)sql";

constexpr char ordinary_kind = 'n', hypothetical_kind = 'h';

/// FINALFUNC_MODIFY's value where it differs from what the kind of aggregate has by itself.
std::string_view modify_words(char modify, char kind) {
  const char usual = kind == ordinary_kind ? 'r' : 'w';
  if (modify == usual) return {};
  if (modify == 'r') return "READ_ONLY";
  return modify == 's' ? "SHAREABLE" : "READ_WRITE";
}

void add_final_function(Clauses& clauses, const std::string& key, const pg::Field& function, bool extra,
                        std::string_view modify) {
  if (is_none(function)) return;
  clauses.add(key, function.view());
  clauses.flag(key + "_EXTRA", extra);
  if (!modify.empty()) clauses.add(key + "_MODIFY", modify);
}

std::string definition(const pg::Row& row) {
  const char kind = row["aggkind"].as_char();
  Clauses clauses;
  clauses.add("SFUNC", row["sfunc"].view());
  clauses.add("STYPE", row["stype"].view());
  clauses.add_if_any("SSPACE", row["sspace"]);
  if (!row["initcond"].is_null()) clauses.add("INITCOND", row["initcond"].view());
  add_final_function(clauses, "FINALFUNC", row["finalfunc"], row["aggfinalextra"].as_bool(),
                     modify_words(row["aggfinalmodify"].as_char(), kind));
  clauses.add_if_any("COMBINEFUNC", row["combinefunc"]);
  clauses.add_if_any("SERIALFUNC", row["serialfunc"]);
  clauses.add_if_any("DESERIALFUNC", row["deserialfunc"]);
  if (!is_none(row["msfunc"])) {
    clauses.add("MSFUNC", row["msfunc"].view());
    clauses.add("MINVFUNC", row["minvfunc"].view());
    clauses.add("MSTYPE", row["mstype"].view());
  }
  clauses.add_if_any("MSSPACE", row["msspace"]);
  if (!row["minitcond"].is_null()) clauses.add("MINITCOND", row["minitcond"].view());
  add_final_function(clauses, "MFINALFUNC", row["mfinalfunc"], row["aggmfinalextra"].as_bool(),
                     modify_words(row["aggmfinalmodify"].as_char(), kind));
  clauses.add_if_any("SORTOP", row["sortop"]);
  clauses.flag("HYPOTHETICAL", kind == hypothetical_kind);
  const char parallel = row["proparallel"].as_char();
  if (parallel != 'u') clauses.add("PARALLEL", parallel == 's' ? "safe" : "restricted");
  return clauses.text();
}

}  // namespace

std::string aggregates_query() {
  return std::string(aggregates_sql);
}

void read_aggregates(Builder& builder) {
  for (const pg::Row row : builder.query(aggregates_query())) {
    const Oid oid = row["oid"].as_oid();
    const Oid schema = row["pronamespace"].as_oid();
    if (!dumpable_in_schema(builder, class_oid::proc, oid, schema)) continue;
    const std::string name = row["proname"].str();
    const std::string qualified = builder.qualified(schema, name);
    const std::string types = row["argument_types"].str();
    // An aggregate over rows has a star where others have arguments; GRANT, which has no word for aggregates, takes
    // the plain list of types as for functions.
    const auto or_star = [&](std::string arguments) { return types.empty() ? "*" : std::move(arguments); };
    Entry entry = new_entry(builder, "AGGREGATE", {class_oid::proc, oid, 0}, schema, name + "(" + or_star(types) + ")",
                            row["proowner"].as_oid());
    entry.target = "AGGREGATE " + qualified + "(" + or_star(row["identity_arguments"].str()) + ")";
    set_owner_and_drop(entry);
    entry.object.create_sql =
        "CREATE AGGREGATE " + qualified + "(" + or_star(row["arguments"].str()) + ") " + definition(row) + ";\n";
    set_privileges(entry, "FUNCTION", qualified + "(" + types + ")", row);
    builder.add(std::move(entry));
  }
}

}  // namespace pgcoffer::catalog
