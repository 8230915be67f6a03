#include "dump/filter_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.hpp"
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
    std::string result;
    while (!at_end_of_line() && !is_blank(rest_.front())) result += take();
    skip_blanks();
    return lower_ascii(std::move(result));
  }

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\n') ++line_;
    return c;
  }

  /// Up to the end of the line or a comment, neither of which ends inside of quotes. Blanks in a row count as one,
  /// those beside dots and brackets not at all.
  std::string pattern() {
    std::string result;
    bool apart = false;  // blanks stand before what comes
    bool joined = true;  // which are none of the pattern's
    for (; !at_end_of_line(); skip_blanks()) {
      const bool mark = std::string_view(".()").find(rest_.front()) != std::string_view::npos;
      if (apart && !joined && !mark) result += ' ';
      joined = mark;
      if (rest_.front() == '"')
        quoted_name(result);
      else
        result += take();
      apart = !rest_.empty() && is_blank(rest_.front());
    }
    if (result.empty()) refuse(line_, "the pattern is missing", "Write what is meant behind the kind: a psql pattern.");
    return result;
  }

  void quoted_name(std::string& result) {
    const int first = line_;
    result += take();
    while (!rest_.empty()) {
      const char c = take();
      if (c == '\r' && rest_.starts_with('\n')) continue;
      result += c == '\\' ? escaped() : c;
      if (c != '"') continue;
      if (!rest_.starts_with('"')) return;
      result += take();
    }
    refuse(first, "a name in double quotes does not end", "Close it with another \".");
  }

  char escaped() {
    const char c = rest_.empty() ? '\0' : take();
    if (c == 'n') return '\n';
    if (c == '\\') return c;
    refuse(line_, "a backslash in double quotes stands before neither n nor a backslash", R"(Write \\ for one.)");
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
