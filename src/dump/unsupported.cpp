#include "dump/unsupported.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "catalog/read.hpp"
#include "catalog/unreadable.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

std::vector<std::string> unsupported_names(const catalog::Catalog& catalog) {
  std::vector<std::string> names;
  for (const catalog::Unsupported& object : catalog.unsupported) names.push_back(described(object));
  return names;
}

void refuse_unsupported(const catalog::Catalog& catalog) {
  if (std::ranges::none_of(catalog.unsupported, &std::string::empty, &catalog::Unsupported::hidden)) return;
  throw Error(Kind::unsupported,
              "the database holds what this version cannot dump: " + join_first(unsupported_names(catalog)))
      .hint("Go on without these objects with --ignore-unsupported: the manifest then lists them.");
}

void refuse_unreadable(pg::Connection& connection, const catalog::Catalog& catalog, bool hidden_parts) {
  catalog::Unreadable unreadable;
  for (const catalog::Unsupported& object : catalog.unsupported)
    if (!object.hidden.empty() && !hidden_parts) unreadable.add_object(described(object));
  unreadable.add_large_objects(catalog::unreadable_large_objects(connection, catalog.large_objects));
  if (!unreadable.empty()) throw unreadable.error({});
}

}  // namespace pgcoffer::dumping
