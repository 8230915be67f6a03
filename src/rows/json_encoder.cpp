// COPY text to JSON rows (schema/JSON-ROWS.md). One pass: values go from the block straight to the output, sixteen
// bytes at a time, and only bytes that one of the two formats escapes are looked at. Arrays, and json values that
// cannot be embedded, take a way over a buffer. Nothing is allocated per row.
#include <fmt/format.h>
#include <simdjson.h>

#include <pgcoffer/error.hpp>

#include "base/text.hpp"
#include "rows/array_text.hpp"
#include "rows/copy_text.hpp"
#include "rows/json_text.hpp"
#include "rows/json_value.hpp"
#include "rows/parts.hpp"

namespace pgcoffer::rows {
namespace {

struct Target {
  std::string lead;  ///< what stands before the value, `{"id":` or `,"name":`, and a step of padding
  std::size_t lead_size;
  JsonKind kind;
};

[[nodiscard]] std::string json_string(std::string_view text) {
  std::string result;
  Buffer out(result);
  json_text::append_string(text, out);
  out.close();
  return result;
}

/// Writes the rows of one block.
class RowWriter {
 public:
  RowWriter(const std::vector<Target>& targets, std::string_view lines, Buffer& out)
      : targets_(targets), at_(lines.data()), end_(lines.data() + lines.size()), out_(out), field_(storage_) {}

  void run() {
    for (row_ = 1; at_ < end_; ++row_) {
      targets_.empty() ? empty_row() : row();
    }
  }

 private:
  [[nodiscard]] Error wrong_fields() const { return rows::wrong_fields(row_, targets_.size()); }

  void empty_row() {
    if (*at_ != '\n') throw wrong_fields();
    ++at_;
    out_.append("{}\n");
  }

  void row() {
    const Target* const last = &targets_.back();
    for (const Target& target : targets_) {
      out_.append_padded({target.lead.data(), target.lead_size});
      out_.room();
      if (copy_text::is_null(at_)) {
        out_.put("null");
        at_ += 2;
      } else {
        value(target.kind);
      }
      if (*at_ != (&target == last ? '\n' : '\t')) throw wrong_fields();
      ++at_;
    }
    out_.room();
    out_.put("}\n");
  }

  void value(JsonKind kind) {
    switch (kind) {
      case JsonKind::number:
        return number();
      case JsonKind::boolean:
        return boolean();
      case JsonKind::json:
        return json();
      case JsonKind::string:
        return string();
      case JsonKind::number_array:
      case JsonKind::boolean_array:
      case JsonKind::string_array:
        return array(kind);
    }
  }

  void number() {
    const char* const after = json_text::after_number(at_, end_);
    if (after == nullptr || !copy_text::ends_field(*after)) return string();
    out_.append_padded({at_, static_cast<std::size_t>(after - at_)});
    out_.room();
    at_ = after;
  }

  void boolean() {
    if ((*at_ != 't' && *at_ != 'f') || !copy_text::ends_field(at_[1])) return string();
    out_.put(*at_ == 't' ? std::string_view("true") : std::string_view("false"));
    ++at_;
  }

  void string() {
    out_.put('"');
    for (;;) {
      out_.room();
      const std::uint32_t special = scan::control_or<'"', '\\'>(at_);
      scan::copy_step(out_.at, at_);
      const std::size_t plain = special == 0 ? scan::Step : scan::first(special);
      at_ += plain;
      out_.at += plain;
      if (special == 0) continue;
      if (copy_text::ends_field(*at_)) break;
      const char c = *at_++;
      json_text::put_byte(c == '\\' ? copy_text::read_escape(at_) : c, out_);
    }
    out_.put('"');
  }

  void json() {
    const std::size_t start = out_.size();
    copy_text::read_field(at_, out_);
    const std::string_view text = out_.view(start);
    if (json_value::can_be_embedded(text)) return;
    field_.rewind(0);
    field_.append(text);
    out_.rewind(start);
    json_value::append_wrapped(field_.view(), out_);
  }

  void array(JsonKind kind) {
    field_.rewind(0);
    copy_text::read_field(at_, field_);
    if (!array_text::to_json(field_.view(), kind, out_)) json_text::append_string(field_.view(), out_);
    out_.room();
  }

  const std::vector<Target>& targets_;
  const char* at_;
  const char* end_;
  Buffer& out_;
  std::uint64_t row_ = 0;
  std::string storage_;
  Buffer field_;  ///< a field's value, where it cannot go straight to the output
};

class JsonEncoder final : public PartEncoder {
 public:
  explicit JsonEncoder(const std::vector<Column>& columns) : columns_(columns) {
    for (const Column& column : columns) {
      if (!is_utf8(column.name)) throw not_utf8(fmt::format("the name of column {}", targets_.size() + 1));
      const std::string lead = (targets_.empty() ? "{" : ",") + json_string(column.name) + ":";
      targets_.push_back({lead + std::string(scan::Step, ' '), lead.size(), column.kind});
      bytes_per_row_ += lead.size() + (column.kind == JsonKind::string ? 1 : 0);
    }
  }

  [[nodiscard]] std::string_view prefix() const noexcept override { return {}; }
  [[nodiscard]] std::size_t bytes_per_row() const noexcept override { return bytes_per_row_; }

  void finish(std::string& block, std::string& scratch) const override {
    const std::size_t size = block.size();
    if (size != 0 && block.back() != '\n') throw Error(Kind::failed, "a block of rows ends in the middle of a row");
    block.append(Buffer::Slack, '\n');  // the writer reads a step beyond the end of a field
    const std::string_view lines(block.data(), size);
    Buffer out(scratch);
    out.room(size + size / 32 + rows_in(lines) * bytes_per_row_);
    RowWriter(targets_, lines, out).run();
    if (!simdjson::validate_utf8(out.view())) throw not_utf8(offender(lines));
    out.close();
    block.swap(scratch);
  }

 private:
  [[nodiscard]] static Error not_utf8(const std::string& what) {
    return Error(Kind::failed, fmt::format("{} is not UTF-8, which JSON rows must be", what))
        .hint("Dump with --rows sql, which carries any bytes.");
  }

  /// About how many, by those at the beginning: room for twice as much as is written would be half of all memory.
  [[nodiscard]] static std::size_t rows_in(std::string_view lines) {
    constexpr std::size_t enough = std::size_t{64} << 10U;
    const std::string_view first = lines.substr(0, enough);
    if (first.empty()) return 0;
    const auto rows = static_cast<std::size_t>(std::ranges::count(first, '\n'));
    return rows * (lines.size() / first.size() + 1);
  }

  /// Names the first value that is not UTF-8. The lines may be read beyond their end.
  [[nodiscard]] std::string offender(std::string_view lines) const {
    const char* at = lines.data();
    const char* const end = at + lines.size();
    std::string storage;
    for (std::uint64_t row = 1; at < end; ++row) {
      for (const Column& column : columns_) {
        Buffer value(storage);
        copy_text::read_field(at, value);
        ++at;
        if (!is_utf8(value.view()))
          return fmt::format("a value of column \"{}\" (row {} of the block)", column.name, row);
      }
    }
    return "a value";  // not reached: some field holds what made the output malformed
  }

  std::vector<Column> columns_;
  std::vector<Target> targets_;
  std::size_t bytes_per_row_ = 2;
};

}  // namespace

std::unique_ptr<PartEncoder> make_json_encoder(const std::vector<Column>& columns) {
  return std::make_unique<JsonEncoder>(columns);
}

}  // namespace pgcoffer::rows
