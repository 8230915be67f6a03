#pragma once

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "pg/result.hpp"

namespace pgcoffer::pg {

/// Rows as libpq holds them. Columns are found by name without a copy or a node of a map each: the catalog readers ask
/// for millions of fields.
struct Result::Data {
  explicit Data(PGresult* result) : rows(result, &PQclear), count(PQntuples(result)) {
    const int columns = PQnfields(result);
    std::size_t size = 8;
    while (size < 4 * static_cast<std::size_t>(columns)) size *= 2;
    slots.assign(size, none);
    for (int i = 0; i < columns; ++i) {
      names.emplace_back(PQfname(result, i));
      std::size_t at = slot(names.back());
      while (slots[at] != none && names[static_cast<std::size_t>(slots[at])] != names.back()) at = next(at);
      if (slots[at] == none) slots[at] = i;
    }
  }

  /// The first column of this name, or `none`.
  [[nodiscard]] int column(std::string_view name) const noexcept {
    std::size_t at = slot(name);
    while (slots[at] != none && names[static_cast<std::size_t>(slots[at])] != name) at = next(at);
    return slots[at];
  }

  static constexpr int none = -1;
  std::unique_ptr<PGresult, decltype(&PQclear)> rows;
  int count;

 private:
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & (slots.size() - 1); }
  [[nodiscard]] std::size_t slot(std::string_view name) const noexcept {
    if (name.empty()) return 0;
    const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
    return (name.size() * 7 + byte(name.front()) * 5 + byte(name[name.size() / 2]) * 3 + byte(name.back())) &
           (slots.size() - 1);
  }

  std::vector<std::string_view> names;
  std::vector<int> slots;  ///< a power of two of them, at most a quarter taken
};

}  // namespace pgcoffer::pg
