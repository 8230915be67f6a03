#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/rare.hpp"
#include "catalog/model.hpp"
#include "policy/refusals.hpp"

namespace pgcoffer::policy {

enum class TableAction { keep, exclude, exclude_rows };
enum class ColumnAction {
  keep,
  omit,
  null,
  constant,
  sql,  ///< "template": an SQL expression over the row
  mask,
  sha256,
  noise,
  date_shift,
  redact_json,
  truncate,
  pseudonym,  ///< made by ourselves, under a key that the server does not see
};

/// From the rows of `where` on, which rows of other tables come along.
enum class Follow { no, children, parents, both };
/// What becomes of a row that references one that is left out.
enum class MissingParent { error, filter, null, leave };

/// The place of the rule by which the built-in policy of that name leaves out all rows.
inline constexpr std::string_view built_in_schema_only = "built-in schema-only";

/// A rule's place: `file, line N, column N`, or `built-in no-credentials`, for messages and the manifest.
struct Origin {
  std::string text;
};

/// What an action is told beside its value.
struct Parameters {
  int keep_start = 0, keep_end = 0;       ///< mask: characters that stay
  bool keep_domain = false;               ///< mask, pseudonym of e-mail: what stands from the last @ on stays
  std::string with;                       ///< mask: what the others become
  std::optional<double> amount, percent;  ///< noise: at most so much, or so much of the value
  int days = 0;                           ///< date-shift: at most so many, to and fro
  std::optional<std::string> seed;        ///< noise, date-shift: the same row gets the same
  std::string by;                         ///< noise, date-shift: rows with the same value in this column get the same
  std::vector<std::string> paths;         ///< redact-json
  std::optional<std::string>
      replacement;     ///< redact-json: JSON that stands where the paths lead; else they are removed
  int length = 0;      ///< truncate: characters, bytes or bits of an address
  std::string unit;    ///< truncate: year, month, …
  std::string format;  ///< pseudonym: text, email, phone, uuid, integer, first-name, last-name, name
  std::optional<long long> lowest, highest;  ///< pseudonym: integers are permuted in this range
  std::string keys;  ///< sql, of no-credentials only: the column whose texts tell which rows it is about
  bool operator==(const Parameters&) const = default;
};

/// Which columns of the tables a rule is about: what is not empty must hold.
struct ColumnRule {
  std::string column;    ///< a pattern for names (psql's)
  std::string type;      ///< `uuid`, `domain:email`, `enum:*`
  std::string tag;       ///< stands in the comment: `privacy: secret`
  std::string detector;  ///< `personal-data:email`
  ColumnAction action = ColumnAction::keep;
  std::string value;  ///< for constant: the value as text, cast to the column's type by the server; for sql the SQL
  std::string reason, after_restore;
  Origin origin;
  Parameters parameters;
  bool optional = false;  ///< may match nothing
};

/// A part of the rows: by percent, or so many.
struct Sample {
  std::optional<double> percent;
  std::optional<long long> rows;
  long long seed = 0;
  bool operator==(const Sample&) const = default;
};

struct TableRule {
  std::string table;          ///< a psql pattern, schema.table; empty for every one
  std::string tag, detector;  ///< as in ColumnRule
  TableAction action = TableAction::keep;
  std::optional<std::string> where;  ///< SQL condition over the table's columns
  std::optional<Sample> sample;
  std::string order_by;  ///< SQL, behind ORDER BY
  Follow follow = Follow::no;
  std::optional<MissingParent> on_missing_parent;
  std::string reason, after_restore;
  std::vector<ColumnRule> columns;
  Origin origin;
  /// False for a rule that only speaks of columns: it then says nothing about the rows of the tables that a wildcard
  /// matches, so that a rule for one column everywhere does not keep the rows of session tables.
  bool action_given = false;
  bool optional = false;  ///< may match nothing
  int layer =
      0;  ///< a rule of a higher layer wins: a file is above what it extends, what is extended later above the earlier
};

/// A reference that the database does not know as a foreign key.
struct VirtualReference {
  QualifiedName from, to;
  std::vector<std::string> columns, referenced_columns;
  Origin origin;
};

/// Variables that go into the archive, for whoever has to set up the application anew. Patterns know * and ?.
struct Environment {
  std::string file;  ///< NAME=value lines; empty: this process's own
  std::vector<std::string> include, exclude;
  std::vector<std::string> mask;  ///< names only
  std::vector<std::string> show;  ///< values too, though the name or value looks like a credential
  Origin origin;
};

struct Policy {
  std::string name;  ///< file or built-in name, as the manifest shows it
  bool strict = false;
  bool no_credentials = false;        ///< the built-in's detectors apply where no rule of the file decides
  bool no_personal_data = false;      ///< the same
  std::optional<bool> large_objects;  ///< whether they are dumped; nothing where the policy does not say it
  std::vector<TableRule> tables;
  int own_layer = 0;  ///< that of the file's own rules; those of what it extends are below
  std::vector<VirtualReference> references;
  std::optional<Environment> environment;
};

/// Reads a policy from JSON (comments allowed). Unknown fields, wrong types and impossible rules are
/// Error(usage) that lists every one with file, line and column; a policy for a later version of the format is
/// Error(newer_format). `file` is used in messages.
[[nodiscard]] Policy parse_policy(std::string_view json, const std::string& file, const std::stop_token& stop = {});
/// A built-in name (builtin_names) or a file. A built-in's name wins over a file of that name; write ./NAME for the
/// file. Error(usage) for a file that is no ordinary one, or larger than 16 MiB; a stop is Error(interrupted).
[[nodiscard]] Policy load_policy(const std::string& name_or_file, const std::stop_token& stop = {});
/// The built-in policies, sorted: "full" (keeps everything), "no-credentials", "no-personal-data", "schema-only".
[[nodiscard]] std::vector<std::string> builtin_names();

struct ColumnVerdict {
  ColumnAction action = ColumnAction::keep;
  std::string value;
  std::string reason, after_restore, rule;
  Rare<Parameters> parameters;
  int limit = 0;  ///< pseudonym: characters that the narrowest column of its key takes, at most; 0: any number
  bool without_end_blanks = false;  ///< pseudonym of a character(n) key, or of what references one: those do not count
};
struct TableVerdict {
  TableAction action = TableAction::keep;
  std::optional<std::string> where;
  std::optional<Sample> sample;
  catalog::Oid sample_of = 0;  ///< so many rows are taken of this table as a whole: itself, or a partitioned one above
  std::string order_by;
  Follow follow = Follow::no;
  std::optional<MissingParent> on_missing_parent;  ///< nothing where no rule says it
  std::string missing_parent_rule;                 ///< the one that does
  std::string reason, after_restore, rule;
  std::vector<ColumnVerdict> columns;  ///< one for each of the table's columns, same order

  /// Some column becomes pseudonyms.
  [[nodiscard]] bool has_pseudonyms() const;
  /// Only some of the rows are dumped.
  [[nodiscard]] bool filtered() const { return where || sample; }
};
/// An entry of the catalog whose SQL held passwords; it is to be dumped with this SQL instead.
struct RedactedObject {
  int id = 0;  ///< catalog::Object::id
  std::string create_sql;
};
/// A reference declared in the policy, between tables of the catalog.
struct DeclaredReference {
  std::size_t table = 0;    ///< index into Catalog::tables
  catalog::ForeignKey key;  ///< its name says what was declared
};
/// One verdict for each of the catalog's tables, same order.
struct Verdicts {
  std::string policy;
  std::vector<TableVerdict> tables;
  std::vector<RedactedObject> redactions;  ///< by no-credentials: user mappings, foreign servers, subscriptions
  std::vector<DeclaredReference> references;
  bool large_objects = true;    ///< whether they are dumped
  bool sequence_values = true;  ///< whether sequences go on where they are

  /// Some rule follows foreign keys.
  [[nodiscard]] bool follow() const;
  std::vector<std::string> warnings;
};

/// Decides every table and column. Throws Error(policy) with the rule's place and the remedy: a rule that matches
/// nothing, an omitted NOT NULL column without a default, a null for a NOT NULL column, a constant in a unique column,
/// rows left out (exclude, exclude-rows, where) that kept rows of another table reference by an enforced foreign key,
/// two rules of equal specificity that disagree; `strict`: a table or column that no rule covers; no-credentials: a
/// connection string of a subscription in which passwords cannot be found with certainty.
[[nodiscard]] Verdicts resolve(const Policy& policy, const catalog::Catalog& catalog);

/// What resolve() would return or throw, all of it.
struct Resolution {
  Verdicts verdicts;                   ///< as far as the refusals leave them
  std::vector<Refusal> refusals;       ///< empty: the policy can be used
  std::vector<std::string> uncovered;  ///< tables and columns that no rule decides, whether or not the policy is strict
};
[[nodiscard]] Resolution examine(const Policy& policy, const catalog::Catalog& catalog);

/// Takes the excluded tables and large objects out of the catalog, and puts redacted SQL in. Throws Error(policy)
/// naming the first object that would be left without what it needs (a view over an excluded table), and the rule's
/// place.
void apply(const Verdicts& verdicts, catalog::Catalog& catalog);

/// The tables that are not dumped just as they are, or perhaps not, since rows that they reference are left out; and
/// all that may show their rows, with foreign tables, which rules do not speak of: optimizer statistics hold values, so
/// those of these tables must not be asked for.
[[nodiscard]] std::set<catalog::Oid> without_statistics(const Verdicts& verdicts, const catalog::Catalog& catalog);

[[nodiscard]] std::string_view to_string(TableAction action) noexcept;
[[nodiscard]] std::string_view to_string(ColumnAction action) noexcept;
[[nodiscard]] std::string_view to_string(Follow follow) noexcept;
[[nodiscard]] std::string_view to_string(MissingParent what) noexcept;
/// "10 percent", "1000 rows, seed 7".
[[nodiscard]] std::string to_string(const Sample& sample);
/// What the action is told, for the manifest and people: "keeps 2 at the start", an SQL expression; empty where there
/// is nothing to tell.
[[nodiscard]] std::string describe(const ColumnVerdict& verdict);
/// What describe() says of a verdict that an archive has: earlier versions told settings by a long expression.
[[nodiscard]] std::string described(std::string_view verdict, std::string_view rule, const std::string& how);

}  // namespace pgcoffer::policy
