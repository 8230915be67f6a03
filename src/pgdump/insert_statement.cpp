#include "pgdump/insert_statement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgcoffer/error.hpp"

namespace pgcoffer::pgdump {
namespace {

void put_escaped(char c, std::string& out) {
  constexpr std::string_view special = "\b\f\n\r\t\v\\", letters = "bfnrtv\\";
  const std::size_t found = special.find(c);
  if (found == std::string_view::npos) {
    out += c;
  } else {
    out += '\\';
    out += letters[found];
  }
}

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

}  // namespace

std::size_t StatementCutter::end_of_statement() {
  for (;;) {
    const std::string_view special = quote_ == 0 ? "'\";" : quote_ == '"' ? "\"" : escapes_ ? "'\\" : "'";
    const std::size_t at = pending_.find_first_of(special, looked_at_);
    if (at == std::string::npos || (pending_[at] == '\\' && at + 1 == pending_.size())) {
      looked_at_ = std::min(at, pending_.size());
      return std::string::npos;
    }
    const char found = pending_[at];
    looked_at_ = at + (found == '\\' ? 2 : 1);
    if (found == ';') return looked_at_;
    // A doubled quote ends the text and begins it anew, which comes to the same.
    if (found != '\\') quote_ = quote_ == 0 ? found : '\0';
  }
}

std::string_view StatementCutter::next() {
  constexpr std::size_t much = std::size_t{1} << 20U;
  if (start_ > much || start_ == pending_.size()) {
    pending_.erase(0, start_);
    looked_at_ -= start_;
    start_ = 0;
  }
  const std::size_t end = end_of_statement();
  if (end == std::string::npos) return {};
  std::string_view statement = std::string_view(pending_).substr(start_, end - start_);
  start_ = end;
  while (is_blank(statement.front())) statement.remove_prefix(1);
  return statement;
}

InsertStatement::InsertStatement(std::string_view statement, bool escapes) : left_(statement), escapes_(escapes) {
  head();
}

void InsertStatement::head() {
  expect("INSERT INTO ");
  table_.schema = name();
  expect(".");
  table_.name = name();
  expect(" ");
  if (accept("(")) {
    do columns_.push_back(name());
    while (accept(", "));
    expect(") ");
  }
  static_cast<void>(accept("OVERRIDING SYSTEM VALUE "));
  without_values_ = accept("DEFAULT VALUES");
  if (!without_values_) expect("VALUES");
}

bool InsertStatement::next(Row& row) {
  row.defaults.clear();
  row.line.clear();
  if (ended_) return false;
  if (!without_values_) {
    blanks();
    expect("(");
    do value(row);
    while (accept(", "));
    expect(")");
  }
  row.line += '\n';
  if (!without_values_ && accept(",")) return true;
  static_cast<void>(accept(" ON CONFLICT DO NOTHING"));
  expect(";");
  ended_ = true;
  return true;
}

void InsertStatement::value(Row& row) {
  const bool is_default = accept("DEFAULT");
  if (!is_default && std::ranges::find(row.defaults, false) != row.defaults.end()) row.line += '\t';
  row.defaults.push_back(is_default);
  if (is_default) return;
  if (accept("NULL")) {
    row.line += "\\N";
  } else if (accept("'")) {
    literal(row.line, escapes_);
  } else if (accept("B'")) {
    literal(row.line, false);
  } else if (accept("true")) {
    row.line += 't';
  } else if (accept("false")) {
    row.line += 'f';
  } else {
    const std::size_t length = std::min(left_.find_first_not_of("0123456789 +-eE."), left_.size());
    if (length == 0) unexpected();
    row.line += left_.substr(0, length);
    left_.remove_prefix(length);
  }
}

/// Behind the quote that begins it.
void InsertStatement::literal(std::string& out, bool escapes) {
  for (;;) {
    const std::size_t special = left_.find_first_of("'\\\b\f\n\r\t\v");
    if (special == std::string_view::npos) unexpected();
    out += left_.substr(0, special);
    const char c = left_[special];
    left_.remove_prefix(special + 1);
    if (c == '\'') {
      if (!left_.starts_with('\'')) return;
      out += '\'';
      left_.remove_prefix(1);
    } else if (c == '\\' && escapes) {
      if (left_.empty()) unexpected();
      put_escaped(left_.front(), out);
      left_.remove_prefix(1);
    } else {
      put_escaped(c, out);
    }
  }
}

std::string InsertStatement::name() {
  std::string name;
  if (!accept("\"")) {
    const std::size_t length = std::min(left_.find_first_of(" ,()."), left_.size());
    if (length == 0) unexpected();
    name = left_.substr(0, length);
    left_.remove_prefix(length);
    return name;
  }
  for (;;) {
    const std::size_t end = left_.find('"');
    if (end == std::string_view::npos) unexpected();
    name += left_.substr(0, end);
    left_.remove_prefix(end + 1);
    if (!accept("\"")) return name;
    name += '"';
  }
}

void InsertStatement::blanks() {
  while (!left_.empty() && is_blank(left_.front())) left_.remove_prefix(1);
}

bool InsertStatement::accept(std::string_view word) {
  if (!left_.starts_with(word)) return false;
  left_.remove_prefix(word.size());
  return true;
}

void InsertStatement::expect(std::string_view word) {
  if (!accept(word)) unexpected();
}

/// Values are not shown: they may be secrets.
void InsertStatement::unexpected() const {
  throw Error(Kind::damaged, "a statement among its rows is none that pg_dump --inserts writes");
}

}  // namespace pgcoffer::pgdump
