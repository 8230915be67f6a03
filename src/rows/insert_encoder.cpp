#include "rows/insert_encoder.hpp"

#include "base/text.hpp"
#include "rows/copy_text.hpp"

namespace pgcoffer::rows {
namespace {

/// Text that stands as a number without quotes; NaN and Infinity do not.
bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789 +-eE.") == std::string_view::npos;
}

std::string literal(JsonKind kind, const std::string& value) {
  // Without quotes -0 would be an integer, which has no negative zero.
  if (kind == JsonKind::number && is_number(value) && value != "-0") return value;
  if (kind == JsonKind::boolean) return value == "t" ? "true" : "false";
  return quote_literal(value);
}

/// Reads the field at `at`, which is moved to the tab or newline that ends it.
void read_value(const char*& at, std::string& value) {
  value.clear();
  while (!copy_text::ends_field(*at)) {
    const char c = *at++;
    value += c == '\\' ? copy_text::read_escape(at) : c;
  }
}

}  // namespace

InsertEncoder::InsertEncoder(const std::string& table, const std::vector<Column>& columns, const InsertStyle& style)
    : ending_(style.on_conflict_do_nothing ? " ON CONFLICT DO NOTHING;\n" : ";\n"),
      // DEFAULT VALUES stands for one row.
      rows_(columns.empty() ? 1 : style.rows) {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    kinds_.push_back(column.kind);
    names.push_back(quote_ident(column.name));
  }
  beginning_ = "INSERT INTO " + table;
  if (style.column_names && !names.empty()) beginning_ += " (" + join(names, ", ") + ")";
  if (style.overriding) beginning_ += " OVERRIDING SYSTEM VALUE";
  beginning_ += columns.empty() ? " DEFAULT VALUES" : " VALUES";
}

void InsertEncoder::add(std::string_view line, std::string& out) {
  if (in_statement_ > 0) {
    out += ",\n\t";
  } else {
    out += beginning_;
    if (!kinds_.empty()) out += rows_ > 1 ? "\n\t" : " ";
  }
  if (!kinds_.empty()) add_values(line, out);
  if (++in_statement_ == rows_) end(out);
}

void InsertEncoder::add_values(std::string_view line, std::string& out) {
  const char* at = line.data();
  char separator = '(';
  for (const JsonKind kind : kinds_) {
    out += separator;
    if (separator == ',') out += ' ';
    separator = ',';
    if (copy_text::is_null(at)) {
      out += "NULL";
      at += 2;
    } else {
      read_value(at, value_);
      out += literal(kind, value_);
    }
    ++at;
  }
  out += ')';
}

void InsertEncoder::end(std::string& out) {
  if (in_statement_ > 0) out += ending_;
  in_statement_ = 0;
}

}  // namespace pgcoffer::rows
