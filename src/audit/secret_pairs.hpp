#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/columns.hpp"
#include "catalog/model.hpp"
#include "policy/key_values.hpp"

namespace pgcoffer::audit {

/// Settings in a table whatever its columns are called: rows in which one text is a credential's name (`smtp_password`)
/// and another one looks made up, while beside other names most do not.
class SecretPairs {
 public:
  /// `table`: its columns are those in the rows. What `known` columns hold is looked at elsewhere.
  SecretPairs(const catalog::Table& table, const std::optional<policy::KeyValue>& known);
  /// `value` is null where the column's is.
  void add(std::size_t column, const std::string_view* value);
  /// Behind the last column; `row` is where in the part.
  void end_row(std::uint64_t row);
  void add(const SecretPairs& other);
  /// Says of all places in which part they are.
  void name_part(const std::string& file);
  /// Adds secrets beside their names to the columns that have them, unless others of that kind were seen there.
  void tell(std::vector<ColumnContent>& columns) const;

 private:
  /// One column's texts taken as the names of another one's.
  struct Pair {
    std::uint64_t named = 0;                ///< rows in which the name is a credential's
    ColumnContent::Seen secrets;            ///< those of them in which the value looks made up
    std::uint64_t others = 0, made_up = 0;  ///< rows with other names, and how many of their values look so
  };
  struct Look {
    bool is_null = true, named = false, made_up = false;
  };
  static bool tells(const Pair& pair);
  [[nodiscard]] Pair& at(std::size_t name, std::size_t value) { return pairs_[name * looks_.size() + value]; }
  [[nodiscard]] const Pair& at(std::size_t name, std::size_t value) const {
    return pairs_[name * looks_.size() + value];
  }

  std::vector<std::size_t> columns_;       ///< the texts among the table's
  std::optional<policy::KeyValue> known_;  ///< among the table's
  std::vector<Look> looks_;                ///< of the row at hand, one for each of columns_
  std::vector<Pair> pairs_;                ///< each of columns_ with each
  std::uint64_t names_ = 0;                ///< texts that may be names
  bool any_named_ = false;
};

}  // namespace pgcoffer::audit
