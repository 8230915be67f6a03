#include "dump/unsupported.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

std::vector<std::string> unsupported_names(const catalog::Catalog& catalog) {
  std::vector<std::string> names;
  for (const catalog::Unsupported& object : catalog.unsupported)
    names.push_back(fmt::format("{} {}", object.kind, object.name));
  return names;
}

void refuse_unsupported(const catalog::Catalog& catalog) {
  if (catalog.unsupported.empty()) return;
  throw Error(Kind::unsupported, fmt::format("the database holds what this version cannot dump: {}",
                                             join_first(unsupported_names(catalog))))
      .hint("Go on without these objects with --ignore-unsupported: the manifest then lists them.");
}

}  // namespace pgcoffer::dumping
