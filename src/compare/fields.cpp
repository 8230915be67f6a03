#include "compare/fields.hpp"

#include "rows/copy_text.hpp"

namespace pgcoffer::comparing {

void split_fields(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  for (;;) {
    const std::size_t end = line.find('\t');
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

std::string_view project(const std::vector<std::string_view>& fields, const std::vector<std::size_t>& which,
                         std::string& scratch) {
  scratch.clear();
  for (const std::size_t field : which) {
    if (field != which.front()) scratch += '\t';
    scratch += fields.at(field);
  }
  return scratch;
}

std::optional<std::string> value_of(std::string_view field) {
  if (field == "\\N") return std::nullopt;
  std::string text(field);
  text += '\n';
  text.append(rows::scan::Step, '\0');
  std::string value;
  rows::Buffer out(value);
  const char* at = text.data();
  rows::copy_text::read_field(at, out);
  out.close();
  return value;
}

}  // namespace pgcoffer::comparing
