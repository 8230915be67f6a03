#include "dump/plain.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "dump/large_objects.hpp"
#include "dump/rows.hpp"
#include "dump/table_error.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {
namespace {

constexpr std::uint64_t kLargeObjectPiece = 65536;

class Plain {
 public:
  Plain(PlainScript& script, SourceDatabase& source, const catalog::Catalog& catalog, const Secret* pseudonym_key,
        Progress& progress)
      : script_(script), source_(source), catalog_(catalog), pseudonym_key_(pseudonym_key), progress_(progress) {}

  void rows(const plan::Plan& plan) {
    for (const plan::TablePlan& table : plan.tables) {
      const std::string name = display_name(catalog_.tables[table.table].name);
      progress_.table_started(name);
      std::uint64_t count = 0;
      with_table(name, [&] {
        for (std::size_t i = 0; i < table.statements(); ++i) count += copy_rows(table, table.statement(i));
      });
      progress_.table_finished(name, count);
    }
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
  std::uint64_t copy_rows(const plan::TablePlan& table, const std::string& copy) {
    script_.write(fmt::format("COPY {} FROM stdin;\n", table.copy_target));
    const auto pseudonyms = pseudonymizer(table, pseudonym_key_);
    std::string row, scratch;
    const std::uint64_t count = source_.leader().copy_out(copy, [&](std::string_view line) {
      if (pseudonyms) {
        row.assign(line);
        pseudonyms->rewrite(row, 0, scratch);
        line = row;
      }
      script_.write(line);
      result.bytes += line.size();
      progress_.advanced(1, line.size());
    });
    script_.write("\\.\n\n");
    result.rows += count;
    return count;
  }

  PlainScript& script_;
  SourceDatabase& source_;
  const catalog::Catalog& catalog_;
  const Secret* pseudonym_key_;
  Progress& progress_;
};

}  // namespace

PlainResult write_plain(PlainScript& script, SourceDatabase& source, const catalog::Catalog& catalog,
                        const plan::Plan& plan, const archive::Toc& toc, const std::string& encoding,
                        const Secret* pseudonym_key, Progress& progress) {
  Plain plain(script, source, catalog, pseudonym_key, progress);
  script.write(archive::script_preamble(encoding));
  script.write(archive::script(toc, "pre-data", {}));
  plain.rows(plan);
  script.write(archive::script(toc, "data", {}));
  plain.large_objects();
  script.write(archive::script(toc, "post-data", {}));
  return plain.result;
}

}  // namespace pgcoffer::dumping
