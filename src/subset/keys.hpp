#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pg/connection.hpp"

namespace pgcoffer::subset {

/// How a row came into a set; a row may be there several times.
enum class Kind : char {
  kept = 'k',    ///< as all of its table, as far as what it references is there
  child = 'c',   ///< it starts, or references a row of this kind
  both = 'b',    ///< the same, and what it references comes along
  parent = 'p',  ///< it starts a search for parents, or a row of `both` or of this kind references it
};

/// Sets of rows by their places: table's oid r and ctid t, which stay what they are in one snapshot.
class KeySets {
 public:
  virtual ~KeySets() = default;
  /// Adds what `select` gives in columns r and t and is not there as one of `known`. Returns how many were new.
  virtual std::uint64_t add(std::size_t set, Kind kind, int round, std::string_view known,
                            const std::string& select) = 0;
  /// Takes out what `select` gives. Returns how many rows went.
  virtual std::uint64_t remove(std::size_t set, const std::string& select) = 0;
  /// SQL to stand behind FROM, with columns r and t: rows of these kinds, or of all where there are none named; those
  /// that came in one round only, or in any.
  [[nodiscard]] virtual std::string rows(std::size_t set, std::string_view kinds, std::optional<int> round) const = 0;
  /// Hands over every row once, in the order of r and t.
  virtual void read(std::size_t set, const std::function<void(pg::Oid, std::uint64_t)>& use) const = 0;
};

/// Hands over what `select` gives in columns r and t.
void read_places(pg::Connection& connection, const std::string& select,
                 const std::function<void(pg::Oid, std::uint64_t)>& use);

/// Sets in `count` temporary tables. Must be called before the connection's read-only transaction begins, in which
/// they can be filled but not made. Null where the server or the role has no temporary tables: a standby.
[[nodiscard]] std::unique_ptr<KeySets> temporary_tables(pg::Connection& connection, std::size_t count);
/// Sets that we hold, and that go to the server as arrays in each query.
[[nodiscard]] std::unique_ptr<KeySets> arrays(pg::Connection& connection, std::size_t count);

}  // namespace pgcoffer::subset
