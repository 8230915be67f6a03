#include <fmt/format.h>

#include <map>
#include <set>
#include <vector>

#include "plan/tids.hpp"
#include "subset/keys.hpp"

namespace pgcoffer::subset {
namespace {

class Arrays final : public KeySets {
 public:
  Arrays(pg::Connection& connection, std::size_t count) : connection_(connection), sets_(count) {}

  std::uint64_t add(std::size_t set, Kind kind, int round, std::string_view known, const std::string& select) override {
    std::uint64_t count = 0;
    ask(select, [&](const Place& place) {
      Ways& ways = sets_[set][place];
      for (const char one : known)
        if (ways.contains(one)) return;
      if (ways.emplace(static_cast<char>(kind), round).second) ++count;
    });
    return count;
  }

  std::uint64_t remove(std::size_t set, const std::string& select) override {
    std::uint64_t count = 0;
    ask(select, [&](const Place& place) { count += sets_[set].erase(place); });
    return count;
  }

  [[nodiscard]] std::string rows(std::size_t set, std::string_view kinds, std::optional<int> round) const override {
    std::map<pg::Oid, plan::Tids> tids;
    for (const auto& [place, ways] : sets_[set]) {
      if (matches(ways, kinds, round)) tids[place.table].add(place.tid);
    }
    std::string sql;
    for (const auto& [table, places] : tids)
      sql += fmt::format("{}SELECT {}::pg_catalog.oid AS r, pg_catalog.unnest('{}'::pg_catalog.tid[]) AS t",
                         sql.empty() ? "" : " UNION ALL ", table, places.literal());
    return sql.empty() ? "(SELECT NULL::pg_catalog.oid AS r, NULL::pg_catalog.tid AS t WHERE false)" : "(" + sql + ")";
  }

  void read(std::size_t set, const std::function<void(pg::Oid, std::uint64_t)>& use) const override {
    for (const auto& [place, ways] : sets_[set]) use(place.table, place.tid);
  }

 private:
  struct Place {
    pg::Oid table = 0;
    std::uint64_t tid = 0;
    auto operator<=>(const Place&) const = default;
  };
  using Ways = std::map<char, int>;  ///< kind, round

  static bool matches(const Ways& ways, std::string_view kinds, std::optional<int> round) {
    for (const auto& [kind, came] : ways)
      if ((kinds.empty() || kinds.find(kind) != std::string_view::npos) && (!round || *round == came)) return true;
    return false;
  }

  void ask(const std::string& select, const std::function<void(const Place&)>& use) {
    read_places(connection_, select, [&](pg::Oid table, std::uint64_t tid) { use({table, tid}); });
  }

  pg::Connection& connection_;
  std::vector<std::map<Place, Ways>> sets_;
};

}  // namespace

std::unique_ptr<KeySets> arrays(pg::Connection& connection, std::size_t count) {
  return std::make_unique<Arrays>(connection, count);
}

}  // namespace pgcoffer::subset
