// COPY text to CSV records (RFC 4180). A field is copied sixteen bytes at a time as if it needed no quotes; the first
// byte that does moves what was written by one and puts the quote before it.
#include <pgcoffer/error.hpp>

#include "rows/copy_text.hpp"
#include "rows/parts.hpp"

namespace pgcoffer::rows {
namespace {

constexpr std::string_view LineEnd = "\r\n";
constexpr std::string_view EndMarker = "\\.";

/// Writes one field after another.
class FieldWriter {
 public:
  explicit FieldWriter(Buffer& out) : out_(out) {}

  /// A field that is not NULL; `at` is moved to the tab or newline that ends it.
  void write(const char*& at) {
    start_ = out_.size();
    quoted_ = false;
    for (;;) {
      out_.room();
      const std::uint32_t special = scan::control_or<'\\', ',', '"'>(at);
      scan::copy_step(out_.at, at);
      const std::size_t plain = special == 0 ? scan::Step : scan::first(special);
      at += plain;
      out_.at += plain;
      if (special == 0) continue;
      if (copy_text::ends_field(*at)) break;
      const char c = *at++;
      put(c == '\\' ? copy_text::read_escape(at) : c);
    }
    finish();
  }

 private:
  void put(char c) {
    if (c == ',' || c == '"' || c == '\r' || c == '\n') quote();
    if (c == '"') out_.put('"');
    out_.put(c);
  }

  void quote() {
    if (quoted_) return;
    quoted_ = true;
    const std::size_t written = out_.size() - start_;
    char* const first = out_.at - written;
    std::memmove(first + 1, first, written);
    *first = '"';
    ++out_.at;
  }

  /// Quotes tell an empty string from NULL and a value `\.` from the end of the data in psql's \copy, and keep blanks
  /// from readers that trim.
  void finish() {
    out_.room();
    const std::string_view text = out_.view(start_);
    if (!quoted_ && (text.empty() || text == EndMarker || text.front() == ' ' || text.back() == ' ')) quote();
    if (quoted_) out_.put('"');
  }

  Buffer& out_;
  std::size_t start_ = 0;
  bool quoted_ = false;
};

class CsvEncoder final : public PartEncoder {
 public:
  explicit CsvEncoder(const std::vector<Column>& columns) : header_(csv_header(columns)), columns_(columns.size()) {}

  [[nodiscard]] std::string_view prefix() const noexcept override { return {}; }
  [[nodiscard]] std::size_t bytes_per_row() const noexcept override { return 1; }

  void finish(std::string& block, std::string& scratch) const override {
    const std::size_t size = block.size();
    if (size != 0 && block.back() != '\n') throw Error(Kind::failed, "a block of rows ends in the middle of a row");
    block.append(Buffer::Slack, '\n');  // the writer reads a step beyond the end of a field
    Buffer out(scratch);
    out.room(size + size / 8);
    out.append(header_);
    FieldWriter fields(out);
    const char* at = block.data();
    const char* const end = at + size;
    for (std::uint64_t row = 1; at < end; ++row) record(at, row, fields, out);
    out.close();
    block.swap(scratch);
  }

 private:
  void record(const char*& at, std::uint64_t row, FieldWriter& fields, Buffer& out) const {
    for (std::size_t i = 0; i < columns_; ++i) {
      out.room();
      if (i != 0) out.put(',');
      if (copy_text::is_null(at)) {
        at += 2;
      } else {
        fields.write(at);
      }
      if (*at != (i + 1 == columns_ ? '\n' : '\t')) throw wrong_fields(row, columns_);
      if (i + 1 < columns_) ++at;
    }
    if (*at != '\n') throw wrong_fields(row, columns_);
    ++at;
    out.append(LineEnd);
  }

  std::string header_;
  std::size_t columns_;
};

}  // namespace

std::string csv_header(const std::vector<Column>& columns) {
  std::string lines;
  Buffer names(lines);
  for (const Column& column : columns) {
    copy_text::append_field(column.name, names);
    names.append("\t");
  }
  for (std::size_t i = 0; i < scan::Step; ++i) names.append("\n");
  std::string header;
  Buffer out(header);
  FieldWriter fields(out);
  const char* at = lines.data();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out.append(i == 0 ? "" : ",");
    fields.write(at);
    ++at;
  }
  out.append(LineEnd);
  out.close();
  return header;
}

std::unique_ptr<PartEncoder> make_csv_encoder(const std::vector<Column>& columns) {
  return std::make_unique<CsvEncoder>(columns);
}

}  // namespace pgcoffer::rows
