#include "audit/columns.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "content/detect.hpp"
#include "content/elements.hpp"
#include "policy/credential_names.hpp"
#include "rows/copy_text.hpp"

namespace pgcoffer::audit {
namespace {

bool is_credential_name(std::string_view name) {
  return policy::credential_by_name(name).has_value();
}

/// A view into the line where nothing is escaped, else into `scratch`.
std::string_view unescaped(std::string_view field, std::string& scratch) {
  if (field.find('\\') == std::string_view::npos) return field;
  scratch.clear();
  const char* at = field.data();
  const char* const end = at + field.size();
  while (at < end) {
    const char c = *at++;
    scratch += c == '\\' ? rows::copy_text::read_escape(at) : c;
  }
  return scratch;
}

content::Kinds kinds_in(std::string_view value, ColumnText text) {
  switch (text) {
    case ColumnText::bytes:
      return content::kinds_in(bytes_of(value), is_credential_name);
    case ColumnText::array:
      return content::kinds_in_array(value, is_credential_name);
    case ColumnText::hstore:
      return content::kinds_in_hstore(value, is_credential_name);
    case ColumnText::plain:
      break;
  }
  return content::kinds_in(value, is_credential_name);
}

}  // namespace

std::string bytes_of(std::string_view value) {
  const bool hexadecimal = value.starts_with("\\x") && value.size() % 2 == 0;
  return hexadecimal ? from_hex(value.substr(2)) : std::string(value);
}

ColumnText text_of(std::string_view type) {
  if (type.ends_with("[]")) return ColumnText::array;
  if (type == "bytea") return ColumnText::bytes;
  return type == "hstore" || type.ends_with(".hstore") ? ColumnText::hstore : ColumnText::plain;
}

void ColumnContent::add(std::string_view value, ColumnText text, std::uint64_t row, const Replaced& replaced) {
  ++rows;
  const std::size_t hash = std::hash<std::string_view>()(value);
  if (values() == 1) first = hash;
  all_the_same = all_the_same && hash == first;
  content::Kinds found = kinds_in(value, text);
  if (!found.empty()) replaced.excuse(value, found);
  if (found.empty()) return;
  certain_phone |= found.has(content::Kind::phone) && found.has_certain_phone();
  for (const content::Kind kind : content::all_kinds())
    if (found.has(kind)) add(kind, row);
}

void ColumnContent::add(content::Kind kind, std::uint64_t row) {
  Seen& seen = kinds.at(static_cast<std::size_t>(kind));
  ++seen.rows;
  if (seen.places.size() < kPlaces) seen.places.push_back({"", row});
}

void ColumnContent::add(const ColumnContent& other) {
  if (other.values() > 0) {
    all_the_same = all_the_same && other.all_the_same && (values() == 0 || first == other.first);
    if (values() == 0) first = other.first;
  }
  certain_phone |= other.certain_phone;
  rows += other.rows;
  nulls += other.nulls;
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds.at(i).add(other.kinds.at(i));
}

void ColumnContent::Seen::add(const Seen& other) {
  rows += other.rows;
  std::ranges::copy(other.places, std::back_inserter(places));
}

void ColumnContent::name_part(const std::string& file) {
  for (Seen& seen : kinds)
    for (Place& place : seen.places) place.part = file;
}

bool is_likely(content::Kind kind, const catalog::Column& column, const ColumnContent& content) {
  const double share = static_cast<double>(content.seen(kind).rows) / static_cast<double>(content.values());
  switch (kind) {
    case content::Kind::card:
      // One in ten numbers of that length has right check digits.
      return column.value_class != catalog::ValueClass::number || share > 0.5;
    case content::Kind::phone:
      return content.certain_phone || share > 0.2;
    case content::Kind::ip:
      return share > 0.2;
    case content::Kind::high_entropy:
      return share > 0.5;
    default:
      return true;
  }
}

std::uint64_t Fields::read(std::string_view lines, std::size_t columns, const Take& take) {
  std::uint64_t row = 0, wrong = 0;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    ++row;
    std::size_t column = 0;
    for (bool more = columns > 0 || !line.empty(); more; ++column) {
      const auto tab = line.find('\t');
      more = tab != std::string_view::npos;
      const std::string_view field = line.substr(0, tab);
      if (more) line.remove_prefix(tab + 1);
      if (column >= columns) continue;
      const std::string_view value = field == "\\N" ? std::string_view() : unescaped(field, value_);
      take(row, column, field == "\\N" ? nullptr : &value);
    }
    if (column != columns && wrong == 0) wrong = row;
  }
  return wrong;
}

}  // namespace pgcoffer::audit
