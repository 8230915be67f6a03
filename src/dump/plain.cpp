#include "dump/plain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "archive/drops.hpp"
#include "base/digest.hpp"
#include "dump/large_objects.hpp"
#include "dump/row_tasks.hpp"
#include "dump/rows.hpp"
#include "dump/table_error.hpp"
#include "pgcoffer/error.hpp"
#include "rows/insert_encoder.hpp"

namespace pgcoffer::dumping {
namespace {

constexpr std::uint64_t kLargeObjectPiece = 65536;
/// The statements of a subset name each row.
constexpr std::size_t kLargeMessage = std::size_t{256} << 10U;

class Plain {
 public:
  Plain(PlainScript& script, SourceDatabase& source, const catalog::Catalog& catalog, const PlainOptions& options,
        Progress& progress)
      : script_(script), source_(source), catalog_(catalog), options_(options), progress_(progress) {}

  void rows(const plan::Plan& plan) {
    const bool as_other = !options_.superuser.empty() && !plan.tables.empty();
    if (as_other) script_.write(fmt::format("SET SESSION AUTHORIZATION {};\n\n", quote_literal(options_.superuser)));
    Batch batch;
    for (const plan::TablePlan& table : plan.tables) {
      for (std::size_t i = 0; i < table.statements(); ++i) {
        batch.copies.push_back({&table, i == 0, i + 1 == table.statements()});
        batch.sql += table.statement(i) + ";\n";
        if (batch.copies.size() == kMostInMessage || batch.sql.size() > kLargeMessage) read(std::exchange(batch, {}));
      }
    }
    if (!batch.copies.empty()) read(batch);
    if (as_other) script_.write("RESET SESSION AUTHORIZATION;\n\n");
  }

  void large_objects() {
    for (const catalog::LargeObject& object : catalog_.large_objects) {
      std::uint64_t offset = 0;
      read_large_object(source_.leader(), object.oid, kLargeObjectPiece, [&](std::string_view bytes) {
        script_.write(fmt::format("SELECT pg_catalog.lo_put({}, {}, '\\x{}');\n", object.oid, offset, to_hex(bytes)));
        offset += bytes.size();
        result.bytes += bytes.size();
        progress_.advanced(0, bytes.size());
      });
    }
  }

  PlainResult result;

 private:
  void triggers(const plan::TablePlan& table, const char* what) {
    if (options_.disable_triggers)
      script_.write(fmt::format("ALTER TABLE {} {} TRIGGER ALL;\n\n", quote_ident(table.target), what));
  }

  struct Copy {
    const plan::TablePlan* table;
    bool first, last;  ///< of its table
  };
  /// COPY statements in one message: a round trip for each would take longer than reading small tables.
  struct Batch {
    std::vector<Copy> copies;
    std::string sql;
  };

  void read(const Batch& batch) {
    std::size_t at = 0;
    try {
      source_.leader().copy_out_each(
          batch.sql, [&](std::size_t number) { begin(batch.copies[number]); },
          [&](std::string_view line) { write_row(line); },
          [&](std::size_t number) {
            end(batch.copies[number]);
            at = number + 1;
          });
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted || at == batch.copies.size()) throw;
      const plan::TablePlan& table = *batch.copies[at].table;
      throw table_error(error, display(table), table.rules);
    }
  }

  void begin(const Copy& copy) {
    const plan::TablePlan& table = *copy.table;
    if (copy.first) {
      progress_.table_started(display(table));
      triggers(table, "DISABLE");
      rows_ = 0;
    }
    pseudonyms_ = pseudonymizer(table, options_.pseudonym_key);
    if (options_.inserts)
      inserts_.emplace(quote_ident(table.target), table.columns, insert_style(table));
    else
      script_.write(fmt::format("COPY {} FROM stdin;\n", table.copy_target));
  }

  void write_row(std::string_view line) {
    if (pseudonyms_) {
      row_.assign(line);
      pseudonyms_->rewrite(row_, 0, scratch_);
      line = row_;
    }
    if (inserts_) {
      inserts_->add(line, statements_);
      write_statements();
    } else {
      script_.write(line);
    }
    ++rows_;
    ++result.rows;
    result.bytes += line.size();
    progress_.advanced(1, line.size());
  }

  void end(const Copy& copy) {
    if (inserts_) {
      inserts_->end(statements_);
      write_statements();
      script_.write("\n");
    } else {
      script_.write("\\.\n\n");
    }
    if (!copy.last) return;
    triggers(*copy.table, "ENABLE");
    progress_.table_finished(display(*copy.table), rows_);
  }

  void write_statements() {
    script_.write(statements_);
    statements_.clear();
  }

  [[nodiscard]] std::string display(const plan::TablePlan& table) const {
    return display_name(catalog_.tables[table.table].name);
  }

  /// Names stand where the values are not those of all columns in their order.
  [[nodiscard]] rows::InsertStyle insert_style(const plan::TablePlan& planned) const {
    const catalog::Table& table = catalog_.tables[planned.table];
    // A child that was made before its parent got a column has that last, but not when it is made anew.
    const bool inherits = !table.parents.empty() && !table.is_partition;
    const bool all = planned.columns.size() == table.columns.size() && planned.target == table.name && !inherits;
    const bool identity = std::ranges::any_of(table.columns, &catalog::Column::identity);
    return {options_.inserts->column_names || !all, identity, options_.inserts->on_conflict_do_nothing,
            options_.inserts->rows};
  }

  PlainScript& script_;
  SourceDatabase& source_;
  const catalog::Catalog& catalog_;
  const PlainOptions& options_;
  Progress& progress_;
  // Of the COPY under way.
  std::unique_ptr<const rows::Pseudonymizer> pseudonyms_;
  std::optional<rows::InsertEncoder> inserts_;
  std::string row_, scratch_, statements_;
  std::uint64_t rows_ = 0;  ///< of its table
};

void write_drops(PlainScript& script, const archive::Toc& toc, bool if_exists) {
  std::vector<const archive::TocEntry*> entries;
  for (const archive::TocEntry& entry : toc.entries) entries.push_back(&entry);
  script.write("\n");
  for (const archive::Drop& drop : archive::drops(entries, if_exists)) script.write(drop.sql);
}

}  // namespace

std::vector<std::string> inserts_out_of_order(const catalog::Catalog& catalog, const plan::Plan& plan) {
  std::set<std::string> names;
  for (const plan::TablePlan& planned : plan.tables) {
    const catalog::Table& table = catalog.tables[planned.table];
    for (const catalog::ForeignKey& key : table.foreign_keys)
      if (key.enforced && (key.referenced == table.oid || key.referenced == table.partition_root))
        names.insert(display_name(table.name));
  }
  if (names.empty()) return {};
  return {fmt::format(
      "rows of {} reference rows of the same table, of which INSERT statements know only those before them: where "
      "their "
      "foreign keys are in force, load them with --disable-triggers, as COPY (without --inserts), or with the schema",
      join_first({names.begin(), names.end()}))};
}

PlainResult write_plain(PlainScript& script, SourceDatabase& source, const catalog::Catalog& catalog,
                        const plan::Plan& plan, const archive::Toc& toc, const PlainOptions& options,
                        Progress& progress) {
  Plain plain(script, source, catalog, options, progress);
  script.write(archive::script_preamble(options.encoding));
  if (options.clean) write_drops(script, toc, options.if_exists);
  script.write(archive::script(toc, "pre-data", {}));
  plain.rows(plan);
  script.write(archive::script(toc, "data", {}));
  plain.large_objects();
  for (const char* section : {"post-data", "statistics", "extended-statistics"})
    script.write(archive::script(toc, section, {}));
  return plain.result;
}

}  // namespace pgcoffer::dumping
