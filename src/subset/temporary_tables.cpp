#include <fmt/format.h>

#include <vector>

#include "pgcoffer/error.hpp"
#include "subset/keys.hpp"

namespace pgcoffer::subset {
namespace {

/// Below this, the planner's guesses do no harm.
constexpr std::uint64_t kWorthAnalyzing = 1000;

std::string table(std::size_t set) {
  return fmt::format("pg_temp.pgcoffer_keys_{}", set);
}

std::string is_one_of(std::string_view kinds) {
  std::string list;
  for (const char kind : kinds) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", kind);
  return "kind IN (" + list + ")";
}

class TemporaryTables final : public KeySets {
 public:
  TemporaryTables(pg::Connection& connection, std::size_t count) : connection_(connection), sizes_(count) {
    for (std::size_t i = 0; i < count; ++i)
      connection_.exec(fmt::format(
          "CREATE TEMPORARY TABLE {} (r pg_catalog.oid, t pg_catalog.tid, kind \"char\", round pg_catalog.int4)",
          table(i)));
  }

  std::uint64_t add(std::size_t set, Kind kind, int round, std::string_view known, const std::string& select) override {
    const std::uint64_t count =
        counted(fmt::format("INSERT INTO {0} SELECT DISTINCT q.r, q.t, '{1}'::\"char\", {2} FROM ({3}) AS q "
                            "WHERE NOT EXISTS (SELECT FROM {0} AS x WHERE x.r = q.r AND x.t = q.t AND x.{4})",
                            table(set), static_cast<char>(kind), round, select, is_one_of(known)));
    sizes_[set].now += count;
    if (sizes_[set].now > 2 * sizes_[set].analyzed + kWorthAnalyzing) {
      connection_.exec("ANALYZE " + table(set));
      sizes_[set].analyzed = sizes_[set].now;
    }
    return count;
  }

  std::uint64_t remove(std::size_t set, const std::string& select) override {
    return counted(
        fmt::format("DELETE FROM {} AS x USING ({}) AS q WHERE x.r = q.r AND x.t = q.t", table(set), select));
  }

  [[nodiscard]] std::string rows(std::size_t set, std::string_view kinds, std::optional<int> round) const override {
    std::string condition = kinds.empty() ? "" : " WHERE " + is_one_of(kinds);
    if (round) condition += fmt::format("{}round = {}", condition.empty() ? " WHERE " : " AND ", *round);
    return fmt::format("(SELECT r, t FROM {}{})", table(set), condition);
  }

  void read(std::size_t set, const std::function<void(pg::Oid, std::uint64_t)>& use) const override {
    read_places(connection_, fmt::format("SELECT DISTINCT r, t FROM {} ORDER BY r, t", table(set)), use);
  }

 private:
  std::uint64_t counted(const std::string& change) {
    const pg::Result result = connection_.query(
        fmt::format("WITH changed AS ({} RETURNING 1) SELECT pg_catalog.count(*) FROM changed", change));
    return static_cast<std::uint64_t>(result[0][0].as_int());
  }

  struct Size {
    std::uint64_t now = 0, analyzed = 0;
  };
  pg::Connection& connection_;
  std::vector<Size> sizes_;
};

}  // namespace

std::unique_ptr<KeySets> temporary_tables(pg::Connection& connection, std::size_t count) {
  try {
    return std::make_unique<TemporaryTables>(connection, count);
  } catch (const Error& error) {
    constexpr std::string_view read_only = "25006";
    if (error.kind() != pgcoffer::Kind::permission && error.sqlstate() != read_only) throw;
    return nullptr;
  }
}

}  // namespace pgcoffer::subset
