#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

enum class TableAction { keep, exclude, exclude_rows };
enum class ColumnAction { keep, omit, null, constant };

/// A rule's place: `file, line N`, or `built-in no-credentials`, for messages and the manifest.
struct Origin {
  std::string text;
};

struct ColumnRule {
  std::string column;  ///< a pattern for names (psql's)
  ColumnAction action = ColumnAction::keep;
  std::string value;  ///< for constant: the value as text, cast to the column's type by the server
  std::string reason, after_restore;
  Origin origin;
};

struct TableRule {
  std::string table;  ///< a psql pattern, schema.table
  TableAction action = TableAction::keep;
  std::optional<std::string> where;  ///< SQL condition over the table's columns
  std::string reason, after_restore;
  std::vector<ColumnRule> columns;
  Origin origin;
  /// False for a rule that only speaks of columns: it then says nothing about the rows of the tables that a wildcard
  /// matches, so that a rule for one column everywhere does not keep the rows of session tables.
  bool action_given = false;
  int layer =
      0;  ///< a rule of a higher layer wins: a file is above what it extends, what is extended later above the earlier
};

struct Policy {
  std::string name;  ///< file or built-in name, as the manifest shows it
  bool strict = false;
  bool no_credentials = false;  ///< the built-in's detectors apply where no rule of the file decides
  std::vector<TableRule> tables;
};

/// Reads a policy from JSON (comments allowed). Unknown fields, wrong types and impossible rules are
/// Error(usage) with file and line. `file` is used in messages.
[[nodiscard]] Policy parse_policy(std::string_view json, const std::string& file);
/// A built-in name (builtin_names) or a file. A built-in's name wins over a file of that name; write ./NAME for the
/// file.
[[nodiscard]] Policy load_policy(const std::string& name_or_file);
/// The built-in policies, sorted: "full" (keeps everything), "no-credentials".
[[nodiscard]] std::vector<std::string> builtin_names();

struct ColumnVerdict {
  ColumnAction action = ColumnAction::keep;
  std::string value;
  std::string reason, after_restore, rule;
};
struct TableVerdict {
  TableAction action = TableAction::keep;
  std::optional<std::string> where;
  std::string reason, after_restore, rule;
  std::vector<ColumnVerdict> columns;  ///< one for each of the table's columns, same order
};
/// An entry of the catalog whose SQL held passwords; it is to be dumped with this SQL instead.
struct RedactedObject {
  int id = 0;  ///< catalog::Object::id
  std::string create_sql;
};
/// One verdict for each of the catalog's tables, same order.
struct Verdicts {
  std::string policy;
  std::vector<TableVerdict> tables;
  std::vector<RedactedObject> redactions;  ///< by no-credentials: user mappings, foreign servers, subscriptions
  std::vector<std::string> warnings;
};

/// Decides every table and column. Throws Error(policy) with the rule's place and the remedy: a rule that matches
/// nothing, an omitted NOT NULL column without a default, a null for a NOT NULL column, a constant in a unique column,
/// rows left out (exclude, exclude-rows, where) that kept rows of another table reference by an enforced foreign key,
/// two rules of equal specificity that disagree; `strict`: a table or column that no rule covers; no-credentials: a
/// connection string of a subscription in which passwords cannot be found with certainty.
[[nodiscard]] Verdicts resolve(const Policy& policy, const catalog::Catalog& catalog);

[[nodiscard]] std::string_view to_string(TableAction action) noexcept;
[[nodiscard]] std::string_view to_string(ColumnAction action) noexcept;

}  // namespace pgcoffer::policy
