// JSON rows (schema/JSON-ROWS.md) to COPY text. simdjson finds the members of each row; values are taken as the bytes
// they are, so that no digit passes through a number type. A row whose keys stand in the order of the columns is
// written as it is read; any other order takes a second way, and rows that lack keys are gathered by what they have.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <pgcoffer/error.hpp>
#include <unordered_map>

#include "rows/array_text.hpp"
#include "rows/copy_text.hpp"
#include "rows/json_text.hpp"
#include "rows/json_value.hpp"
#include "rows/parts.hpp"

namespace pgcoffer::rows {
namespace {

namespace ondemand = simdjson::ondemand;

struct Source {
  std::string name;
  std::string raw_key;  ///< as our encoder spells it, without the opening quote
  JsonKind kind;
};

[[nodiscard]] Error damaged(std::uint64_t line, const std::string& what) {
  return Error(Kind::damaged, fmt::format("rows are damaged: line {}: {}", line, what));
}

/// A value as it stands in the row. Containers are checked here: simdjson only walks over them.
[[nodiscard]] simdjson::error_code raw_value(ondemand::value value, std::string_view& raw) {
  const std::string_view token = value.raw_json_token();
  raw = token;
  simdjson::error_code error = simdjson::SUCCESS;
  if (token.front() == '{') {
    ondemand::object object;
    error = value.get_object().get(object);
    if (!error) error = object.raw_json().get(raw);
  } else if (token.front() == '[') {
    ondemand::array array;
    error = value.get_array().get(array);
    if (!error) error = array.raw_json().get(raw);
  }
  raw = json_text::trim(raw);
  const bool container = token.front() == '{' || token.front() == '[';
  if (!error && container && !json_text::inspect(raw)) error = simdjson::TAPE_ERROR;
  return error;
}

/// Writes one value after another as fields of COPY text.
class ValueWriter {
 public:
  explicit ValueWriter(Buffer& out) : out_(out), field_(storage_) {}

  /// Nothing on success, else what is wrong with the value. `raw` may be read a step beyond its end.
  [[nodiscard]] std::string_view write(std::string_view raw, JsonKind kind) {
    if (raw == "null") {
      out_.append("\\N");
      return {};
    }
    if (kind == JsonKind::json) return json(raw);
    if (raw.front() == '"') return string(raw);
    if (raw.front() == '{') return "an object stands where none may";
    if (raw.front() == '[') return array(raw, kind);
    if (kind == JsonKind::number && json_text::is_number(raw)) {
      out_.append_padded(raw);
      return {};
    }
    if (kind == JsonKind::boolean && (raw == "true" || raw == "false")) {
      out_.append(raw == "true" ? "t" : "f");
      return {};
    }
    return "it is not what the column's kind allows";
  }

 private:
  /// Straight from JSON's escapes to COPY's.
  [[nodiscard]] std::string_view string(std::string_view raw) {
    const char* at = raw.data() + 1;
    const char* const end = raw.data() + raw.size() - 1;
    for (;;) {
      out_.room();
      const std::uint32_t special = scan::control_or<'"', '\\'>(at);
      scan::copy_step(out_.at, at);
      const std::size_t plain = special == 0 ? scan::Step : scan::first(special);
      at += plain;
      out_.at += plain;
      if (special == 0) continue;
      if (*at != '\\') break;
      char utf8[4];
      const std::size_t length = json_text::read_escape(++at, end, utf8);
      if (length == 0) return "a string has an escape that PostgreSQL cannot hold";
      length == 1 ? copy_text::put_byte(utf8[0], out_) : out_.put(std::string_view(utf8, length));
    }
    return at == end ? std::string_view() : "a string is malformed";
  }

  [[nodiscard]] std::string_view json(std::string_view raw) {
    if (const auto content = json_value::wrapped_content(raw)) {
      return string({content->data() - 1, content->size() + 2});
    }
    if (!json_text::inspect(raw)) return "it is not JSON";
    for (const char *at = raw.data(), *const end = at + raw.size(); at < end;) {
      out_.room();
      const std::uint32_t special = scan::control_or<'\\'>(at);
      scan::copy_step(out_.at, at);
      const std::size_t plain = special == 0 ? scan::Step : scan::first(special);
      const std::size_t left = static_cast<std::size_t>(end - at);
      at += std::min(plain, left);
      out_.at += std::min(plain, left);
      if (special != 0 && plain < left) copy_text::put_byte(*at++, out_);
    }
    return {};
  }

  [[nodiscard]] std::string_view array(std::string_view raw, JsonKind kind) {
    if (kind != JsonKind::number_array && kind != JsonKind::boolean_array && kind != JsonKind::string_array) {
      return "an array stands where none may";
    }
    field_.rewind(0);
    if (!array_text::from_json(raw, kind, field_))
      return "the array has an element that the column's kind does not allow";
    copy_text::append_field(field_.view(), out_);
    return {};
  }

  Buffer& out_;
  std::string storage_;
  Buffer field_;
};

class LineReader {
 public:
  LineReader(const std::vector<Source>& sources, const std::unordered_map<std::string_view, std::size_t>& index,
             Buffer& out, std::vector<SparseRows>* sparse)
      : sources_(sources), index_(index), out_(out), values_(out), sparse_(sparse) {}

  /// `text` is whole lines; simdjson::SIMDJSON_PADDING bytes behind it are readable.
  void run(std::string_view text) {
    while (!text.empty()) {
      const std::size_t length = std::min(text.find('\n'), text.size());
      ++line_;
      const std::size_t start = out_.size();
      if (!in_order(text.substr(0, length))) {
        out_.rewind(start);
        in_any_order(text.substr(0, length), start);
      } else {
        out_.append("\n");
        ++rows_;
      }
      text.remove_prefix(std::min(length + 1, text.size()));
    }
  }

  /// How many rows had all columns.
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  [[nodiscard]] Error malformed(simdjson::error_code error) const {
    return damaged(line_, fmt::format("it is not a JSON object: {}", simdjson::error_message(error)));
  }

  [[nodiscard]] Error unknown_key(std::string_view key) const {
    std::vector<std::string_view> names;
    for (const Source& source : sources_) names.push_back(source.name);
    return damaged(line_, fmt::format("unknown key \"{}\"", key))
        .hint(names.empty() ? "The table has no columns."
                            : fmt::format("The table's columns are {}.", fmt::join(names, ", ")));
  }

  [[nodiscard]] Error missing_key(const Source& source) const {
    return damaged(line_, fmt::format("key \"{}\" is missing", source.name))
        .hint("Only a restore can give a column its default; json rows and scripts can leave a key out.");
  }

  [[nodiscard]] Error bad_value(const Source& source, std::string_view what) const {
    return damaged(line_, fmt::format("the value of \"{}\": {}", source.name, what));
  }

  void check(simdjson::error_code error) const {
    if (error) throw malformed(error);
  }

  [[nodiscard]] ondemand::document open(std::string_view line) {
    ondemand::document document;
    check(parser_.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING).get(document));
    return document;
  }

  [[nodiscard]] static bool at_end(ondemand::document& document) noexcept {
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

  [[nodiscard]] static bool is_key(const char* spelled, const Source& source, std::string_view line) noexcept {
    const auto left = static_cast<std::size_t>(line.data() + line.size() - spelled);
    return source.raw_key.size() <= left && std::memcmp(spelled, source.raw_key.data(), source.raw_key.size()) == 0;
  }

  /// False when the keys are not exactly the columns in their order.
  [[nodiscard]] bool in_order(std::string_view line) {
    ondemand::document document = open(line);
    ondemand::object object;
    check(document.get_object().get(object));
    std::size_t next = 0;
    for (auto member : object) {
      ondemand::field field;
      check(std::move(member).get(field));
      if (next == sources_.size() || !is_key(field.key().raw(), sources_[next], line)) return false;
      std::string_view raw;
      check(raw_value(field.value(), raw));
      if (next != 0) out_.append("\t");
      const std::string_view wrong = values_.write(raw, sources_[next].kind);
      if (!wrong.empty()) throw bad_value(sources_[next], wrong);
      ++next;
    }
    if (!at_end(document)) throw damaged(line_, "something stands behind the object");
    return next == sources_.size();
  }

  /// What is written begins at `start`.
  void in_any_order(std::string_view line, std::size_t start) {
    ondemand::document document = open(line);
    ondemand::object object;
    check(document.get_object().get(object));
    std::vector<std::string_view> found(sources_.size());
    for (auto member : object) {
      ondemand::field field;
      check(std::move(member).get(field));
      std::string_view key;
      check(field.unescaped_key().get(key));
      const auto column = index_.find(key);
      if (column == index_.end()) throw unknown_key(key);
      std::string_view& value = found[column->second];
      if (value.data() != nullptr) throw damaged(line_, fmt::format("key \"{}\" stands there twice", key));
      check(raw_value(field.value(), value));
    }
    if (!at_end(document)) throw damaged(line_, "something stands behind the object");
    write(found, start);
  }

  void write(const std::vector<std::string_view>& found, std::size_t start) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (found[i].data() == nullptr) {
        if (sparse_ == nullptr) throw missing_key(sources_[i]);
        continue;
      }
      if (!columns.empty()) out_.append("\t");
      columns.push_back(i);
      const std::string_view wrong = values_.write(found[i], sources_[i].kind);
      if (!wrong.empty()) throw bad_value(sources_[i], wrong);
    }
    out_.append("\n");
    if (columns.size() == sources_.size()) {
      ++rows_;
      return;
    }
    if (columns.empty()) throw damaged(line_, "the object has no keys");
    auto group = std::ranges::find(*sparse_, columns, &SparseRows::columns);
    if (group == sparse_->end()) group = sparse_->insert(group, {std::move(columns), {}, 0});
    group->lines += out_.view(start);
    ++group->rows;
    out_.rewind(start);
  }

  const std::vector<Source>& sources_;
  const std::unordered_map<std::string_view, std::size_t>& index_;
  Buffer& out_;
  ValueWriter values_;
  ondemand::parser parser_;
  std::vector<SparseRows>* sparse_;  ///< null: rows must have all columns
  std::uint64_t line_ = 0, rows_ = 0;
};

class JsonDecoder final : public PartDecoder {
 public:
  explicit JsonDecoder(const std::vector<Column>& columns) {
    sources_.reserve(columns.size());
    for (const Column& column : columns) {
      Source source{column.name, {}, column.kind};
      Buffer key(source.raw_key);
      json_text::append_string(column.name, key);
      key.close();
      source.raw_key.erase(0, 1);
      sources_.push_back(std::move(source));
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) index_.emplace(sources_[i].name, i);
  }

  /// The part is read again for that: nobody has to remember lines that are right.
  [[nodiscard]] std::uint64_t line_of(std::uint64_t n, std::string_view part,
                                      const std::vector<std::size_t>& columns) const override {
    std::string scratch;
    std::vector<SparseRows> sparse;
    for (std::uint64_t line = 1; !part.empty(); ++line) {
      const std::size_t size = std::min(part.find('\n'), part.size() - 1) + 1;
      std::uint64_t whole = 0;
      static_cast<void>(copy_lines(part.substr(0, size), scratch, whole, sparse));
      const bool same = sparse.empty() ? columns.empty() : sparse.front().columns == columns;
      if (same && --n == 0) return line;
      part.remove_prefix(size);
    }
    return 0;
  }

 private:
  [[nodiscard]] std::string_view read(std::string_view part, std::string& scratch, std::uint64_t& rows,
                                      std::vector<SparseRows>* sparse) const override {
    Buffer out(scratch);
    out.room(part.size());
    if (part.starts_with(kByteOrderMark)) part.remove_prefix(kByteOrderMark.size());
    LineReader reader(sources_, index_, out, sparse);
    // simdjson reads beyond the end of what it is given. Lines followed by enough others are read where they are, the
    // last ones from a padded copy.
    const std::size_t tail = start_of_tail(part);
    reader.run(part.substr(0, tail));
    const simdjson::padded_string copy(part.substr(tail));
    reader.run(copy);
    rows = reader.rows();
    const std::size_t size = out.size();
    return std::string_view(scratch).substr(0, size);
  }

  [[nodiscard]] static std::size_t start_of_tail(std::string_view part) noexcept {
    if (part.size() <= simdjson::SIMDJSON_PADDING) return 0;
    const std::size_t newline = part.rfind('\n', part.size() - simdjson::SIMDJSON_PADDING - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
  }

  std::vector<Source> sources_;
  std::unordered_map<std::string_view, std::size_t> index_;
};

}  // namespace

std::unique_ptr<PartDecoder> make_json_decoder(const std::vector<Column>& columns) {
  return std::make_unique<JsonDecoder>(columns);
}

}  // namespace pgcoffer::rows
