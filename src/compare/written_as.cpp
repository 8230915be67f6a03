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

/// What some rows of an archive show of how it was written.
class Samples {
 public:
  explicit Samples(const archive::Reader& archive) : archive_(archive) {
    for (const archive::Table& table : archive.manifest().tables) take(table);
  }

  [[nodiscard]] const std::set<std::string>& times() const { return times_; }
  [[nodiscard]] bool escaped() const { return escaped_; }

 private:
  void take(const archive::Table& table) {
    if (table.parts.empty() || table.binary) return;
    std::vector<std::size_t> times, bytes;
    std::size_t place = 0;
    for (const archive::Column& column : table.columns) {
      if (!column.in_rows) continue;
      const bool time = column.type.starts_with("timestamp") && column.type.ends_with("with time zone");
      if (time) times.push_back(place);
      if (column.type == "bytea") bytes.push_back(place);
      ++place;
    }
    if (times.empty() && bytes.empty()) return;
    take(table, table.parts.front(), times, bytes);
    if (table.parts.size() > 1) take(table, table.parts.back(), times, bytes);
  }

  void take(const archive::Table& table, const archive::Part& part, const std::vector<std::size_t>& times,
            const std::vector<std::size_t>& bytes) {
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
        if (at < fields.size()) add_time(fields[at]);
      for (const std::size_t at : bytes)
        escaped_ = escaped_ || (at < fields.size() && fields[at] != "\\N" && !fields[at].starts_with("\\\\x"));
    }
  }

  /// One of each month and offset: zones change theirs twice a year.
  void add_time(std::string_view value) {
    constexpr std::size_t month = 7;
    static const std::regex iso(R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d){0,2})");
    if (times_.size() >= kMostSamples || value.size() <= month) return;
    const std::size_t offset = value.find_last_of("+-");
    if (!seen_.insert(std::string(value.substr(0, month)) + std::string(value.substr(std::min(offset, value.size()))))
             .second)
      return;
    if (std::regex_match(value.begin(), value.end(), iso)) times_.emplace(value);
  }

  const archive::Reader& archive_;
  std::set<std::string> times_, seen_;
  bool escaped_ = false;
};

std::string first_that_fits(pg::Connection& connection, const char* zones, const std::set<std::string>& times) {
  std::vector<std::string> samples;
  for (const std::string& time : times)
    samples.push_back(
        fmt::format("({}, {})", quote_literal(time), quote_literal(time.substr(0, time.find_last_of("+-")))));
  const pg::Result found = connection.query(fmt::format(kZone, zones, join(samples, ", ")));
  return found.empty() ? std::string() : found[0][0].str();
}

/// The transaction goes on when the server cannot list its zones: a link among their files that leads nowhere is
/// enough.
std::string any_that_fits(pg::Connection& connection, const std::set<std::string>& times) {
  connection.exec("SAVEPOINT zones");
  try {
    std::string zone = first_that_fits(connection, kAll, times);
    connection.exec("RELEASE SAVEPOINT zones");
    return zone;
  } catch (const Error& error) {
    if (error.sqlstate().empty() || error.kind() == Kind::interrupted) throw;
    connection.exec("ROLLBACK TO SAVEPOINT zones; RELEASE SAVEPOINT zones");
    return {};
  }
}

/// "-05:30", where all have the same; of whole hours "-05:00", which are no seconds.
std::string only_offset(const std::set<std::string>& times) {
  std::set<std::string> offsets;
  for (const std::string& time : times) offsets.insert(time.substr(time.find_last_of("+-")));
  if (offsets.size() != 1) return {};
  return offsets.begin()->find(':') == std::string::npos ? *offsets.begin() + ":00" : *offsets.begin();
}

}  // namespace

void write_as_archive(pg::Connection& connection, const archive::Reader& archive, const char* scope) {
  if (!archive.manifest().time_zone.empty()) return;
  const Samples samples(archive);
  if (samples.escaped()) connection.exec(fmt::format("SET {} bytea_output = escape", scope));
  if (samples.times().empty()) return;
  std::string zone = first_that_fits(connection, kNearest, samples.times());
  if (zone.empty()) zone = any_that_fits(connection, samples.times());
  if (!zone.empty()) return connection.exec(fmt::format("SET {} TimeZone = {}", scope, quote_literal(zone)));
  const std::string offset = only_offset(samples.times());
  if (!offset.empty()) connection.exec(fmt::format("SET {} TIME ZONE INTERVAL {}", scope, quote_literal(offset)));
}

}  // namespace pgcoffer::comparing
