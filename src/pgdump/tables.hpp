#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "base/text.hpp"
#include "pgdump/contents.hpp"

namespace pgcoffer::pgdump {

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

/// Which entries belong to which table: archives of pg_dump tell on what an entry depends, and of several tables not
/// which one it is a part of.
class Tables {
 public:
  explicit Tables(const Contents& contents);  ///< which must outlive it

  /// The table, view, materialized view or foreign table: itself; that which its name says; or of those that it depends
  /// on that which its statement names first. A sequence without owner is its own. Null: it belongs to none.
  [[nodiscard]] const Entry* of(const Entry& entry) const { return of(entry, 0); }

 private:
  [[nodiscard]] const Entry* of(const Entry& entry, int depth) const;
  [[nodiscard]] const Entry* named(const Entry& entry) const;
  [[nodiscard]] const Entry* attached_index(const Entry& entry) const;
  [[nodiscard]] const Entry* owner_of(const Entry& sequence) const;
  [[nodiscard]] const Entry* by_id(int id) const;

  using ByName = std::map<QualifiedName, const Entry*>;
  std::map<int, const Entry*> by_id_;
  ByName tables_;  ///< and views
  ByName sequences_;
  ByName owned_by_;  ///< what says whose a sequence is, by its name
};

}  // namespace pgcoffer::pgdump
