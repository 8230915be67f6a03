#pragma once

#include <cstddef>
#include <optional>
#include <pgcoffer/error.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "base/pattern.hpp"
#include "catalog/model.hpp"
#include "policy/criteria.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// Error(policy) with the message's common beginning, and a hint that ends with the rule's place.
[[nodiscard]] Error refusal(const std::string& what, const std::string& remedy, const std::string& place);

/// "public.users.email", in double quotes; public."Users".email where a part needs its own.
[[nodiscard]] std::string column_name(const catalog::Table& table, const catalog::Column& column);
/// "public.users", in double quotes; public."Users".
[[nodiscard]] std::string table_name(const catalog::Table& table);
/// Whether a rule has an action for the table, or says which rows. One that only lists columns keeps the rows where no
/// other speaks of them, but takes nothing back of what others say: a rule for a partition's column does not bring back
/// the rows that its root's rule leaves out.
[[nodiscard]] bool speaks_of_rows(const TableRule& rule);
/// True for tables whose rows a dump reads or whose partitions it reads; views have none, and
/// foreign tables only where they are asked for.
[[nodiscard]] bool stores_rows(const catalog::Table& table);

/// What changes when the column does: itself, and behind it the generated columns that are computed from it.
[[nodiscard]] std::vector<const catalog::Column*> changed_with(const catalog::Table& table,
                                                               const catalog::Column& column);

/// Whether `changed`, one of those that change with the column, breaks its table when that becomes null: `in_key` where
/// a key has it, which would get whatever the expression makes of a null.
[[nodiscard]] bool not_to_be_null(const catalog::Column& column, const catalog::Column& changed, bool in_key);

/// What a table's rules say of it. Null where no rule decides.
struct Decision {
  const TableRule* rows = nullptr;          ///< action and filter
  const catalog::Table* rows_of = nullptr;  ///< the topmost table that this rule is for: the table, or one above it
  const TableRule* columns_only = nullptr;  ///< one that names the table and lists but columns
  const TableRule* missing_parent = nullptr;
  std::vector<const ColumnRule*> columns;  ///< one for each of the table's columns
  bool covered = false;                    ///< some rule names the table
  std::vector<std::string> warnings;       ///< of arrays that rules for their elements' type do not decide
};

/// The policy's rules, compiled and matched against a catalog.
class Rules {
 public:
  using Above = std::vector<const catalog::Table*>;
  explicit Rules(const Policy& policy);

  /// What the rules say of the table; `above` is Lineage::above() of it. Rules for those hold for the table too; of
  /// equally specific rules that for the nearest wins. Throws Error(policy) when two equally specific rules of
  /// one layer disagree, or a rule that names a view exactly would change its rows.
  [[nodiscard]] Decision decide(const catalog::Table& table, const Above& above);
  /// Compared in this order: layer, the table's specificity, nearness (0: the rule is for the table itself, -1: for the
  /// partitioned table right above it, and so on), the column's specificity.
  using Rank = std::tuple<int, int, int, int>;
  /// A rule that speaks of a table's rows or of a column. Of the two that stand beside each other, the column's
  /// decides.
  struct Contender {
    const TableRule* table;
    const ColumnRule* column;  ///< null where it is about rows
    Rank rank;
    const catalog::Table* of;  ///< the topmost that the table's rule is for
  };
  /// All that speak of the table's rows, or of the column where one is given; best first.
  [[nodiscard]] std::vector<Contender> contenders(const catalog::Table& table, const Above& above,
                                                  const catalog::Column* column);
  /// A rule that matched nothing in all calls of decide, and may not.
  struct Idle {
    std::string what, remedy, place;
  };
  /// `database` is the one that was looked at; empty where that is not known.
  [[nodiscard]] std::vector<Idle> idle(const std::string& database) const;
  /// Throws Error(policy) for those, the first of them in the message.
  void refuse_idle(const std::string& database) const;

 private:
  struct Column {
    const ColumnRule* rule;
    ColumnCriteria criteria;
    bool matched = false;
  };
  struct Rule {
    const TableRule* rule;
    std::optional<Pattern> pattern;
    int specificity = 0;
    bool exact = false;  ///< names one table
    std::vector<Column> columns;
    bool matched = false;
  };
  struct Match {
    Rule* rule;
    int nearness;
    const catalog::Table* topmost;
  };

  static bool matches(const Rule& rule, const catalog::Table& table);
  static std::optional<Match> match(Rule& rule, const catalog::Table& table, const Above& above);
  std::vector<Match> matches(const catalog::Table& table, const Above& above);
  static const TableRule* missing_parent_rule(const catalog::Table& table, const std::vector<Match>& matches);
  static std::vector<Contender> about_rows(const std::vector<Match>& matches);
  static std::vector<Contender> about_column(const catalog::Table& table, const QualifiedName& name,
                                             const catalog::Column& column, const std::vector<Match>& matches);
  /// A rule that is for the type of an array's elements, or null.
  static const ColumnRule* about_elements(const catalog::Table& table, const QualifiedName& name,
                                          const catalog::Column& column, const std::vector<Match>& matches);

  std::vector<Rule> rules_;
};

}  // namespace pgcoffer::policy
