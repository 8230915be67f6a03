// Scripts of pg_dump (-Fp): entries begin with a comment that names them; rows stand behind COPY, large objects are
// written by statements.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "base/digest.hpp"
#include "base/sql_tokens.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "pgdump/attachments.hpp"
#include "pgdump/container.hpp"
#include "pgdump/insert_statement.hpp"
#include "pgdump/script_text.hpp"

namespace pgcoffer::pgdump {
namespace {

constexpr std::string_view kHead = "--\n-- PostgreSQL database dump\n--\n";
constexpr std::string_view kClusterHead = "--\n-- PostgreSQL database cluster dump\n--\n";
constexpr std::string_view kWindowsHead = "--\r\n-- PostgreSQL database ";
constexpr std::string_view kEnd = "-- PostgreSQL database dump complete\n";
constexpr std::string_view kEndOfRows = "\\.\n";

/// Notices the end of rows that was lost: what follows them, up to the end of the next table's rows, looks like rows.
/// Rows may be lines of a script, too, but then they hold the escaped end of its rows.
class LostEnd {
 public:
  void add(std::string_view row) {
    if (row.starts_with("-- Data for Name: ")) {
      header_ = true;
    } else if (header_ && row.starts_with("COPY ") && row.ends_with(" FROM stdin;\n")) {
      lost_ = true;
    } else if (row == "\\\\.\n") {
      header_ = lost_ = false;
    }
  }
  [[nodiscard]] bool lost() const noexcept { return lost_; }

 private:
  bool header_ = false, lost_ = false;
};

struct Range {
  std::uint64_t offset = 0, size = 0;
};

class Script final : public Container {
 public:
  explicit Script(const std::filesystem::path& path) : path_(path) {
    FileReader in(path);
    LineReader lines(in);
    read_all(lines);
    contents_.created = modified();
    if (contents_.database.empty()) contents_.database = path.stem().string();
    part_attachments(contents_.entries);
    add_dependencies(contents_.entries);
  }

  [[nodiscard]] const Contents& contents() const override { return contents_; }

  void read(const Entry& entry, const Take& take) const override {
    const auto found = rows_.find(entry.id);
    if (found != rows_.end()) pieces(found->second, take);
  }

  [[nodiscard]] std::vector<std::uint32_t> large_objects() const override {
    std::vector<std::uint32_t> oids;
    for (const auto& [oid, ranges] : large_objects_) oids.push_back(oid);
    return oids;
  }

  void read_large_object(std::uint32_t oid, const Take& take) const override {
    for (const Range& range : large_objects_.at(oid)) {
      std::string hex;
      pieces(range, [&](std::string_view piece) { hex += piece; });
      take(from_hex(hex));
    }
  }

  [[nodiscard]] std::uint64_t stored_bytes(const Entry& entry) const override {
    const auto found = rows_.find(entry.id);
    return found == rows_.end() ? 0 : found->second.size;
  }

 private:
  void read_all(LineReader& lines) {
    std::string text;
    Quoting quoting;
    for (std::string line = lines.line(); !line.empty(); line = lines.line()) {
      if (!quoting.open() && line == "--\n") {
        std::string second = lines.line();
        // pg_dump -v says more of each entry.
        while (second.starts_with("-- TOC entry ") || second.starts_with("-- Dependencies: ")) {
          line += second;
          second = lines.line();
        }
        if (auto header = entry_of_header(second)) {
          finish(text);
          begin(std::move(*header));
          (void)lines.line();  // --
          continue;
        }
        line += second;
        complete_ = complete_ || second == kEnd;
      }
      if (in_entry_ && entry().kind == "TABLE DATA" && !quoting.open() && line.starts_with("COPY ")) {
        rows(std::move(line), lines);
        continue;
      }
      if (in_entry_ && entry().kind == "TABLE DATA" && insert_line(line, quoting, lines.position())) continue;
      if (in_entry_ && entry().kind == "BLOBS") {
        large_object_line(line, lines.position() - line.size());
        continue;
      }
      const bool between = !quoting.open() && stands_between(line);
      quoting.add(line);
      text += line;
      if (!between) statements_ = text.size();
    }
    if (quoting.open() || inserting_) lines.file().damaged("it ends within a statement");
    finish(text);
    refuse_lost_rows(lines.file());
    if (!complete_) lines.file().damaged("its end (\"dump complete\") is missing");
  }

  [[nodiscard]] Entry& entry() { return contents_.entries.back(); }

  void begin(Entry header) {
    header.id = static_cast<int>(contents_.entries.size()) + 1;
    header.tablespace = takes_space(header.kind) ? tablespace_ : "";
    header.access_method = header.kind == "TABLE" || header.kind == "MATERIALIZED VIEW" ? access_method_ : "";
    contents_.entries.push_back(std::move(header));
    in_entry_ = true;
    copied_ = complete_ = false;
  }

  static bool takes_space(const std::string& kind) {
    return kind == "TABLE" || kind == "INDEX" || kind == "CONSTRAINT" || kind == "MATERIALIZED VIEW";
  }

  /// The text between two headers: an entry's statements, or what stands before the first one.
  void finish(std::string& text) {
    if (!in_entry_) {
      head(text);
    } else {
      if (entry().kind == "DATABASE") contents_.database = entry().name;
      read_settings(std::string_view(text).substr(statements_), tablespace_, access_method_);
      text.resize(statements_);
      while (text.starts_with('\n')) text.erase(0, 1);
      if (entry().kind == "TABLE DATA") refuse_others(text);
      if (!copied_) {
        entry().owner_sql = take_owner(text);
        entry().create = text;
        if (entry().kind == "TABLE DATA") no_rows();
        exact_name();
      }
    }
    text.clear();
    statements_ = 0;
  }

  void head(std::string& text) {
    const auto behind = [&](std::string_view words) {
      const std::size_t at = text.find(words);
      return at == std::string::npos ? std::string()
                                     : text.substr(at + words.size(), text.find('\n', at) - at - words.size());
    };
    contents_.server_version = behind("-- Dumped from database version ");
    contents_.dump_version = behind("-- Dumped by pg_dump version ");
    if (contents_.entries.empty() && text.find("SET client_encoding = ") == std::string::npos) {
      throw Error(Kind::damaged, fmt::format("\"{}\" is damaged: it ends before its first object", path_.string()))
          .object(path_.string());
    }
    if (text.find("SET standard_conforming_strings = off;") != std::string::npos ||
        text.find("set_config('search_path', '', false)") == std::string::npos) {
      throw Error(Kind::unsupported, fmt::format("\"{}\" is a script of an old pg_dump: its names have no schemas, or "
                                                 "its texts are quoted in the old way",
                                                 path_.string()))
          .hint("Load it with psql, and dump anew.");
    }
    refuse_objects(text);
    setting("ENCODING", fmt::format("SET client_encoding = {};\n", behind("SET client_encoding = ")));
    setting("SEARCHPATH", "SELECT pg_catalog.set_config('search_path', '', false);\n");
    read_settings(text, tablespace_, access_method_);
    in_entry_ = false;
  }

  /// What stands before the first header makes nothing: at most, of `pg_dump -c`, it drops, and takes views their
  /// queries by CREATE OR REPLACE VIEW. Else the entries are told in a way that is not known here.
  void refuse_objects(const std::string& text) const {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const bool makes = line.starts_with("CREATE ") && !line.starts_with("CREATE OR REPLACE VIEW ");
      if (!makes && !line.starts_with("COPY ")) continue;
      throw Error(Kind::unsupported,
                  fmt::format("\"{}\" does not tell where its objects begin, as scripts of pg_dump do", path_.string()))
          .hint("Load it with psql.");
    }
  }

  void setting(const char* kind, std::string sql) {
    Entry made;
    made.id = static_cast<int>(contents_.entries.size()) + 1;
    made.kind = made.name = kind;
    made.create = std::move(sql);
    made.section = Section::pre_data;
    contents_.entries.push_back(std::move(made));
  }

  /// In the header a line end is a blank; statements have the name as it is.
  void exact_name() {
    const auto tokens = sql_tokens(entry().kind == "TABLE DATA" ? entry().copy : entry().create);
    if (!tokens) return;
    const auto blanked = [](std::string name) {
      std::ranges::replace_if(
          name, [](char c) { return c == '\n' || c == '\r'; }, ' ');
      return name;
    };
    for (std::size_t i = 0; i + 2 < tokens->size(); ++i) {
      const std::string &schema = (*tokens)[i].text, &name = (*tokens)[i + 2].text;
      if (!(*tokens)[i].is_name() || !(*tokens)[i + 1].is(SqlToken::Type::symbol, ".")) continue;
      if (blanked(schema) == entry().schema) entry().schema = schema;
      if (blanked(name) == entry().name) entry().name = name;
      return;
    }
  }

  /// Beside a table's rows stand but the switches of its triggers: whatever else is there lacks its header, and would
  /// be lost.
  void refuse_others(const std::string& text) const {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const bool trigger = line.starts_with("ALTER TABLE ") && line.ends_with(" TRIGGER ALL;");
      if (!trigger && !stands_between(line + "\n")) refuse_without_header();
    }
  }

  [[noreturn]] void refuse_without_header() const {
    throw Error(Kind::damaged,
                fmt::format("\"{}\" is damaged: beside the rows of \"{}\" stands what belongs to no table's rows, or "
                            "to another's: the comment that says what it is is missing",
                            path_.string(), contents_.entries.back().name))
        .hint("If somebody has added statements to it, load it with psql.");
  }

  /// Where COPY brings rows, it stands for tables without any, too.
  void refuse_lost_rows(const FileReader& file) const {
    const auto has_rows = [](const Entry& each) { return each.kind == "TABLE DATA"; };
    const auto copies = [&](const Entry& each) { return has_rows(each) && !each.inserts; };
    if (std::ranges::none_of(contents_.entries, copies)) return;
    for (const Entry& each : contents_.entries)
      if (has_rows(each) && each.inserts) file.damaged(fmt::format("the rows of \"{}\" are missing", each.name));
  }

  /// With --inserts nothing stands for a table that is empty.
  void no_rows() {
    entry().has_data = entry().inserts = true;
    entry().copy = fmt::format("COPY {} FROM stdin;\n", quote_ident(QualifiedName{entry().schema, entry().name}));
  }

  void rows(std::string copy, LineReader& lines) {
    if (copied_) refuse_without_header();
    while (copy.find(" FROM stdin;\n") == std::string::npos) {  // column names may have line ends
      const std::string more = lines.line();
      if (more.empty()) lines.file().damaged("it ends within a COPY statement");
      copy += more;
    }
    entry().copy = copy;
    entry().has_data = copied_ = true;
    exact_name();
    const std::uint64_t start = lines.position();
    LostEnd end;
    for (std::string line = lines.line(); line != kEndOfRows; line = lines.line()) {
      if (line.empty()) lines.file().damaged(fmt::format("it ends within the rows of \"{}\"", entry().name));
      end.add(line);
    }
    if (end.lost()) {
      throw Error(Kind::damaged, fmt::format("\"{}\" is damaged: the end of the rows of \"{}\" (\\.) is missing",
                                             path_.string(), entry().name))
          .hint("If these rows are the lines of another script, the file may be whole: load it with psql.");
    }
    rows_[entry().id] = {start, lines.position() - start};
  }

  /// Takes a line of rows that are INSERT statements. `end`: behind it, in the file.
  bool insert_line(const std::string& line, Quoting& quoting, std::uint64_t end) {
    if (!inserting_ && (quoting.open() || !line.starts_with("INSERT INTO "))) return false;
    if (copied_ && !entry().inserts) refuse_without_header();
    quoting.add(line);
    inserting_ = quoting.open() || !line.ends_with(";\n");
    Range& range = rows_[entry().id];
    if (range.size == 0) range.offset = end - line.size();
    range.size = end - range.offset;
    entry().has_data = entry().inserts = copied_ = true;
    if (!entry().copy.empty()) return true;
    first_insert_ += line;
    if (inserting_) return true;
    const InsertStatement first(first_insert_, false);
    entry().copy = fmt::format("COPY {} FROM stdin;\n", quote_ident(first.table()));
    exact_name();
    first_insert_.clear();
    return true;
  }

  /// SELECT pg_catalog.lo_open('16417', 131072); and SELECT pg_catalog.lowrite(0, '\x…');
  void large_object_line(std::string_view line, std::uint64_t offset) {
    constexpr std::string_view open = "SELECT pg_catalog.lo_open('", write = "SELECT pg_catalog.lowrite(0, '\\x";
    entry().has_data = true;
    if (line.starts_with(open)) {
      (void)std::from_chars(line.data() + open.size(), line.data() + line.size(), large_object_);
      large_objects_[large_object_];
    } else if (line.starts_with(write)) {
      large_objects_[large_object_].push_back({offset + write.size(), line.find('\'', write.size()) - write.size()});
    }
  }

  void pieces(const Range& range, const Take& take) const {
    FileReader in(path_, range.offset, range.size);
    constexpr std::size_t piece = std::size_t{256} << 10U;
    for (std::string_view text = in.some(piece); !text.empty(); text = in.some(piece)) take(text);
  }

  /// The script does not tell when it was made, but its file does.
  [[nodiscard]] std::string modified() const {
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) return {};
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(status.st_mtime));
  }

  std::filesystem::path path_;
  Contents contents_;
  std::map<int, Range> rows_;  ///< by entry
  std::map<std::uint32_t, std::vector<Range>> large_objects_;
  std::string tablespace_, access_method_;  ///< in force where the next entry begins
  std::string first_insert_;                ///< of the entry, up to its end
  std::size_t statements_ = 0;              ///< where the entry's statements end in its text
  std::uint32_t large_object_ = 0;
  bool in_entry_ = false, copied_ = false, complete_ = false;
  bool inserting_ = false;  ///< the next line goes on with a statement
};

}  // namespace

bool is_script(const std::filesystem::path& path) {
  FileReader in(path);
  const std::string_view start = in.some(kClusterHead.size());
  return start.starts_with(kHead) || start.starts_with(kClusterHead) || start.starts_with(kWindowsHead);
}

std::unique_ptr<Container> open_script(const std::filesystem::path& path) {
  FileReader in(path);
  const std::string_view start = in.some(kClusterHead.size());
  if (start.starts_with(kWindowsHead)) {
    throw Error(Kind::unsupported,
                fmt::format("\"{}\" is a script whose lines end as on Windows (CR LF)", path.string()))
        .hint("Load it with psql, or give it back the line ends that pg_dump wrote (dos2unix).");
  }
  if (start.starts_with(kClusterHead)) {
    throw Error(Kind::unsupported, fmt::format("\"{}\" is a script of pg_dumpall, of several databases", path.string()))
        .hint("Load it with psql, or dump the databases one by one.");
  }
  return std::make_unique<Script>(path);
}

}  // namespace pgcoffer::pgdump
