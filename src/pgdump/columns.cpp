#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "pgdump/describe.hpp"

namespace pgcoffer::pgdump {
namespace {

/// What stands before the first option of a column or a domain.
std::string_view before_options(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  for (const std::string_view end :
       {" DEFAULT ", " NOT NULL", " GENERATED ", " COLLATE ", " CONSTRAINT ", " OPTIONS "}) {
    text = text.substr(0, text.find(end));
  }
  return text;
}

}  // namespace

std::string take_identifier(std::string_view& text) {
  std::string name;
  if (!text.starts_with('"')) {
    const std::size_t length = std::min(text.find_first_of(" ,()."), text.size());
    name = text.substr(0, length);
    text.remove_prefix(length);
    return name;
  }
  for (text.remove_prefix(1); !text.empty(); text.remove_prefix(1)) {
    if (text.front() != '"') {
      name += text.front();
    } else if (text.starts_with("\"\"")) {
      name += '"';
      text.remove_prefix(1);
    } else {
      text.remove_prefix(1);
      break;
    }
  }
  return name;
}

std::optional<QualifiedName> copy_target(std::string_view copy) {
  if (!copy.starts_with("COPY ")) return std::nullopt;
  copy.remove_prefix(5);
  std::string schema = take_identifier(copy);
  if (!copy.starts_with('.')) return std::nullopt;
  copy.remove_prefix(1);
  return QualifiedName{std::move(schema), take_identifier(copy)};
}

std::vector<std::string> copy_columns(std::string_view copy) {
  std::vector<std::string> columns;
  if (!copy.starts_with("COPY ")) return columns;
  copy.remove_prefix(5);
  (void)take_identifier(copy);
  if (copy.starts_with('.')) {
    copy.remove_prefix(1);
    (void)take_identifier(copy);
  }
  if (!copy.starts_with(" (")) return columns;
  copy.remove_prefix(2);
  while (!copy.empty() && !copy.starts_with(')')) {
    columns.push_back(take_identifier(copy));
    while (copy.starts_with(',') || copy.starts_with(' ')) copy.remove_prefix(1);
  }
  return columns;
}

std::vector<std::string> table_columns(std::string_view create_table) {
  constexpr std::string_view indent = "\n    ";
  create_table = create_table.substr(0, create_table.find("\n)"));
  std::vector<std::string> columns;
  for (std::size_t at = create_table.find(indent); at != std::string_view::npos;
       at = create_table.find(indent, at + indent.size())) {
    std::string_view line = create_table.substr(at + indent.size());
    if (line.starts_with("CONSTRAINT ") || line.starts_with("CHECK ")) continue;
    std::string name = take_identifier(line);
    if (line.starts_with(' ')) columns.push_back(std::move(name));
  }
  return columns;
}

std::string column_type(std::string_view create_table, std::string_view column) {
  constexpr std::string_view indent = "\n    ";
  for (std::size_t at = create_table.find(indent); at != std::string_view::npos;
       at = create_table.find(indent, at + indent.size())) {
    std::string_view line = create_table.substr(at + indent.size());
    if (take_identifier(line) != column || !line.starts_with(' ')) continue;
    line.remove_prefix(1);
    line = before_options(line);
    if (line.ends_with(',')) line.remove_suffix(1);
    return std::string(line);
  }
  return {};
}

std::string domain_type(std::string_view create_domain) {
  constexpr std::string_view create = "CREATE DOMAIN ", as = " AS ";
  if (!create_domain.starts_with(create)) return {};
  create_domain.remove_prefix(create.size());
  (void)take_identifier(create_domain);
  if (create_domain.starts_with('.')) {
    create_domain.remove_prefix(1);
    (void)take_identifier(create_domain);
  }
  if (!create_domain.starts_with(as)) return {};
  std::string_view type = before_options(create_domain.substr(as.size()));
  if (type.ends_with(';')) type.remove_suffix(1);
  return std::string(type);
}

rows::JsonKind kind_of_type(std::string_view type) {
  const bool array = type.ends_with("[]");
  while (type.ends_with("[]")) type.remove_suffix(2);
  type = type.substr(0, type.find('('));
  constexpr std::array<std::string_view, 7> numbers = {"smallint", "integer",          "bigint", "oid",
                                                       "real",     "double precision", "numeric"};
  if (std::ranges::find(numbers, type) != numbers.end())
    return array ? rows::JsonKind::number_array : rows::JsonKind::number;
  if (type == "boolean") return array ? rows::JsonKind::boolean_array : rows::JsonKind::boolean;
  if (array) return type == "box" ? rows::JsonKind::string : rows::JsonKind::string_array;
  return type == "json" || type == "jsonb" ? rows::JsonKind::json : rows::JsonKind::string;
}

}  // namespace pgcoffer::pgdump
