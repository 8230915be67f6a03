#include "rows/buffer.hpp"
#include "rows/copy_text.hpp"
#include "rows/format.hpp"

namespace pgcoffer::rows {
namespace {

constexpr std::string_view LineEnd = "\r\n";

/// Quotes tell an empty string from NULL, and a value `\.` from the end of the data in psql's \copy.
[[nodiscard]] bool needs_quotes(std::string_view value) noexcept {
  return value.empty() || value == "\\." || value.front() == ' ' || value.back() == ' ' ||
         value.find_first_of(",\"\r\n") != std::string_view::npos;
}

void append_value(std::string_view value, std::string& out) {
  if (!needs_quotes(value)) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

/// `line` is without its newline; `padded` is storage for a copy that may be read past its end.
void append_record(std::string_view line, std::string& padded, std::string& storage, std::string& out) {
  padded.assign(line);
  padded.append(Buffer::Slack, '\n');
  const char* at = padded.data();
  for (;;) {
    if (copy_text::is_null(at)) {
      at += 2;
    } else {
      Buffer value(storage);
      copy_text::read_field(at, value);
      append_value(value.view(), out);
    }
    if (*at == '\n') break;
    out += ',';
    ++at;
  }
  out += LineEnd;
}

}  // namespace

void append_csv(std::string_view copy_lines, std::string& out) {
  std::string padded;
  std::string storage;
  while (!copy_lines.empty()) {
    const std::size_t length = std::min(copy_lines.find('\n'), copy_lines.size());
    append_record(copy_lines.substr(0, length), padded, storage, out);
    copy_lines.remove_prefix(std::min(length + 1, copy_lines.size()));
  }
}

void append_csv_header(const std::vector<Column>& columns, std::string& out) {
  bool first = true;
  for (const Column& column : columns) {
    if (!first) out += ',';
    first = false;
    append_value(column.name, out);
  }
  out += LineEnd;
}

}  // namespace pgcoffer::rows
