#include "plan/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "pgcoffer/error.hpp"
#include "plan/binary_rows.hpp"
#include "policy/column_sql.hpp"

namespace pgcoffer::plan {
namespace {

constexpr std::uint64_t kBlock = 8192;
/// TID range scans came with version 14; before, a ctid condition reads the whole table each time.
constexpr int kTidRangeScan = 140000;
/// Ranges per connection: fine enough that all connections end at about the same time, also with a very large table.
constexpr std::uint64_t kRangesPerJob = 4, kMostRangesPerJob = 16;
constexpr std::uint64_t kLargeRange = std::uint64_t{256} << 20U;
/// More line pointers do not fit into a block.
constexpr std::uint64_t kMostTuplesPerBlock = 291;

struct Position {
  std::uint64_t block = 0, tuple = 0;
  [[nodiscard]] bool zero() const noexcept { return block == 0 && tuple == 0; }
};

struct Range {
  Position first, end;  ///< a zero end is open
};

/// Rows in a block, for the choice of ranges only: never analyzed, the table is taken to hold values of 1 MiB.
std::uint64_t tuples_per_block(const catalog::Table& table, std::uint64_t bytes) {
  const std::uint64_t rows = table.estimated_rows > 0 ? static_cast<std::uint64_t>(table.estimated_rows) : bytes >> 20U;
  return std::clamp(rows / table.heap_pages, std::uint64_t{1}, kMostTuplesPerBlock);
}

std::vector<Range> ranges(const catalog::Table& table, const catalog::ServerInfo& server, const PlanOptions& options) {
  const std::uint64_t bytes = estimated_bytes(table);
  const std::uint64_t smallest = 2 * options.part_size;
  // Without a page there are no rows, though their values may still be in the TOAST table.
  if (options.jobs < 2 || !table.heap || table.heap_pages == 0 || table.relkind != 'r' ||
      server.version < kTidRangeScan || bytes < 2 * smallest) {
    return {{}};
  }
  const std::uint64_t most =
      std::clamp(bytes / kLargeRange, kRangesPerJob * options.jobs, kMostRangesPerJob * options.jobs);
  std::uint64_t wanted = std::min(bytes / smallest, most);
  // Few blocks can hold many huge rows, whose values lie in the TOAST table: then the ranges are of rows.
  const std::uint64_t per_block = table.heap_pages >= wanted ? 1 : tuples_per_block(table, bytes);
  const std::uint64_t places = table.heap_pages * per_block;
  wanted = std::min(wanted, places);
  const auto position = [&](std::uint64_t number) {
    const std::uint64_t place = places * number / wanted;
    const std::uint64_t tuple = place % per_block;
    return Position{place / per_block, tuple == 0 ? 0 : tuple + 1};  // tuples are numbered from 1
  };
  std::vector<Range> result;
  for (std::uint64_t i = 0; i < wanted; ++i) {
    // The last range is open: what the snapshot sees decides, not the size at the moment of planning.
    result.push_back({position(i), i + 1 == wanted ? Position{} : position(i + 1)});
  }
  return result;
}

std::string range_condition(const Range& range) {
  std::vector<std::string> conditions;
  const auto compare = [&](std::string_view how, const Position& position) {
    if (!position.zero()) conditions.push_back(fmt::format("ctid {} '({},{})'", how, position.block, position.tuple));
  };
  compare(">=", range.first);
  compare("<", range.end);
  return join(conditions, " AND ");
}

std::string replacement(const catalog::Table& table, const catalog::Column& column,
                        const policy::ColumnVerdict& verdict) {
  const std::string sql = policy::column_sql(table, column, verdict);
  // A key of type character(n) takes a text with blanks at its end for the same as one without.
  const bool trim = verdict.without_end_blanks && column.base_type != "character";
  return fmt::format("{} AS {}", trim ? fmt::format("rtrim(CAST({} AS text), ' ')", sql) : sql,
                     quote_always(column.name));
}

rows::Pseudonym pseudonym(const policy::ColumnVerdict& verdict) {
  using Format = rows::PseudonymFormat;
  constexpr std::array formats{
      std::pair{"text", Format::text},           std::pair{"email", Format::email},
      std::pair{"phone", Format::phone},         std::pair{"uuid", Format::uuid},
      std::pair{"integer", Format::integer},     std::pair{"first-name", Format::first_name},
      std::pair{"last-name", Format::last_name}, std::pair{"name", Format::full_name},
  };
  const policy::Parameters& told = verdict.parameters;
  rows::Pseudonym how;
  for (const auto& [name, format] : formats)
    if (told.format == name) how.format = format;
  how.lowest = told.lowest.value_or(1);
  how.highest = told.highest.value_or(1);
  how.keep_domain = told.keep_domain;
  how.limit = static_cast<std::size_t>(verdict.limit);
  return how;
}

/// What of a table is selected: the columns in the parts and the expressions that make them.
struct SelectList {
  std::vector<rows::Column> columns;
  std::vector<std::string> names, expressions;
  std::vector<std::optional<rows::Pseudonym>> pseudonyms;
  bool replaced = false;
};

SelectList select_list(const catalog::Table& table, const policy::TableVerdict& verdict) {
  SelectList list;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const catalog::Column& column = table.columns[i];
    const policy::ColumnVerdict& decided = verdict.columns[i];
    if (column.generated != catalog::Generated::no || decided.action == policy::ColumnAction::omit) continue;
    const bool keep = decided.action == policy::ColumnAction::keep;
    list.columns.push_back({column.name, json_kind(column)});
    list.names.push_back(quote_always(column.name));
    list.pseudonyms.push_back(decided.action == policy::ColumnAction::pseudonym ? std::optional(pseudonym(decided))
                                                                                : std::nullopt);
    list.expressions.push_back(keep ? quote_always(column.name) : replacement(table, column, decided));
    list.replaced = list.replaced || !keep;
  }
  return list;
}

bool omits_any(const policy::TableVerdict& verdict) {
  return std::ranges::any_of(
      verdict.columns, [](const policy::ColumnVerdict& column) { return column.action == policy::ColumnAction::omit; });
}

/// The condition for the rows of the sample. So many rows are taken of the table that the rule names as a whole: the
/// condition of each of its partitions names those of them that are its own.
std::string sampled(const catalog::Catalog& catalog, const catalog::Table& table, const policy::TableVerdict& verdict,
                    const std::string& where) {
  const policy::Sample& sample = *verdict.sample;
  if (sample.percent)
    return fmt::format("{}{}({})", where, where.empty() ? "" : " AND ", policy::sample_condition(table, sample));
  const catalog::Table* whole = table.is_partition ? catalog.find(verdict.sample_of) : nullptr;
  const bool alone = whole == nullptr || whole == &table;
  const std::string order = verdict.order_by.empty() ? policy::sample_order(table, sample) : verdict.order_by;
  const std::string rows =
      fmt::format("SELECT tableoid AS r, ctid AS t FROM {}{}{}{} ORDER BY {}\n, tableoid, ctid LIMIT {}",
                  alone ? "ONLY " : "", quote_always(alone ? table.name : whole->name), where.empty() ? "" : " WHERE ",
                  where, order, sample.rows.value_or(0));
  return fmt::format("ctid IN (SELECT sample.t FROM ({}) AS sample WHERE sample.r = {})", rows, table.oid);
}

/// Conditions over single rows: the rule's, and that of an extension's configuration table.
std::string filters(const catalog::Table& table, const policy::TableVerdict& verdict) {
  std::vector<std::string> filters;
  if (verdict.where) filters.push_back(*verdict.where);
  if (table.extension_condition && !table.extension_condition->empty()) {
    // pg_extension_config_dump() takes a whole "WHERE …" clause.
    std::string_view condition = *table.extension_condition;
    const std::size_t start = condition.find_first_not_of(" \t\n");
    if (start != std::string_view::npos && condition.size() > start + 5)
      filters.emplace_back(condition.substr(start + 5));
  }
  std::string where;
  for (const std::string& filter : filters) {
    // The line end closes a comment that the filter may end with.
    where += fmt::format("{}({}\n)", where.empty() ? "" : " AND ", filter);
  }
  return where;
}

std::string_view to_stdout(bool binary) {
  return binary ? " TO STDOUT (FORMAT binary)" : " TO STDOUT";
}

/// In the order that is asked for, rows with the same place in it always come in the same order.
std::string ordered(const policy::TableVerdict& verdict) {
  return verdict.order_by.empty() ? "" : fmt::format(" ORDER BY {}\n, ctid", verdict.order_by);
}

/// The rules whose SQL the server computes for the rows.
std::vector<std::string> rules_with_sql(const catalog::Table& table, const policy::TableVerdict& verdict) {
  std::vector<std::string> rules;
  const auto add = [&](const std::string& rule) {
    if (!rule.empty() && std::ranges::find(rules, rule) == rules.end()) rules.push_back(rule);
  };
  if (verdict.filtered() || !verdict.order_by.empty()) add(verdict.rule);
  for (std::size_t i = 0; i < verdict.columns.size(); ++i) {
    const policy::ColumnVerdict& column = verdict.columns[i];
    using policy::ColumnAction;
    const bool sql = column.action != ColumnAction::keep && column.action != ColumnAction::omit &&
                     column.action != ColumnAction::null && column.action != ColumnAction::pseudonym;
    if (sql) add(column.rule.empty() ? "" : fmt::format("{} (column \"{}\")", column.rule, table.columns[i].name));
  }
  return rules;
}

}  // namespace

std::uint64_t estimated_bytes(const catalog::Table& table) noexcept {
  return table.heap_pages * kBlock + table.toast_bytes;
}

std::string row_condition(const catalog::Catalog& catalog, const catalog::Table& table,
                          const policy::TableVerdict& verdict) {
  const std::string where = filters(table, verdict);
  return verdict.sample ? sampled(catalog, table, verdict, where) : where;
}

CopyAround copy_around(const catalog::Table& table, const policy::TableVerdict& verdict, bool binary) {
  return {fmt::format("COPY (SELECT {} FROM ONLY {} WHERE ", join(select_list(table, verdict).expressions, ", "),
                      quote_always(table.name)),
          fmt::format("{}){}", ordered(verdict), to_stdout(binary))};
}

rows::JsonKind json_kind(const catalog::Column& column) noexcept {
  switch (column.value_class) {
    case catalog::ValueClass::number:
      return column.array ? rows::JsonKind::number_array : rows::JsonKind::number;
    case catalog::ValueClass::boolean:
      return column.array ? rows::JsonKind::boolean_array : rows::JsonKind::boolean;
    case catalog::ValueClass::json:
      return column.array ? rows::JsonKind::string_array : rows::JsonKind::json;
    case catalog::ValueClass::text:
      break;
  }
  return column.array ? rows::JsonKind::string_array : rows::JsonKind::string;
}

namespace {

/// The partitioned table whose rows these become, which finds their partitions; null: they go where they come from.
const catalog::Table* loaded_into(const catalog::Catalog& catalog, const catalog::Table& table,
                                  const PlanOptions& options) {
  if (!table.is_partition) return nullptr;
  const catalog::Table* const root = catalog.find(table.partition_root);
  return options.via_root || (table.rows_by_root && root != nullptr && root->selected) ? root : nullptr;
}

}  // namespace

TablePlan plan_table(const catalog::Catalog& catalog, std::size_t index, const policy::TableVerdict& verdict,
                     const PlanOptions& options) {
  const catalog::Table& table = catalog.tables[index];
  const SelectList list = select_list(table, verdict);
  const std::string name = quote_always(table.name);
  const std::string column_list = list.names.empty() ? "" : fmt::format(" ({})", join(list.names, ", "));

  if (list.names.empty() && !table.columns.empty() && omits_any(verdict)) {
    throw Error(Kind::policy,
                fmt::format("policy refuses: every column of table {} is omitted", quoted_name(table.name)))
        .hint("Leave out its rows with the action \"exclude-rows\" instead.");
  }
  TablePlan plan;
  plan.table = index;
  plan.columns = list.columns;
  plan.pseudonyms = list.pseudonyms;
  const catalog::Table* const root = loaded_into(catalog, table, options);
  plan.target = root == nullptr ? table.name : root->name;
  plan.copy_target = quote_always(plan.target) + column_list;
  if (options.binary) {
    plan.text_because = choose_binary_forms(catalog, table, plan);
    plan.binary = plan.text_because.empty();
  } else {
    choose_binary_wire(catalog, table, options, plan);
  }
  const std::string_view to = to_stdout(plan.binary_statements());
  plan.estimated_bytes = estimated_bytes(table);
  plan.where = filters(table, verdict);
  const std::string where = row_condition(catalog, table, verdict);
  plan.rules = rules_with_sql(table, verdict);
  plan.modified = verdict.filtered() || list.replaced || !verdict.order_by.empty();
  const std::string order = ordered(verdict);

  const auto whole = order.empty() && !(verdict.sample && verdict.sample->rows) ? ranges(table, catalog.server, options)
                                                                                : std::vector<Range>{{}};
  for (const Range& range : whole) {
    const std::string blocks = range_condition(range);
    if (where.empty() && !list.replaced && blocks.empty() && order.empty() && table.relkind != 'f') {
      plan.copy_statements.push_back(fmt::format("COPY {}{}{}", name, column_list, to));
      continue;
    }
    std::string conditions = where;
    if (!blocks.empty()) conditions += (conditions.empty() ? "" : " AND ") + blocks;
    plan.copy_statements.push_back(fmt::format("COPY (SELECT {} FROM ONLY {}{}{}{}){}", join(list.expressions, ", "),
                                               name, conditions.empty() ? "" : " WHERE ", conditions, order, to));
  }
  return plan;
}

}  // namespace pgcoffer::plan
