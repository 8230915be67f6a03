#include <algorithm>
#include <set>

#include "catalog/read.hpp"
#include "policy/policy.hpp"
#include "policy/rules.hpp"

namespace pgcoffer::policy {

namespace {

void exclude_large_objects(catalog::Catalog& catalog) {
  constexpr catalog::Oid class_large_object = 2613;
  catalog.large_objects.clear();
  std::erase_if(catalog.objects,
                [](const catalog::Object& object) { return object.address.class_oid == class_large_object; });
}

void exclude_sequence_values(catalog::Catalog& catalog) {
  std::erase_if(catalog.objects, [](const catalog::Object& object) { return object.kind == "SEQUENCE SET"; });
}

}  // namespace

void apply(const Verdicts& verdicts, catalog::Catalog& catalog) {
  if (!verdicts.large_objects) exclude_large_objects(catalog);
  if (!verdicts.sequence_values) exclude_sequence_values(catalog);
  for (const RedactedObject& redaction : verdicts.redactions) {
    for (catalog::Object& object : catalog.objects) {
      if (object.id == redaction.id) object.create_sql = redaction.create_sql;
    }
  }
  std::set<catalog::Oid> excluded;
  for (std::size_t i = 0; i < verdicts.tables.size(); ++i) {
    if (verdicts.tables[i].action == TableAction::exclude) excluded.insert(catalog.tables[i].oid);
  }
  if (excluded.empty()) return;
  const auto left = catalog::left_without(catalog, excluded);
  if (!left) return catalog::remove_tables(catalog, excluded);
  const auto table = std::ranges::find(catalog.tables, left->table, &catalog::Table::oid);
  throw refusal(left->object + " needs " + left->needed + ", which is excluded",
                "Exclude it as well, or keep the table and leave out only its rows (exclude-rows).",
                verdicts.tables[static_cast<std::size_t>(table - catalog.tables.begin())].rule);
}

}  // namespace pgcoffer::policy
