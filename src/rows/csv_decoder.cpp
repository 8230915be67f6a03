// CSV records (RFC 4180) to COPY text. Lines may end with CR LF, as our encoder ends them, or LF; a field without
// quotes that is empty is NULL, one with quotes never is.
#include <fmt/format.h>

#include <algorithm>
#include <pgcoffer/error.hpp>

#include "rows/copy_text.hpp"
#include "rows/parts.hpp"

namespace pgcoffer::rows {
namespace {

class RecordReader {
 public:
  RecordReader(std::string_view text, Buffer& out) : at_(text.data()), end_(text.data() + text.size()), out_(out) {}

  [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }

  /// Appends a record as a line of COPY text; how many fields it had.
  [[nodiscard]] std::size_t record(bool no_columns) {
    record_line_ = line_;
    std::size_t fields = 0;
    if (!no_columns || !at_line_end()) {
      for (fields = 1;; ++fields) {
        field();
        if (at_ == end_ || *at_ != ',') break;
        ++at_;
        out_.append("\t");
      }
    }
    end_line();
    out_.append("\n");
    return fields;
  }

  [[nodiscard]] Error damaged(std::string_view what) const {
    return Error(Kind::damaged, fmt::format("rows are damaged: line {}: {}", record_line_, what));
  }

 private:
  [[nodiscard]] bool at_line_end() const noexcept { return at_ == end_ || *at_ == '\n' || *at_ == '\r'; }

  void field() {
    if (at_ != end_ && *at_ == '"') return quoted();
    if (at_line_end() || *at_ == ',') return out_.append("\\N");
    for (;;) {
      step<',', '"', '\\'>();
      if (at_line_end() || *at_ == ',') return;
      if (*at_ == '"') throw damaged("a quote stands within a value without quotes");
      copy_text::put_byte(*at_++, out_);
    }
  }

  void quoted() {
    ++at_;
    for (;;) {
      step<'"', '\\'>();
      if (at_ == end_) throw damaged("a quoted value has no end");
      const char c = *at_++;
      if (c == '\n') ++line_;
      if (c != '"') {
        copy_text::put_byte(c, out_);
      } else if (at_ != end_ && *at_ == '"') {
        out_.put(*at_++);
      } else if (at_line_end() || *at_ == ',') {
        return;
      } else {
        throw damaged("something stands behind a quoted value");
      }
    }
  }

  /// Copies what needs no care; stops before a control character, one of the given, or the end.
  template <char... Characters>
  void step() {
    for (;;) {
      out_.room();
      const char* from = at_;
      char tail[scan::Step];
      const std::size_t left = static_cast<std::size_t>(end_ - at_);
      if (left < scan::Step) {
        std::memset(tail, '\n', scan::Step);
        std::memcpy(tail, at_, left);
        from = tail;
      }
      const std::uint32_t special = scan::control_or<Characters...>(from);
      scan::copy_step(out_.at, from);
      const std::size_t plain = special == 0 ? scan::Step : scan::first(special);
      at_ += plain;
      out_.at += plain;
      if (special != 0) return;
    }
  }

  void end_line() {
    if (at_ != end_ && *at_ == '\r' && (++at_ == end_ || *at_ != '\n'))
      throw damaged("a carriage return stands within a value without quotes");
    if (at_ != end_) ++at_;
    ++line_;
  }

  const char* at_;
  const char* end_;
  Buffer& out_;
  std::uint64_t line_ = 1, record_line_ = 1;
};

class CsvDecoder final : public PartDecoder {
 public:
  explicit CsvDecoder(const std::vector<Column>& columns) : written_(csv_header(columns)), columns_(columns.size()) {
    written_.erase(written_.find_last_not_of("\r\n") + 1);
    Buffer out(header_);
    for (const Column& column : columns) {
      if (out.size() != 0) out.append("\t");
      copy_text::append_field(column.name, out);
    }
    out.append("\n");
    out.close();
  }

  /// Values may have line ends in them, and the header has at least one.
  [[nodiscard]] std::uint64_t line_of(std::uint64_t n, std::string_view part,
                                      const std::vector<std::size_t>& /*columns*/) const override {
    bool quoted = false;
    std::uint64_t records = 0, line = 1;
    for (const char c : part) {
      if (c == '"') quoted = !quoted;
      if (c != '\n') continue;
      ++line;
      if (!quoted && ++records == n) return line;
    }
    return 0;
  }

 private:
  [[nodiscard]] std::string_view read(std::string_view part, std::string& scratch, std::uint64_t& rows,
                                      std::vector<SparseRows>* /*sparse*/) const override {
    Buffer out(scratch);
    out.room(part.size() + part.size() / 8);
    RecordReader reader(part.substr(part.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0), out);
    const std::size_t names = reader.at_end() ? 0 : reader.record(columns_ == 0);
    if (names != columns_ || out.view() != header_) throw other_header(reader, part);
    out.rewind(0);
    for (rows = 0; !reader.at_end(); ++rows) {
      const std::size_t fields = reader.record(columns_ == 0);
      if (fields != columns_)
        throw reader.damaged(fmt::format("{} values stand where {} columns are", fields, columns_));
    }
    const std::size_t size = out.size();
    return std::string_view(scratch).substr(0, size);
  }

  [[nodiscard]] Error other_header(const RecordReader& reader, std::string_view part) const {
    constexpr std::size_t shown = 300;
    const std::string_view there = part.substr(0, std::min(part.find_first_of("\r\n"), shown));
    return reader.damaged(fmt::format("the header is [{}] where the table's columns would be [{}], separated by commas",
                                      there, std::string_view(written_).substr(0, shown)));
  }

  std::string header_;   ///< as the header reads in COPY text
  std::string written_;  ///< as it stands in the part
  std::size_t columns_;
};

}  // namespace

std::unique_ptr<PartDecoder> make_csv_decoder(const std::vector<Column>& columns) {
  return std::make_unique<CsvDecoder>(columns);
}

}  // namespace pgcoffer::rows
