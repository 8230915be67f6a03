#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/replaced.hpp"
#include "audit/report.hpp"
#include "catalog/model.hpp"
#include "content/kind.hpp"

namespace pgcoffer::audit {

/// How many places of a finding are told.
inline constexpr std::size_t kPlaces = 5;

/// How a column's values are written, as far as one has to know that to see what is in them.
enum class ColumnText { plain, bytes, array, hstore };
/// Of an SQL type with its modifiers.
[[nodiscard]] ColumnText text_of(std::string_view type);
/// Of the text in hexadecimal digits of a value of type bytea.
[[nodiscard]] std::string bytes_of(std::string_view value);

/// What the values of a column are seen to hold.
struct ColumnContent {
  struct Seen {
    std::uint64_t rows = 0;
    std::vector<Place> places;  ///< the first of each part at least, no more than kPlaces a part
    void add(const Seen& other);
  };
  std::uint64_t rows = 0, nulls = 0;
  std::array<Seen, content::kKinds> kinds;
  bool certain_phone = false;  ///< a value has what is a telephone number for sure
  std::size_t first = 0;       ///< hash of the first value
  bool all_the_same = true;    ///< no value differs from it

  /// `value` as the server writes it; `row` is where in the part.
  void add(std::string_view value, ColumnText text, std::uint64_t row, const Replaced& replaced = {});
  void add_null() { ++rows, ++nulls; }
  /// That a value holds such, for another reason than how it looks.
  void add(content::Kind kind, std::uint64_t row);
  void add(content::Kind kind, const Seen& seen) { kinds.at(static_cast<std::size_t>(kind)).add(seen); }
  void add(const ColumnContent& other);
  /// Says of all places in which part they are.
  void name_part(const std::string& file);
  [[nodiscard]] std::uint64_t values() const noexcept { return rows - nulls; }
  [[nodiscard]] const Seen& seen(content::Kind kind) const { return kinds.at(static_cast<std::size_t>(kind)); }
};

/// Kinds that numbers and texts have by chance are told only where most values of the column have them.
[[nodiscard]] bool is_likely(content::Kind kind, const catalog::Column& column, const ColumnContent& content);

/// Cuts COPY text lines into fields. `take(row, column, value)` gets the fields of each row in turn; row counts from 1.
class Fields {
 public:
  /// The value is null where the data is.
  using Take = std::function<void(std::uint64_t row, std::size_t column, const std::string_view* value)>;
  /// Returns the first row that has another number of fields than `columns`, or 0.
  std::uint64_t read(std::string_view lines, std::size_t columns, const Take& take);

 private:
  std::string value_;
};

}  // namespace pgcoffer::audit
