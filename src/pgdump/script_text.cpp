#include "pgdump/script_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/sql_tokens.hpp"

namespace pgcoffer::pgdump {
namespace {

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// What stands behind the last `; <word>: `, which is taken off.
std::optional<std::string> take_last(std::string& text, std::string_view mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string::npos) return std::nullopt;
  std::string value = text.substr(at + mark.size());
  text.erase(at);
  return value == "-" ? "" : value;
}

/// The name in `SET default_tablespace = name;`
std::string setting_value(std::string_view line) {
  const auto tokens = sql_tokens(line);
  return tokens && tokens->size() >= 4 ? (*tokens)[3].text : "";
}

}  // namespace

std::string LineReader::line() {
  std::string line;
  for (;;) {
    if (const std::size_t end = pending_.find('\n', at_); end != std::string::npos) {
      line.append(pending_, at_, end + 1 - at_);
      at_ = end + 1;
      break;
    }
    line.append(pending_, at_);
    constexpr std::size_t piece = std::size_t{64} << 10U;
    pending_ = in_.some(piece);
    at_ = 0;
    if (pending_.empty()) break;
  }
  position_ += line.size();
  if (line.find('\0') != std::string::npos) in_.damaged("a line has a zero byte in it");
  return line;
}

void Quoting::begin(std::string_view line, std::size_t& at) {
  const char c = line[at];
  const char next = at + 1 < line.size() ? line[at + 1] : '\0';
  if (c == '\'') {
    const bool escapes = at > 0 && (line[at - 1] == 'E' || line[at - 1] == 'e') && (at < 2 || !in_word(line[at - 2]));
    state_ = escapes ? State::escaped_text : State::text;
  } else if (c == '"') {
    state_ = State::name;
  } else if (c == '-' && next == '-') {
    at = line.size();
  } else if (c == '/' && next == '*') {
    state_ = State::comment;
    depth_ = 1;
    ++at;
  } else if (c == '$' && (at == 0 || !in_word(line[at - 1]))) {
    std::size_t end = at + 1;
    while (end < line.size() && in_word(line[end])) ++end;
    const bool parameter = next >= '0' && next <= '9';
    if (parameter || end >= line.size() || line[end] != '$') return;
    tag_ = line.substr(at, end - at + 1);
    state_ = State::dollar;
    at = end;
  }
}

void Quoting::add(std::string_view line) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char next = at + 1 < line.size() ? line[at + 1] : '\0';
    switch (state_) {
      case State::top:
        begin(line, at);
        break;
      case State::escaped_text:
        if (line[at] == '\\' || (line[at] == '\'' && next == '\''))
          ++at;
        else if (line[at] == '\'')
          state_ = State::top;
        break;
      case State::text:
        // A doubled quote ends the text and begins it anew, which comes to the same.
        if (line[at] == '\'') state_ = State::top;
        break;
      case State::name:
        if (line[at] == '"') state_ = State::top;
        break;
      case State::dollar:
        if (line[at] == '$' && line.substr(at).starts_with(tag_)) {
          at += tag_.size() - 1;
          state_ = State::top;
        }
        break;
      case State::comment:
        if (line[at] == '/' && next == '*') {
          ++depth_;
          ++at;
        } else if (line[at] == '*' && next == '/') {
          ++at;
          if (--depth_ == 0) state_ = State::top;
        }
        break;
    }
  }
}

std::optional<Entry> entry_of_header(std::string_view line) {
  constexpr std::array<std::string_view, 3> starts = {"-- Name: ", "-- Data for Name: ", "-- Statistics for Name: "};
  for (const std::string_view start : starts) {
    if (!line.starts_with(start)) continue;
    std::string text(line.substr(start.size()));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    Entry entry;
    (void)take_last(text, "; Tablespace: ");
    const auto owner = take_last(text, "; Owner: "), schema = take_last(text, "; Schema: "),
               kind = take_last(text, "; Type: ");
    if (!owner || !schema || !kind) return std::nullopt;
    entry.owner = *owner;
    entry.schema = *schema;
    entry.kind = *kind;
    entry.name = text;
    return entry;
  }
  return std::nullopt;
}

std::string take_owner(std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos || text[end] != ';') return {};
  const std::size_t start = text.rfind("\n\n", end);
  if (start == std::string::npos) return {};
  std::string last = text.substr(start + 2, end - start - 1);
  if (!last.starts_with("ALTER ") || last.find(" OWNER TO ") == std::string::npos ||
      last.find('\n') != std::string::npos)
    return {};
  text.erase(text.find_last_not_of('\n', start) + 1);
  text += '\n';
  return last + "\n";
}

bool stands_between(std::string_view line) {
  return line == "\n" || line.starts_with("SET default_") || line.starts_with('\\') || line.starts_with("--");
}

void read_settings(std::string_view between, std::string& tablespace, std::string& access_method) {
  for (std::size_t at = 0; at < between.size();) {
    const std::size_t end = std::min(between.find('\n', at), between.size());
    const std::string_view line = between.substr(at, end - at);
    if (line.starts_with("SET default_tablespace = ")) tablespace = setting_value(line);
    if (line.starts_with("SET default_table_access_method = ")) access_method = setting_value(line);
    at = end + 1;
  }
}

}  // namespace pgcoffer::pgdump
