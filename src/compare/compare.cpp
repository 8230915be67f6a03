#include "pgcoffer/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "archive/partitions.hpp"
#include "compare/objects.hpp"
#include "compare/rows.hpp"
#include "compare/selection.hpp"
#include "compare/side.hpp"
#include "convert/open_any.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/error.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer {
namespace comparing {
namespace {

bool is_of_pg_dump(const archive::Reader& reader) {
  return std::ranges::any_of(reader.manifest().options,
                             [](const std::string& option) { return option.starts_with("pg_dump "); });
}

class Comparison {
 public:
  Comparison(const CompareOptions& options, Progress& progress, const std::stop_token& stop)
      : options_(options), progress_(progress), stop_(stop) {}

  CompareReport run() {
    if (options_.schema_only && options_.data_only)
      throw Error(Kind::usage, "--schema-only and --data-only exclude each other").hint("Leave out one of them.");
    archive_ = converting::open_any(options_.archive, options_.identities, {}, stop_);
    archive::require_database(archive_->manifest());
    if (options_.other) other_archive_ = converting::open_any(*options_.other, options_.identities, {}, stop_);
    Wholes whole = wholes_of_archive();
    if (other_archive_) whole.merge(wholes(other_archive_->manifest()));
    first_ = archive_side(*archive_, "archive " + options_.archive.string(), whole, written_in_other_zones());
    open_other(whole);
    report_.archive = first_->title();
    report_.other = second_->title();
    report_.notes = second_->notes();
    selection_.emplace(options_, *first_, *second_);
    const archive::Manifest& manifest = archive_->manifest();
    if (definitions_compared()) {
      report_.objects_compared = selection_->entries(archive_->toc()).size();
      compare_definitions();
    }
    const bool some_rows = manifest.has_data || (other_archive_ && other_archive_->manifest().has_data);
    if (!options_.schema_only && some_rows) compare_data();
    return std::move(report_);
  }

 private:
  /// Those too whose partitions have other rows in the database, since it has another encoding.
  [[nodiscard]] Wholes wholes_of_archive() const {
    const archive::Manifest& manifest = archive_->manifest();
    if (options_.other || archive::partitions_by_hash(archive_->toc()).empty()) return wholes(manifest);
    pg::Connection connection(options_.connection, pg::Session::dump);
    const auto anew = archive::with_hashes_found_anew(manifest, archive_->toc(),
                                                      connection.query("SHOW server_encoding")[0][0].view());
    return wholes(anew ? *anew : manifest);
  }

  /// Whether two archives may have written the same moment in two ways. Rows in binary are read as those of UTC; of
  /// archives of pg_dump nobody knows.
  [[nodiscard]] bool written_in_other_zones() const {
    if (!other_archive_) return false;
    const archive::Manifest &one = archive_->manifest(), &other = other_archive_->manifest();
    const auto binary = [](const archive::Manifest& manifest) {
      return std::ranges::any_of(manifest.tables, &archive::Table::binary);
    };
    return one.time_zone.empty() || one.time_zone != other.time_zone || binary(one) || binary(other);
  }

  void open_other(const Wholes& whole) {
    if (!other_archive_) progress_.phase("catalog", {});
    second_ = other_archive_ ? archive_side(*other_archive_, "archive " + options_.other->string(), whole,
                                            written_in_other_zones())
                             : database_side(options_, *archive_, whole, stop_);
  }

  void compare_definitions() {
    const int ours = first_->server_version() / 10000, theirs = second_->server_version() / 10000;
    const bool pg_dump = is_of_pg_dump(*archive_) || (other_archive_ && is_of_pg_dump(*other_archive_));
    const Between between{ours != theirs, pg_dump};
    report_.objects =
        compare_objects(archive_->manifest(), first_->toc(), second_->toc(), between, options_, *selection_);
    if (std::ranges::any_of(report_.objects, &ObjectDifference::perhaps_only_writing)) {
      const std::string who =
          ours != theirs ? fmt::format("server versions {} and {} write views, functions and expressions", ours, theirs)
                         : "pg_dump writes some definitions";
      report_.notes.push_back(who + " differently: what is marked \"perhaps in writing only\" may be the same");
    }
  }

  void compare_data() {
    std::vector<const SideTable*> tables;
    for (const SideTable& table : first_->tables())
      if (selected(table.name)) tables.push_back(&table);
    progress_.phase("rows", {tables.size(), 0});
    std::map<QualifiedName, const SideTable*> others;
    for (const SideTable& table : second_->tables()) others.emplace(table.name, &table);
    for (const archive::Table& table : archive_->manifest().tables) {
      const QualifiedName name{table.schema, table.name};
      if (table.has_rows || !selection_->has(name)) continue;
      if (table.verdict != "keep") note(name, "its rows are not in the archive");
    }
    if (!other_archive_ && archive_->manifest().has_data) note_tables_without_rows();
    for (const SideTable* table : tables) {
      if (stop_.stop_requested()) throw Error(Kind::interrupted, "interrupted");
      const auto found = others.find(table->name);
      if (found != others.end())
        compare_table(*table, *found->second);
      else if (!definitions_compared() || (other_archive_ && defines(other_archive_->toc(), table->name)))
        compare_with_nothing(*table, Change::missing);
    }
    if (other_archive_ && definitions_compared()) compare_rows_of_other_archive();
    if (!definitions_compared() && !took_a_selection(archive_->manifest())) compare_others_only();
    if (!selection_->partial()) report_.large_objects = second_->other_large_objects(*archive_);
  }

  /// Then tables that only one side has are among the objects that differ.
  [[nodiscard]] bool definitions_compared() const { return !options_.data_only && archive_->manifest().has_schema; }

  /// pg_dump --exclude-table-data
  void note_tables_without_rows() {
    std::set<QualifiedName> known;
    for (const archive::Table& table : archive_->manifest().tables) known.insert({table.schema, table.name});
    for (const archive::TocEntry& entry : archive_->toc().entries) {
      const QualifiedName name{entry.schema, entry.name};
      if (entry.kind == "TABLE" && selection_->has(name) && !known.contains(name))
        note(name, "its rows are not in the archive");
    }
  }

  static bool defines(const archive::Toc& toc, const QualifiedName& table) {
    return std::ranges::any_of(toc.entries, [&](const archive::TocEntry& entry) {
      return entry.kind == "TABLE" && QualifiedName{entry.schema, entry.name} == table;
    });
  }

  /// Of tables that both archives define, and only the other one has rows of.
  void compare_rows_of_other_archive() {
    std::set<QualifiedName> with_rows;
    for (const SideTable& table : first_->tables()) with_rows.insert(table.name);
    for (const SideTable& table : second_->tables())
      if (selected(table.name) && !with_rows.contains(table.name) && defines(archive_->toc(), table.name))
        compare_with_nothing(table, Change::added);
  }

  void compare_others_only() {
    std::set<QualifiedName> known;
    for (const archive::Table& table : archive_->manifest().tables) known.insert({table.schema, table.name});
    for (const SideTable& table : second_->tables())
      if (selected(table.name) && !known.contains(table.name)) compare_with_nothing(table, Change::added);
  }

  void compare_with_nothing(const SideTable& table, Change change) {
    const bool ours = change == Change::missing;
    note(table.name, fmt::format("only {} has it, or rows of it", ours ? "the archive" : second_->title()));
    const std::unique_ptr<Side> nothing = empty_side();
    const RowsTask task{table, table, table.columns, table.key, options_.list_rows, options_.rows_limit};
    TableDifference difference = compare_rows(ours ? *first_ : *nothing, ours ? *nothing : *second_, task);
    if (difference.missing + difference.added > 0) report_.tables.push_back(std::move(difference));
  }

  [[nodiscard]] bool selected(const QualifiedName& table) const {
    const auto& only = options_.only;
    return selection_->has(table) &&
           (!only || std::ranges::find(*only, std::pair(table.schema, table.name)) != only->end());
  }

  void compare_table(const SideTable& ours, const SideTable& theirs) {
    RowsTask task{ours, theirs, common_columns(ours, theirs), {}, options_.list_rows, options_.rows_limit};
    // Rows without values are counted.
    if (task.columns.empty() && !ours.columns.empty()) return note(ours.name, "there is no column that both have");
    task.key = theirs.key.empty() ? ours.key : theirs.key;
    const auto compared = [&](const std::string& column) {
      return std::ranges::find(task.columns, column) != task.columns.end();
    };
    if (!std::ranges::all_of(task.key, compared)) task.key.clear();
    if (ours.sample) note(ours.name, "the archive has a sample of its rows: rows that it lacks do not count");
    const std::string display = display_name(ours.name);
    progress_.table_started(display);
    ++report_.tables_compared;
    report_.rows_compared += ours.rows;
    const std::optional<bool> in_binary = same_in_binary(ours, theirs, task.columns);
    if (in_binary ? !*in_binary : !same_as_text(ours, theirs, task.columns)) {
      TableDifference difference = compare_rows(*first_, *second_, task);
      if (difference.missing + difference.added + difference.changed > 0)
        report_.tables.push_back(std::move(difference));
    }
    progress_.table_finished(display, ours.rows);
  }

  /// In the archive's order. Values that the policy made are not the database's.
  [[nodiscard]] std::vector<std::string> common_columns(const SideTable& ours, const SideTable& theirs) {
    const auto& tables = archive_->manifest().tables;
    const auto archived = std::ranges::find_if(tables, [&](const archive::Table& table) {
      return QualifiedName{table.schema, table.name} == ours.name;
    });
    std::vector<std::string> columns, replaced;
    for (const archive::Column& column : archived->columns) {
      const bool there = std::ranges::find(ours.columns, column.name) != ours.columns.end();
      if ((column.verdict != "keep" && !options_.with_replaced) || (column.in_rows && !there)) {
        replaced.push_back(column.name);
      } else if (column.in_rows && std::ranges::find(theirs.columns, column.name) != theirs.columns.end()) {
        columns.push_back(column.name);
      }
    }
    if (!replaced.empty()) note(ours.name, "the policy replaced or left out: " + join(replaced, ", "));
    return columns;
  }

  /// False means that the rows decide: the same value may have other bytes (an array that says that it may have NULLs,
  /// of which it has none). Nothing where one side has no binary rows.
  std::optional<bool> same_in_binary(const SideTable& ours, const SideTable& theirs,
                                     const std::vector<std::string>& columns) {
    if (ours.columns != columns) return std::nullopt;
    const std::optional<std::string> first = first_->binary_digest(ours, ours, "");
    if (!first) return std::nullopt;
    const std::optional<std::string> second = second_->binary_digest(theirs, ours, ours.where);
    if (!second) return std::nullopt;
    return *first == *second;
  }

  bool same_as_text(const SideTable& ours, const SideTable& theirs, const std::vector<std::string>& columns) {
    return digest(*first_, ours, columns, "") == digest(*second_, theirs, columns, ours.where);
  }

  static std::string digest(Side& side, const SideTable& table, const std::vector<std::string>& columns,
                            const std::string& where) {
    if (!table.digest.empty() && table.columns == columns) return fmt::format("{} {}", table.rows, table.digest);
    rows::RowDigest digest;
    side.read(table, columns, where, [&](std::string_view line) { digest.add_row(line); });
    return fmt::format("{} {}", digest.rows(), digest.hex());
  }

  void note(const QualifiedName& table, const std::string& text) {
    report_.notes.push_back(fmt::format("table {}: {}", display_name(table), text));
  }

  const CompareOptions& options_;
  Progress& progress_;
  const std::stop_token& stop_;
  std::unique_ptr<archive::Reader> archive_, other_archive_;
  std::unique_ptr<Side> first_, second_;
  std::optional<Selection> selection_;  ///< once both are known
  CompareReport report_;
};

}  // namespace
}  // namespace comparing

CompareReport compare(const CompareOptions& options, Progress& progress, const std::stop_token& stop) {
  return comparing::Comparison(options, progress, stop).run();
}

}  // namespace pgcoffer
