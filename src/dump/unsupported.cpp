#include "dump/unsupported.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

std::vector<std::string> unsupported_names(const catalog::Catalog& catalog) {
  std::vector<std::string> names;
  for (const catalog::Unsupported& object : catalog.unsupported)
    names.push_back(
        fmt::format("{} {}{}", object.kind, object.name,
                    object.hidden.empty() ? "" : fmt::format(" (this role may not see its {})", object.hidden)));
  return names;
}

void refuse_unsupported(const catalog::Catalog& catalog) {
  if (catalog.unsupported.empty()) return;
  const std::string names = join_first(unsupported_names(catalog));
  if (std::ranges::none_of(catalog.unsupported, &std::string::empty, &catalog::Unsupported::hidden))
    throw Error(Kind::permission, "cannot read all that is to be dumped: " + names)
        .hint(
            "Dump as a superuser, or go on without these objects with --ignore-unsupported: the manifest then lists "
            "them.");
  throw Error(Kind::unsupported, "the database holds what this version cannot dump: " + names)
      .hint("Go on without these objects with --ignore-unsupported: the manifest then lists them.");
}

}  // namespace pgcoffer::dumping
