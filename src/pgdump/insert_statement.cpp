#include "pgdump/insert_statement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgcoffer/error.hpp"
#include "pgdump/describe.hpp"
#include "rows/copy_text.hpp"

namespace pgcoffer::pgdump {
namespace {

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
  rows::Buffer line(row.line);
  if (!without_values_) {
    blanks();
    expect("(");
    do value(row.defaults, line);
    while (accept(", "));
    expect(")");
  }
  line.append("\n");
  line.close();
  if (!without_values_ && accept(",")) return true;
  static_cast<void>(accept(" ON CONFLICT DO NOTHING"));
  expect(";");
  ended_ = true;
  return true;
}

void InsertStatement::value(std::vector<bool>& defaults, rows::Buffer& line) {
  const bool is_default = accept("DEFAULT");
  if (!is_default && std::ranges::find(defaults, false) != defaults.end()) line.append("\t");
  defaults.push_back(is_default);
  if (is_default) return;
  if (accept("NULL")) {
    line.append("\\N");
  } else if (accept("'")) {
    rows::copy_text::append_field(literal(escapes_), line);
  } else if (accept("B'")) {
    line.append(literal(false));
  } else if (accept("true")) {
    line.append("t");
  } else if (accept("false")) {
    line.append("f");
  } else {
    const std::size_t length = std::min(left_.find_first_not_of("0123456789 +-eE."), left_.size());
    if (length == 0) unexpected();
    line.append(left_.substr(0, length));
    left_.remove_prefix(length);
  }
}

/// Behind the quote that begins it.
const std::string& InsertStatement::literal(bool escapes) {
  literal_.clear();
  for (;;) {
    const std::size_t special = left_.find_first_of(escapes ? "'\\" : "'");
    if (special == std::string_view::npos) unexpected();
    const bool escape = left_[special] == '\\';
    literal_ += left_.substr(0, special);
    left_.remove_prefix(special + 1);
    if (!escape && !left_.starts_with('\'')) return literal_;
    if (left_.empty()) unexpected();
    literal_ += left_.front();
    left_.remove_prefix(1);
  }
}

std::string InsertStatement::name() {
  std::string name = take_identifier(left_);
  if (name.empty()) unexpected();
  return name;
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
