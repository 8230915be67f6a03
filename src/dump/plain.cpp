#include "dump/plain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "archive/drops.hpp"
#include "base/digest.hpp"
#include "dump/large_objects.hpp"
#include "dump/rows.hpp"
#include "dump/table_error.hpp"
#include "pgcoffer/error.hpp"
#include "rows/insert_encoder.hpp"

namespace pgcoffer::dumping {
namespace {

constexpr std::uint64_t kLargeObjectPiece = 65536;

class Plain {
 public:
  Plain(PlainScript& script, SourceDatabase& source, const catalog::Catalog& catalog, const PlainOptions& options,
        Progress& progress)
      : script_(script), source_(source), catalog_(catalog), options_(options), progress_(progress) {}

  void rows(const plan::Plan& plan) {
    const bool as_other = !options_.superuser.empty() && !plan.tables.empty();
    if (as_other) script_.write(fmt::format("SET SESSION AUTHORIZATION {};\n\n", quote_literal(options_.superuser)));
    for (const plan::TablePlan& table : plan.tables) {
      const std::string name = display_name(catalog_.tables[table.table].name);
      progress_.table_started(name);
      std::uint64_t count = 0;
      with_table(
          name,
          [&] {
            triggers(table, "DISABLE");
            for (std::size_t i = 0; i < table.statements(); ++i) count += write_rows(table, table.statement(i));
            triggers(table, "ENABLE");
          },
          table.rules);
      progress_.table_finished(name, count);
    }
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

  std::uint64_t write_rows(const plan::TablePlan& table, const std::string& copy) {
    std::uint64_t count = 0;
    if (options_.inserts) {
      rows::InsertEncoder encoder(quote_ident(table.target), table.columns, insert_style(table));
      std::string statements;
      const auto write = [&] {
        script_.write(statements);
        statements.clear();
      };
      count = read_rows(table, copy, [&](std::string_view line) {
        encoder.add(line, statements);
        write();
      });
      encoder.end(statements);
      write();
      script_.write("\n");
    } else {
      script_.write(fmt::format("COPY {} FROM stdin;\n", table.copy_target));
      count = read_rows(table, copy, [&](std::string_view line) { script_.write(line); });
      script_.write("\\.\n\n");
    }
    result.rows += count;
    return count;
  }

  std::uint64_t read_rows(const plan::TablePlan& table, const std::string& copy,
                          const std::function<void(std::string_view)>& write) {
    const auto pseudonyms = pseudonymizer(table, options_.pseudonym_key);
    std::string row, scratch;
    return source_.leader().copy_out(copy, [&](std::string_view line) {
      if (pseudonyms) {
        row.assign(line);
        pseudonyms->rewrite(row, 0, scratch);
        line = row;
      }
      write(line);
      result.bytes += line.size();
      progress_.advanced(1, line.size());
    });
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
