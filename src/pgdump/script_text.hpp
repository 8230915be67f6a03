#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pgdump/contents.hpp"
#include "pgdump/file.hpp"

/// A script of pg_dump (-Fp): what is to be known to cut it into entries.
namespace pgcoffer::pgdump {

/// Reads a file line by line.
class LineReader {
 public:
  explicit LineReader(FileReader& in) : in_(in) {}
  /// With its newline; empty at the end of the file.
  [[nodiscard]] std::string line();
  /// Where the line that line() gives next begins.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] FileReader& file() noexcept { return in_; }

 private:
  FileReader& in_;
  std::string pending_;
  std::size_t at_ = 0;  ///< in what is pending
  std::uint64_t position_ = 0;
};

/// Knows whether the next line begins inside of a literal, a quoted name or a comment.
class Quoting {
 public:
  void add(std::string_view line);
  [[nodiscard]] bool open() const noexcept { return state_ != State::top; }

 private:
  enum class State { top, text, escaped_text, name, dollar, comment };
  void begin(std::string_view line, std::size_t& at);

  State state_ = State::top;
  std::string tag_;
  int depth_ = 0;
};

/// "-- Name: users; Type: TABLE; Schema: public; Owner: bob", also "Data for Name", "Statistics for Name". Nothing for
/// other lines. Line ends in names are blanks there.
[[nodiscard]] std::optional<Entry> entry_of_header(std::string_view line);

/// Takes `ALTER … OWNER TO …;`, the statement at the end of the text, out of it; empty where there is none.
[[nodiscard]] std::string take_owner(std::string& text);

/// A blank line, a setting, a comment, one of psql's commands: behind an entry's statements, none of them.
[[nodiscard]] bool stands_between(std::string_view line);

/// The settings among such lines that concern the entries that follow.
void read_settings(std::string_view between, std::string& tablespace, std::string& access_method);

/// Sections, and what needs what, as far as the statements tell: scripts have no list of it.
void add_dependencies(std::vector<Entry>& entries);

}  // namespace pgcoffer::pgdump
