#include "compare/written_as.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "archive/row_choice.hpp"
#include "base/text.hpp"
#include "compare/fields.hpp"
#include "compare/moments.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::comparing {
namespace {

constexpr std::size_t kRowsOfPart = 20000;
constexpr std::size_t kMostSamples = 500;

/// Of the zones that {} tells, in its order, the first one in which all samples are what they were written as.
constexpr const char* kZone = R"sql(
  SELECT zone.name
  FROM ({}) AS zone(name, rank)
  WHERE NOT EXISTS (
    SELECT FROM (VALUES {}) AS sample(moment, there)
    WHERE CAST(CAST(sample.moment AS timestamptz) AT TIME ZONE zone.name AS text) <> sample.there)
  ORDER BY zone.rank, zone.name LIMIT 1)sql";
constexpr const char* kNearest = "SELECT pg_catalog.current_setting('TimeZone'), 0 UNION ALL SELECT 'UTC', 1";
constexpr const char* kAll = "SELECT name, 0 FROM pg_catalog.pg_timezone_names WHERE name ~ '^[A-Z][a-z]+/'";

/// For servers that cannot list theirs: a link among their files that leads nowhere is enough.
constexpr const char* kCommon = R"sql(
  SELECT name, 0 FROM pg_catalog.unnest(ARRAY['Europe/Berlin', 'Europe/London', 'Europe/Paris', 'Europe/Madrid', 'Europe/Rome', 'Europe/Amsterdam', 'Europe/Vienna',
    'Europe/Zurich', 'Europe/Warsaw', 'Europe/Prague', 'Europe/Stockholm', 'Europe/Lisbon', 'Europe/Dublin', 'Europe/Athens', 'Europe/Helsinki', 'Europe/Bucharest',
    'Europe/Istanbul', 'Europe/Moscow', 'America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles', 'America/Anchorage',
    'America/Toronto', 'America/Halifax', 'America/St_Johns', 'America/Sao_Paulo', 'America/Mexico_City', 'America/Bogota', 'America/Lima', 'America/Santiago',
    'America/Caracas', 'Asia/Tokyo', 'Asia/Seoul', 'Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei', 'Asia/Singapore', 'Asia/Manila', 'Asia/Jakarta', 'Asia/Bangkok',
    'Asia/Dhaka', 'Asia/Kolkata', 'Asia/Karachi', 'Asia/Tashkent', 'Asia/Almaty', 'Asia/Dubai', 'Asia/Tehran', 'Asia/Riyadh', 'Asia/Jerusalem', 'Africa/Cairo',
    'Africa/Johannesburg', 'Africa/Nairobi', 'Africa/Lagos', 'Africa/Algiers', 'Africa/Casablanca', 'Australia/Sydney', 'Australia/Brisbane', 'Australia/Adelaide',
    'Australia/Perth', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Honolulu']) AS name)sql";

/// What some rows of an archive show of how it was written.
class Samples {
 public:
  explicit Samples(const archive::Reader& archive) : archive_(archive) {
    for (const archive::Table& table : archive.manifest().tables) take(table);
  }

  /// Those that are certain, and all that look like some.
  [[nodiscard]] const std::set<std::string>& times() const { return times_; }
  [[nodiscard]] std::set<std::string> all() const {
    std::set<std::string> both = times_;
    both.insert(perhaps_.begin(), perhaps_.end());
    return both;
  }
  [[nodiscard]] bool escaped() const { return escaped_; }

 private:
  void take(const archive::Table& table) {
    if (table.parts.empty() || table.binary) return;
    Places times, perhaps, bytes;
    std::size_t place = 0;
    for (const archive::Column& column : table.columns) {
      if (!column.in_rows) continue;
      if (zoned(column.type) == Zoned::always) times.push_back(place);
      if (zoned(column.type) == Zoned::perhaps) perhaps.push_back(place);
      if (column.type == "bytea") bytes.push_back(place);
      ++place;
    }
    if (times.empty() && perhaps.empty() && bytes.empty()) return;
    take(table, table.parts.front(), times, perhaps, bytes);
    if (table.parts.size() > 1) take(table, table.parts.back(), times, perhaps, bytes);
  }

  using Places = std::vector<std::size_t>;

  void take(const archive::Table& table, const archive::Part& part, const Places& times, const Places& perhaps,
            const Places& bytes) {
    const auto decoder = archive::part_decoder(archive_.manifest(), table);
    const auto pipeline = archive_.pipeline();
    std::string scratch;
    std::vector<rows::SparseRows> sparse;
    std::vector<std::string_view> fields;
    std::uint64_t count = 0;
    std::string_view lines = decoder->copy_lines(archive_.read_part(*pipeline, part), scratch, count, sparse);
    for (std::size_t row = 0; row < kRowsOfPart && !lines.empty(); ++row) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(line.size() + 1);
      split_fields(line, fields);
      for (const std::size_t at : times)
        if (at < fields.size()) add_times(fields[at], times_);
      for (const std::size_t at : perhaps)
        if (at < fields.size()) add_times(fields[at], perhaps_);
      for (const std::size_t at : bytes)
        escaped_ = escaped_ || (at < fields.size() && fields[at] != "\\N" && !fields[at].starts_with("\\\\x"));
    }
  }

  /// In a value, an array or a range; one of each month and offset: zones change theirs twice a year.
  void add_times(std::string_view value, std::set<std::string>& times) {
    constexpr std::size_t month = 7;
    static const std::regex iso(R"(\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:\d\d){0,2})( BC)?)");
    constexpr int offset = 2, before_christ = 4;
    using Found = std::cregex_iterator;
    for (Found found(value.data(), value.data() + value.size(), iso); found != Found(); ++found) {
      if (times.size() >= kMostSamples) return;
      const std::string time = found->str();
      const std::string kind = (&times == &times_ ? "certain " : "") + time.substr(0, month) + found->str(offset) +
                               found->str(before_christ);
      if (seen_.insert(kind).second) times.insert(time);
    }
  }

  const archive::Reader& archive_;
  std::set<std::string> times_, perhaps_, seen_;
  bool escaped_ = false;
};

constexpr std::string_view kBeforeChrist = " BC";

/// "+05:30"
std::string offset_of(const std::string& time) {
  const std::string whole = time.ends_with(kBeforeChrist) ? time.substr(0, time.size() - kBeforeChrist.size()) : time;
  return whole.substr(whole.find_last_of("+-"));
}

std::string without_offset(const std::string& time) {
  return time.substr(0, time.find_last_of("+-")) +
         std::string(time.ends_with(kBeforeChrist) ? kBeforeChrist : std::string_view());
}

/// Zones by rule (POSIX), for servers that cannot list theirs: summer time as in Europe and in North America, with the
/// offsets that the times have.
std::string zones_by_rule(const std::set<std::string>& times) {
  std::set<int> hours;
  for (const std::string& time : times)
    if (const std::string offset = offset_of(time); offset.size() == 3) hours.insert(std::stoi(offset));
  if (hours.size() != 2 || *hours.rbegin() != *hours.begin() + 1) return {};
  const int winter = *hours.begin();
  const auto zone = [&](const std::string& rule, int rank) {
    return fmt::format("SELECT '<W>{}<S>{},{}', {}", -winter, -winter - 1, rule, rank);
  };
  return zone(fmt::format("M3.5.0/{},M10.5.0/{}", 1 + winter, 2 + winter), 0) + " UNION ALL " +
         zone("M3.2.0,M11.1.0", 1);
}

std::string first_that_fits(pg::Connection& connection, const std::string& zones, const std::set<std::string>& times) {
  std::vector<std::string> samples;
  for (const std::string& time : times)
    samples.push_back(fmt::format("({}, {})", quote_literal(time), quote_literal(without_offset(time))));
  const pg::Result found = connection.query(fmt::format(kZone, zones, join(samples, ", ")));
  return found.empty() ? std::string() : found[0][0].str();
}

/// Nothing where the server knows none of them, or cannot tell; the transaction goes on.
std::string attempted(pg::Connection& connection, const std::string& zones, const std::set<std::string>& times) {
  if (zones.empty()) return {};
  connection.exec("SAVEPOINT zones");
  try {
    std::string zone = first_that_fits(connection, zones, times);
    connection.exec("RELEASE SAVEPOINT zones");
    return zone;
  } catch (const Error& error) {
    if (error.sqlstate().empty() || error.kind() == Kind::interrupted) throw;
    connection.exec("ROLLBACK TO SAVEPOINT zones; RELEASE SAVEPOINT zones");
    return {};
  }
}

std::string any_that_fits(pg::Connection& connection, const std::set<std::string>& times) {
  std::string zone = attempted(connection, kAll, times);
  if (zone.empty()) zone = attempted(connection, kCommon, times);
  return zone.empty() ? attempted(connection, zones_by_rule(times), times) : zone;
}

/// "-05:30", where all have the same; of whole hours "-05:00", which are no seconds.
std::string only_offset(const std::set<std::string>& times) {
  std::set<std::string> offsets;
  for (const std::string& time : times) offsets.insert(offset_of(time));
  if (offsets.size() != 1) return {};
  return offsets.begin()->find(':') == std::string::npos ? *offsets.begin() + ":00" : *offsets.begin();
}

}  // namespace

void write_as_archive(pg::Connection& connection, const archive::Reader& archive, const char* scope) {
  if (!archive.manifest().time_zone.empty()) return;
  const Samples samples(archive);
  if (samples.escaped()) connection.exec(fmt::format("SET {} bytea_output = escape", scope));
  for (const std::set<std::string>& times : {samples.all(), samples.times()}) {
    if (times.empty()) continue;
    std::string zone = first_that_fits(connection, kNearest, times);
    if (zone.empty()) zone = any_that_fits(connection, times);
    if (!zone.empty()) return connection.exec(fmt::format("SET {} TimeZone = {}", scope, quote_literal(zone)));
    const std::string offset = only_offset(times);
    if (!offset.empty())
      return connection.exec(fmt::format("SET {} TIME ZONE INTERVAL {}", scope, quote_literal(offset)));
  }
}

}  // namespace pgcoffer::comparing
