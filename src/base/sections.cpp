#include "base/sections.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"

namespace pgcoffer {

bool Sections::has(std::string_view section) const {
  if (section == "pre-data") return pre_data;
  return section == "data" ? data : post_data;
}

Sections chosen_sections(const std::vector<std::string>& names, bool schema_only, bool data_only) {
  if (schema_only && data_only) {
    throw Error(Kind::usage, "--schema-only and --data-only exclude each other").hint("Leave out one of them.");
  }
  Sections chosen{names.empty(), names.empty(), names.empty()};
  for (const std::string& name : names) {
    if (name != "pre-data" && name != "data" && name != "post-data") {
      throw Error(Kind::usage, fmt::format("unknown section \"{}\"", name)).hint("Choose pre-data, data or post-data.");
    }
    chosen.pre_data |= name == "pre-data";
    chosen.data |= name == "data";
    chosen.post_data |= name == "post-data";
  }
  if (schema_only) chosen.data = false;
  if (data_only) chosen.pre_data = chosen.post_data = false;
  if (!chosen.schema() && !chosen.data) {
    throw Error(Kind::usage,
                fmt::format("{} leaves nothing of the chosen sections", schema_only ? "--schema-only" : "--data-only"))
        .hint("Leave out --section or the other option.");
  }
  return chosen;
}

}  // namespace pgcoffer
