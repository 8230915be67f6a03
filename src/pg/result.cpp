#include "pg/result.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "pg/result_data.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::pg {

std::int64_t Field::as_int() const {
  if (null_) return 0;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
  if (error != std::errc() || end != text_.data() + text_.size()) {
    throw Error(Kind::failed, fmt::format("the server sent \"{}\" where an integer was expected", text_));
  }
  return value;
}

std::vector<std::string> Field::as_array() const {
  std::vector<std::string> items;
  if (text_.size() < 2) return items;
  const std::string_view body = text_.substr(1, text_.size() - 2);
  std::size_t at = 0;
  while (at < body.size()) {
    std::string item;
    const bool quoted = body[at] == '"';
    if (quoted) ++at;
    while (at < body.size() && body[at] != (quoted ? '"' : ',')) {
      if (body[at] == '\\' && at + 1 < body.size()) ++at;
      item += body[at++];
    }
    if (quoted) ++at;
    ++at;  // the comma
    if (!quoted && item == "NULL") item.clear();
    items.push_back(std::move(item));
  }
  return items;
}

Field Row::operator[](std::string_view column) const {
  return result_->at(index_, result_->column(column));
}

Field Row::operator[](int column) const {
  return result_->at(index_, column);
}

int Result::size() const noexcept {
  return data_->count;
}

Field Result::at(int row, int column) const {
  const PGresult* const rows = data_->rows.get();
  const int size = PQgetlength(rows, row, column);
  return {PQgetvalue(rows, row, column), static_cast<std::size_t>(size),
          size == 0 && PQgetisnull(rows, row, column) != 0};
}

int Result::column(std::string_view name) const {
  const int found = data_->column(name);
  if (found == Data::none) throw std::logic_error(fmt::format("query returns no column \"{}\"", name));
  return found;
}

}  // namespace pgcoffer::pg
