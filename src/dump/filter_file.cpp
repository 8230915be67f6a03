#include "dump/filter_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {
namespace {

struct Command {
  std::string_view verb, kind;
  std::vector<std::string> DumpOptions::*patterns;
};

constexpr auto kKinds = std::to_array<Command>({
    {"include", "table", &DumpOptions::tables},
    {"include", "table_and_children", &DumpOptions::tables_and_children},
    {"include", "schema", &DumpOptions::schemas},
    {"include", "extension", &DumpOptions::extensions},
    {"include", "foreign_data", &DumpOptions::include_foreign_data},
    {"exclude", "table", &DumpOptions::exclude_tables},
    {"exclude", "table_and_children", &DumpOptions::exclude_tables_and_children},
    {"exclude", "table_data", &DumpOptions::exclude_table_data},
    {"exclude", "table_data_and_children", &DumpOptions::exclude_table_data_and_children},
    {"exclude", "schema", &DumpOptions::exclude_schemas},
    {"exclude", "extension", &DumpOptions::exclude_extensions},
});

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

  void run(DumpOptions& options) {
    for (; !rest_.empty(); end_line()) {
      skip_blanks();
      if (at_end_of_line()) continue;
      const std::string verb = word(), kind = word();
      const auto found =
          std::ranges::find_if(kKinds, [&](const Command& one) { return one.verb == verb && one.kind == kind; });
      if (found == kKinds.end()) refuse_command(verb, kind);
      (options.*found->patterns).push_back(pattern());
    }
  }

 private:
  [[nodiscard]] bool at_end_of_line() const { return rest_.empty() || rest_.front() == '\n' || rest_.front() == '#'; }

  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  void end_line() {
    rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    if (rest_.empty()) return;
    rest_.remove_prefix(1);
    ++line_;
  }

  std::string word() {
    std::size_t end = 0;
    while (end < rest_.size() && ((rest_[end] >= 'a' && rest_[end] <= 'z') || rest_[end] == '_')) ++end;
    std::string result(rest_.substr(0, end));
    rest_.remove_prefix(end);
    skip_blanks();
    return result;
  }

  /// Up to the end of the line or a comment, neither of which ends inside of quotes.
  std::string pattern() {
    const int first = line_;
    std::string result;
    bool quoted = false;
    for (; !rest_.empty() && (quoted || !at_end_of_line()); rest_.remove_prefix(1)) {
      const char c = rest_.front();
      if (c == '"') quoted = !quoted;
      if (c == '\n') ++line_;
      result += c;
    }
    while (!result.empty() && is_blank(result.back())) result.pop_back();
    if (quoted) refuse(first, "a name in double quotes does not end", "Close it with another \".");
    if (result.empty()) refuse(first, "the pattern is missing", "Write what is meant behind the kind: a psql pattern.");
    return result;
  }

  [[noreturn]] void refuse(int line, const std::string& what, const std::string& hint) const {
    throw Error(Kind::usage, fmt::format("filter file \"{}\", line {}: {}", file_, line, what)).hint(hint);
  }

  [[noreturn]] void refuse_command(const std::string& verb, const std::string& kind) const {
    if (verb != "include" && verb != "exclude")
      refuse(line_, "a line begins with include or exclude", "As in: exclude table_data public.sessions");
    std::vector<std::string> kinds;
    for (const Command& one : kKinds)
      if (one.verb == verb) kinds.emplace_back(one.kind);
    refuse(line_, fmt::format("{} knows no \"{}\"", verb, kind), fmt::format("It knows {}.", join(kinds, ", ")));
  }

  std::string_view rest_;
  const std::string& file_;
  int line_ = 1;
};

}  // namespace

void add_filter(std::string_view text, const std::string& file, DumpOptions& options) {
  Reader(text, file).run(options);
}

}  // namespace pgcoffer::dumping
