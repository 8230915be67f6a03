#include "convert/plain.hpp"

#include <fmt/format.h>

#include "archive/copy_target.hpp"
#include "archive/plain_script.hpp"
#include "base/digest.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::converting {
namespace {

constexpr std::size_t kLargeObjectPiece = 65536;

class PlainConversion {
 public:
  PlainConversion(archive::PlainScript& script, const Input& input, Progress& progress, const std::stop_token& stop)
      : script_(script), input_(input), progress_(progress), stop_(stop) {}

  void rows() {
    for (const Input::Chunk& chunk : input_.chunks(0)) {
      const archive::Table& table = input_.manifest().tables[chunk.table];
      std::vector<std::size_t> all(archive::columns_in_rows(table).size());
      for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
      input_.read(chunk, [&](const Rows& rows) {
        if (rows.rows > 0) block(table, all, rows.lines, rows.rows);
        if (rows.sparse == nullptr) return;
        for (const rows::SparseRows& some : *rows.sparse) block(table, some.columns, some.lines, some.rows);
      });
    }
    for (const archive::Table& table : input_.manifest().tables) report.tables += table.has_rows ? 1 : 0;
  }

  void large_objects() {
    for (std::size_t i = 0; i < input_.manifest().large_objects.size(); ++i) {
      std::uint64_t offset = 0;
      input_.read_large_object(i, [&](std::string_view bytes) {
        check_stop();
        progress_.advanced(0, bytes.size());
        for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kLargeObjectPiece))) {
          const std::string_view some = bytes.substr(0, kLargeObjectPiece);
          script_.write(fmt::format("SELECT pg_catalog.lo_put({}, {}, '\\x{}');\n",
                                    input_.manifest().large_objects[i].oid, offset, to_hex(some)));
          offset += some.size();
          report.encoded_bytes += some.size();
        }
      });
    }
  }

  ConvertReport report;

 private:
  void check_stop() const {
    if (stop_.stop_requested()) throw Error(Kind::interrupted, "interrupted");
  }

  void block(const archive::Table& table, const std::vector<std::size_t>& columns, std::string_view lines,
             std::uint64_t rows) {
    check_stop();
    script_.write(fmt::format("COPY {} FROM stdin;\n", archive::copy_target(table, columns)));
    script_.write(lines);
    script_.write("\\.\n\n");
    report.rows += rows;
    report.encoded_bytes += lines.size();
    progress_.advanced(rows, lines.size());
  }

  archive::PlainScript& script_;
  const Input& input_;
  Progress& progress_;
  const std::stop_token& stop_;
};

}  // namespace

ConvertReport write_plain(const ConvertOptions& options, const Input& input, const compress::Setting& compression,
                          Progress& progress, const std::stop_token& stop) {
  archive::PlainScript script(options.output, options.replace, compression, store::Durability::synced);
  PlainConversion conversion(script, input, progress, stop);
  progress.phase("rows", {input.manifest().tables.size(), 0});
  script.write(archive::script_preamble(input.manifest().encoding));
  script.write(archive::script(input.toc(), "pre-data", {}));
  conversion.rows();
  script.write(archive::script(input.toc(), "data", {}));
  conversion.large_objects();
  for (const char* section : {"post-data", "statistics", "extended-statistics"})
    script.write(archive::script(input.toc(), section, {}));
  script.commit();
  conversion.report.stored_bytes = script.stored_bytes();
  return conversion.report;
}

}  // namespace pgcoffer::converting
