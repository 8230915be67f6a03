#include "policy/domain_names.hpp"

#include "base/text.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

/// As format_type() writes it: with its schema, and in double quotes where it needs them.
std::string name_of_column(std::string_view type) {
  if (const auto open = type.find('('); open != std::string_view::npos) type = type.substr(0, open);
  while (type.ends_with("[]")) type.remove_suffix(2);
  if (const auto dot = type.rfind('.'); dot != std::string_view::npos) type = type.substr(dot + 1);
  constexpr WordSet says_domain("domain dom d type t");
  std::vector<std::string> parts = words(type);
  while (parts.size() > 1 && says_domain.contains(parts.back())) parts.pop_back();
  while (parts.size() > 1 && says_domain.contains(parts.front())) parts.erase(parts.begin());
  return join(parts, "_");
}

}  // namespace

std::vector<std::string> domain_names(const catalog::Column& column) {
  std::vector<std::string> result;
  if (column.type_kind == 'd') result.push_back(name_of_column(column.type));
  for (const std::string& domain : column.domains) result.push_back(name_of_column(domain));
  // The last of the elements' types is what their domains are made of.
  for (std::size_t i = 0; i + 1 < column.elements.size(); ++i) result.push_back(name_of_column(column.elements[i]));
  return result;
}

}  // namespace pgcoffer::policy
