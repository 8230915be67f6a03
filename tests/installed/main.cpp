#include <pgcoffer/archive.hpp>
#include <pgcoffer/doctor.hpp>
#include <pgcoffer/dump.hpp>
#include <pgcoffer/error.hpp>
#include <pgcoffer/restore.hpp>
#include <pgcoffer/version.hpp>

#include <iostream>

/// Dumps the database named by the first argument into the directory named by the second, reads it back, prints counts.
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    pgcoffer::DumpOptions options;
    options.connection.conninfo = argv[1];
    options.path = argv[2];
    pgcoffer::Progress silent;
    const pgcoffer::DumpReport report = pgcoffer::dump(options, silent);
    const pgcoffer::OpenArchive archive(argv[2], {});
    std::size_t lines = 0;
    for (const pgcoffer::ArchivedTable& table : archive.tables()) {
      if (!table.has_rows) continue;
      archive.read_rows(table.schema, table.name, [&](std::string_view text) {
        for (const char c : text) lines += c == '\n' ? 1 : 0;
      });
    }
    std::cout << pgcoffer::version() << " " << report.rows << " " << lines << " " << archive.verify(2).size() << "\n";
    return 0;
  } catch (const pgcoffer::Error& error) {
    std::cerr << error.what() << "\n" << error.hint() << "\n";
    return 1;
  }
}
