#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.hpp"

namespace pgcoffer::audit {

/// Where in the archive something was found; never what.
struct Place {
  std::string part;       ///< file in the archive
  std::uint64_t row = 0;  ///< counted from 1 in the part; 0 where there are no rows
};

/// Something that should not be in the archive, or that an auditor should know of.
struct Finding {
  std::string object;  ///< public.users.email, a file, or an object of the schema
  std::string kind;    ///< "bcrypt", "named-like-a-credential", "policy" …; schema/audit.schema.json lists them
  std::string what;    ///< one sentence for people
  std::uint64_t rows = 0, of = 0;  ///< in so many rows, of so many with a value; 0 where rows are not what counts
  std::vector<Place> places;       ///< the first few
  std::string database = {};       ///< that it is in, of those in the archive of a cluster
};

/// A foreign key, and whether it holds for the rows in the archive.
struct ForeignKeyResult {
  enum class Outcome { holds, broken, permitted, unchecked };
  std::string table, name, references;
  Outcome outcome = Outcome::holds;
  std::uint64_t missing = 0;  ///< different keys that reference no row
  std::string why;            ///< of permitted and unchecked
  std::string database = {};  ///< as of a finding
};

/// What the policy left out or changed.
struct LeftOut {
  std::string object, verdict, how, reason, rule;
  std::optional<std::uint64_t> rows, of_rows;  ///< of a table of which only some rows were taken, where it is known
  bool of_rows_estimated = false;
  std::string database = {};  ///< as of a finding
};

/// A database in the archive of its cluster.
struct AuditedDatabase {
  std::string name, folder;
  archive::Manifest manifest;
};

struct Report {
  std::string audited, by, on;  ///< when; user and machine of this audit
  std::string path, policy;     ///< of the archive; the policy it was held against, empty for its own verdicts
  archive::Manifest manifest;   ///< who made it, when, from where; digests
  std::vector<AuditedDatabase> databases;  ///< of a cluster; what is told of them stands in the lists below
  bool personal_data = false;              ///< personal data counts as a finding
  std::vector<Finding> findings;           ///< empty: the archive passes
  std::vector<Finding> accepted;           ///< findings that the caller has accepted beforehand
  std::vector<Finding> notes;              ///< what was seen and is no finding
  std::vector<LeftOut> left_out;
  std::vector<ForeignKeyResult> foreign_keys;
  std::uint64_t tables = 0, rows = 0, values = 0, large_objects = 0;  ///< that were read

  bool written = true;                      ///< false: a dump that made no archive of it
  std::vector<std::string> unused_accepts;  ///< what was to be accepted and was not found

  [[nodiscard]] bool passed() const noexcept { return findings.empty(); }
};

/// "shop: public.users.email": where something is, for people, and for `--accept`. The database is empty outside of a
/// cluster.
[[nodiscard]] std::string place_name(const std::string& database, const std::string& object);
/// A finding as a line for people: where, what, in how many values, and the first place.
[[nodiscard]] std::string line(const Finding& finding);
/// "passed", "1 finding", "12 findings".
[[nodiscard]] std::string verdict(const Report& report);
/// "3 tables", "12 rows" …: how much was looked at.
[[nodiscard]] std::vector<std::string> read_of(const Report& report);

[[nodiscard]] std::string_view to_string(ForeignKeyResult::Outcome outcome) noexcept;

}  // namespace pgcoffer::audit
