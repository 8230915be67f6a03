#include "rows/binary_row_text.hpp"

#include <algorithm>
#include <utility>

#include "rows/binary_values.hpp"
#include "rows/copy_text.hpp"
#include "rows/scan.hpp"

namespace pgcoffer::rows {
namespace {

/// A bytea of this size is made into text piece by piece, each small enough to stay in the processor's caches.
constexpr std::size_t kPiece = std::size_t{16} << 10U;

/// A value's length has four bytes on the wire; as text it has a tab behind it, and may have "\\x" in front.
constexpr std::size_t kFewBytes = 4;

/// One byte of a text. No text of the server's has a NUL.
void put_byte(char c, Buffer& out) {
  if (c == '\0') throw damaged_binary("a text holds a NUL byte");
  copy_text::put_byte(c, out);
}

/// Appends a value as COPY writes it. `limit`: up to here bytes may be read, though not meant.
void append_escaped(std::string_view value, const char* limit, Buffer& out) {
  const char* at = value.data();
  const char* const end = at + value.size();
  while (at < end) {
    out.room();
    if (limit - at < static_cast<std::ptrdiff_t>(scan::Step)) {
      put_byte(*at++, out);
      continue;
    }
    const std::uint32_t special = scan::control_or<'\\'>(at);
    scan::copy_step(out.at, at);
    const std::size_t plain = special == 0 ? scan::Step : scan::first(special);
    const std::size_t taken = std::min(plain, static_cast<std::size_t>(end - at));
    at += taken;
    out.at += taken;
    if (special != 0 && at < end) put_byte(*at++, out);
  }
}

bool is_bytea(const BinaryForm& form) {
  return form.scalar == Scalar::bytea && !form.array;
}

}  // namespace

BinaryRowText::BinaryRowText(std::vector<BinaryForm> forms)
    : forms_(std::move(forms)), literal_(literal_text_), line_(line_text_) {}

bool BinaryRowText::append(Wire& rows, const char* limit, Buffer& out) {
  return append_row(rows, limit, out, nullptr);
}

std::size_t BinaryRowText::expected_size(std::string_view row) const {
  Wire wire(row);
  static_cast<void>(wire.begin_row(forms_.size()));
  std::size_t size = row.size();
  for (const BinaryForm& form : forms_) {
    bool null = false;
    const std::string_view value = wire.field(null);
    if (is_bytea(form)) size += value.size();
  }
  return size + kFewBytes * forms_.size();
}

void BinaryRowText::append(std::string_view row, std::string& out) {
  Wire wire(row);
  line_.rewind(0);
  if (!append_row(wire, row.data() + row.size(), line_, &out))
    throw damaged_binary("the rows end where one more is expected");
  wire.finish();
  flush(out);
}

bool BinaryRowText::append_row(Wire& rows, const char* limit, Buffer& out, std::string* behind) {
  column_ = 0;
  if (!rows.begin_row(forms_.size())) return false;
  for (; column_ < forms_.size(); ++column_) {
    out.room();
    if (column_ != 0) out.put('\t');
    bool null = false;
    const std::string_view value = rows.field(null);
    if (null)
      out.put("\\N");
    else if (behind != nullptr && value.size() > kPiece && is_bytea(forms_[column_]))
      append_large_bytea(value, *behind);
    else
      append_value(value, limit, out);
  }
  out.room();
  out.put('\n');
  return true;
}

void BinaryRowText::append_value(std::string_view value, const char* limit, Buffer& out) {
  const BinaryForm& form = forms_[column_];
  if (form.array || form.scalar == Scalar::jsonb) return append_literal(value, out);
  if (form.scalar == Scalar::text) return append_escaped(value, limit, out);
  if (form.scalar == Scalar::bytea) out.put('\\');  // the one in front of its x, doubled
  binary_values::append(form, value, out);
}

void BinaryRowText::append_literal(std::string_view value, Buffer& out) {
  literal_.rewind(0);
  binary_values::append(forms_[column_], value, literal_);
  literal_.room();
  append_escaped(literal_.view(), literal_.at + Buffer::Slack, out);
}

void BinaryRowText::append_large_bytea(std::string_view value, std::string& out) {
  line_.put("\\\\x");
  for (std::size_t at = 0; at < value.size(); at += kPiece) {
    binary_values::append_hex(value.substr(at, kPiece), line_);
    flush(out);
  }
}

void BinaryRowText::flush(std::string& out) {
  out.append(line_.view());
  line_.rewind(0);
}

}  // namespace pgcoffer::rows
