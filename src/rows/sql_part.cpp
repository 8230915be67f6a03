// A part in SQL: one COPY command, its rows as COPY text and the end marker, so that psql loads the part as it is, and
// parts one after the other. A line `\.` within the rows would end them early on the server. No server writes one: a
// backslash in a value is always doubled, in tables of one column too; so it is damage.
#include <fmt/format.h>

#include <algorithm>
#include <pgcoffer/error.hpp>

#include "rows/parts.hpp"
#include "rows/scan.hpp"

namespace pgcoffer::rows {
namespace {

constexpr std::string_view EndMarker = "\\.\n";

[[nodiscard]] Error damaged(std::uint64_t line, std::string_view what) {
  return Error(Kind::damaged, fmt::format("rows are damaged: line {}: {}", line, what));
}

class SqlEncoder final : public PartEncoder {
 public:
  explicit SqlEncoder(const std::string& copy_target) : prefix_("COPY " + copy_target + " FROM stdin;\n") {}

  [[nodiscard]] std::string_view prefix() const noexcept override { return prefix_; }
  [[nodiscard]] std::size_t bytes_per_row() const noexcept override { return 0; }
  void finish(std::string& block, std::string& /*scratch*/) const override { block += EndMarker; }

 private:
  std::string prefix_;
};

/// Reads `COPY schema.table (column, …) FROM stdin;` and keeps the names of the columns.
class Header {
 public:
  explicit Header(std::string_view part) : part_(part) {}

  /// Behind the header's newline; 0 when there is no header.
  [[nodiscard]] std::size_t read() {
    if (!word("COPY ") || !name()) return 0;
    if (word(".") && !name()) return 0;
    if (word(" (") && !list()) return 0;
    return word(" FROM stdin;\n") ? at_ : 0;
  }

  [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return columns_; }

 private:
  [[nodiscard]] bool word(std::string_view expected) {
    if (part_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  [[nodiscard]] bool list() {
    do {
      if (!name()) return false;
      columns_.push_back(name_);
    } while (word(", ") || word(","));
    return word(")");
  }

  [[nodiscard]] bool name() {
    name_.clear();
    if (!word("\"")) {
      while (at_ < part_.size() && std::string_view(" .,()\"\n").find(part_[at_]) == std::string_view::npos) {
        name_ += part_[at_++];
      }
      return !name_.empty();
    }
    for (; at_ < part_.size(); ++at_) {
      if (part_[at_] != '"') {
        name_ += part_[at_];
      } else if (part_.substr(at_, 2) == "\"\"") {
        name_ += part_[at_++];
      } else {
        ++at_;
        return true;
      }
    }
    return false;
  }

  std::string_view part_;
  std::size_t at_ = 0;
  std::string name_;
  std::vector<std::string> columns_;
};

/// What a pass over the lines finds.
struct Lines {
  std::uint64_t count = 0;
  std::size_t end_marker = std::string_view::npos;  ///< where a line `\.` starts
};

/// `text` starts behind a newline, which is readable.
[[nodiscard]] Lines count_lines(std::string_view text) {
  Lines lines;
  std::size_t at = 0;
  const auto is_marker = [&](std::size_t newline) { return text.substr(newline + 1, EndMarker.size()) == EndMarker; };
  for (; at + scan::Step + 2 <= text.size(); at += scan::Step) {
    // Most steps have none: a loop over those that there are costs less than counting bits in each step.
    for (std::uint32_t newlines = scan::equal_to(text.data() + at, '\n'); newlines != 0; newlines &= newlines - 1) {
      const std::size_t newline = at + scan::first(newlines);
      ++lines.count;
      if (text[newline + 1] == '\\' && is_marker(newline)) lines.end_marker = std::min(lines.end_marker, newline + 1);
    }
  }
  for (; at < text.size(); ++at) {
    if (text[at] != '\n') continue;
    ++lines.count;
    if (is_marker(at)) lines.end_marker = std::min(lines.end_marker, at + 1);
  }
  if (text.substr(0, EndMarker.size()) == EndMarker) lines.end_marker = 0;
  return lines;
}

class SqlDecoder final : public PartDecoder {
 public:
  explicit SqlDecoder(const std::vector<Column>& columns) {
    for (const Column& column : columns) columns_.push_back(column.name);
  }

 private:
  [[nodiscard]] std::string_view read(std::string_view part, std::string& /*scratch*/, std::uint64_t& rows,
                                      std::vector<SparseRows>* /*sparse*/) const override {
    Header header(part);
    const std::size_t start = header.read();
    if (start == 0) throw damaged(1, "it is not a COPY command");
    if (header.columns() != columns_) throw damaged(1, "the COPY command has other columns than the manifest");
    const auto header_lines =
        static_cast<std::uint64_t>(std::count(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
    const bool whole = part.size() >= start + EndMarker.size() && part.ends_with(EndMarker);
    const std::string_view text = part.substr(start, part.size() - start - (whole ? EndMarker.size() : 0));
    const Lines lines = count_lines(text);
    const std::uint64_t last = header_lines + lines.count + 1;
    if (!whole) throw damaged(last, "the end marker \\. is missing");
    if (!text.empty() && text.back() != '\n') throw damaged(last, "the end marker \\. is not on a line of its own");
    if (lines.end_marker != std::string_view::npos) {
      const std::uint64_t before = count_lines(text.substr(0, lines.end_marker)).count;
      throw damaged(header_lines + before + 1, "an end marker \\. stands before the end of the rows");
    }
    rows = lines.count;
    return text;
  }

  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<PartEncoder> make_sql_encoder(const std::string& copy_target) {
  return std::make_unique<SqlEncoder>(copy_target);
}

std::unique_ptr<PartDecoder> make_sql_decoder(const std::vector<Column>& columns) {
  return std::make_unique<SqlDecoder>(columns);
}

}  // namespace pgcoffer::rows
