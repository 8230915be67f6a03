#include "rows/binary_part.hpp"

#include <fmt/format.h>

#include <pgcoffer/error.hpp>

#include "rows/binary_values.hpp"
#include "rows/copy_text.hpp"
#include "rows/parts.hpp"

namespace pgcoffer::rows {
namespace {

using namespace std::string_view_literals;

/// Signature, flags and the length of an extension, of which there is none.
constexpr std::string_view kSignature = "PGCOPY\n\377\r\n\0"sv;
constexpr std::string_view kHeader = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;
constexpr std::string_view kTrailer = "\377\377"sv;

/// The part behind its header. Bits of the flags that a reader must understand: none is in use.
Wire open_part(std::string_view part) {
  if (!part.starts_with(kSignature)) throw damaged_binary("it is not a binary COPY file");
  Wire wire(part.substr(kSignature.size()));
  constexpr std::uint32_t critical = 0xffff0000;
  if ((wire.number<std::uint32_t>() & critical) != 0) throw damaged_binary("the file's header has unknown flags");
  const auto extension = wire.number<std::int32_t>();
  if (extension < 0) throw damaged_binary("the file's header has a negative length");
  static_cast<void>(wire.bytes(static_cast<std::size_t>(extension)));
  return wire;
}

[[noreturn, gnu::cold, gnu::noinline]] void refuse_row(const Wire& wire, int fields, std::size_t columns) {
  if (fields == -1 && !wire.empty()) throw damaged_binary("something stands behind the end of the rows");
  throw damaged_binary(fmt::format("{} values where the table has {} columns", fields, columns));
}

/// At a row: false at the end of the rows.
inline bool begin_row(Wire& wire, std::size_t columns) {
  const int fields = wire.number<std::int16_t>();
  if (fields >= 0 && static_cast<std::size_t>(fields) == columns) return true;
  if (fields == -1 && wire.empty()) return false;
  refuse_row(wire, fields, columns);
}

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

/// The rows of a part, one after the other.
class BinaryRows {
 public:
  BinaryRows(std::string_view part, const std::vector<BinaryForm>& forms)
      : wire_(open_part(part)), limit_(part.data() + part.size()), forms_(forms), literal_(literal_text_) {}

  /// Appends the line of the next row. False when there is none.
  [[nodiscard]] bool next(Buffer& out) {
    try {
      if (!begin_row(wire_, forms_.size())) return false;
      for (column_ = 0; column_ < forms_.size(); ++column_) append_value(forms_[column_], out);
    } catch (const Error& error) {
      throw Error(Kind::damaged, fmt::format("{} (row {}, value {})", error.message(), row_ + 1, column_ + 1))
          .hint(error.hint());
    }
    out.room();
    out.put('\n');
    ++row_;
    return true;
  }

 private:
  void append_value(const BinaryForm& form, Buffer& out) {
    out.room();
    if (column_ != 0) out.put('\t');
    bool null = false;
    const std::string_view value = wire_.field(null);
    if (null) return out.put("\\N");
    if (form.array || form.scalar == Scalar::jsonb) return append_literal(form, value, out);
    if (form.scalar == Scalar::text) return append_escaped(value, limit_, out);
    if (form.scalar == Scalar::bytea) out.put('\\');  // the one in front of its x, doubled
    binary_values::append(form, value, out);
  }

  /// What may hold bytes that COPY escapes.
  void append_literal(const BinaryForm& form, std::string_view value, Buffer& out) {
    literal_.rewind(0);
    binary_values::append(form, value, literal_);
    literal_.room();
    append_escaped(literal_.view(), literal_.at + Buffer::Slack, out);
  }

  Wire wire_;
  const char* limit_;
  const std::vector<BinaryForm>& forms_;
  std::uint64_t row_ = 0;
  std::size_t column_ = 0;
  std::string literal_text_;
  Buffer literal_;
};

std::vector<BinaryForm> forms_of(const std::vector<Column>& columns) {
  std::vector<BinaryForm> forms;
  for (const Column& column : columns) {
    if (!column.binary)
      throw Error(Kind::damaged, fmt::format("column \"{}\" of binary rows has no binary form", column.name))
          .hint("Was the manifest changed by hand?");
    forms.push_back(*column.binary);
  }
  return forms;
}

/// Hands over each row as it is, its count of values and all. Returns their number.
template <class Take>
std::uint64_t walk(std::string_view part, std::size_t columns, Take take) {
  std::uint64_t rows = 0;
  try {
    Wire wire = open_part(part);
    for (const char* start = wire.at(); begin_row(wire, columns); start = wire.at(), ++rows) {
      for (std::size_t i = 0; i < columns; ++i) wire.skip_field();
      take(std::string_view(start, static_cast<std::size_t>(wire.at() - start)));
    }
  } catch (const Error& error) {
    throw Error(Kind::damaged, fmt::format("{} (row {})", error.message(), rows + 1)).hint(error.hint());
  }
  return rows;
}

class BinaryEncoder final : public PartEncoder {
 public:
  [[nodiscard]] std::string_view prefix() const noexcept override { return kHeader; }
  [[nodiscard]] std::size_t bytes_per_row() const noexcept override { return 0; }
  void finish(std::string& block, std::string& /*scratch*/) const override { block += kTrailer; }
};

class BinaryDecoder final : public PartDecoder {
 public:
  explicit BinaryDecoder(const std::vector<Column>& columns) : forms_(forms_of(columns)) {}

 private:
  [[nodiscard]] std::string_view read(std::string_view part, std::string& scratch, std::uint64_t& rows,
                                      std::vector<SparseRows>* /*sparse*/) const override {
    BinaryRows reader(part, forms_);
    Buffer out(scratch);
    rows = 0;
    while (reader.next(out)) ++rows;
    return out.view();
  }

  std::vector<BinaryForm> forms_;
};

}  // namespace

std::string_view binary_header() noexcept {
  return kHeader;
}

std::string_view binary_trailer() noexcept {
  return kTrailer;
}

std::string_view binary_row(std::string_view message) {
  if (message.starts_with(kSignature)) message.remove_prefix(std::min(message.size(), kHeader.size()));
  return message == kTrailer ? std::string_view() : message;
}

std::uint64_t count_binary_rows(std::string_view part, std::size_t columns) {
  return walk(part, columns, [](std::string_view /*row*/) {});
}

std::uint64_t add_binary_rows(std::string_view part, std::size_t columns, RowDigest& digest) {
  return walk(part, columns, [&](std::string_view row) { digest.add_row(row); });
}

std::unique_ptr<PartEncoder> make_binary_encoder() {
  return std::make_unique<BinaryEncoder>();
}

std::unique_ptr<PartDecoder> make_binary_decoder(const std::vector<Column>& columns) {
  return std::make_unique<BinaryDecoder>(columns);
}

}  // namespace pgcoffer::rows
