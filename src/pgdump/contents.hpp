#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compress/stream.hpp"
#include "pgdump/file.hpp"

/// Archives of pg_dump: custom (-Fc), directory (-Fd) and tar (-Ft), archive versions 1.12 (9.0) to 1.16 (18). All
/// begin with the same head and table of contents. Numbers are a sign byte and little-endian bytes; texts a number and
/// that many bytes, -1 for none.
namespace pgcoffer::pgdump {

enum class Section { none = 1, pre_data = 2, data = 3, post_data = 4 };

struct Entry {
  int id = 0;
  bool has_data = false;
  bool inserts = false;  ///< its data are INSERT statements
  std::string name, kind, schema, owner;
  Section section = Section::none;
  std::string create, drop, copy;
  std::string owner_sql;  ///< scripts: as it stands there; archives leave it to their reader
  std::string tablespace, access_method;
  char relation_kind = 0;  ///< pg_class.relkind where the archive tells (1.16)
  std::vector<int> depends;
  std::string file;                       ///< directory and tar: name of the file with its data
  std::optional<std::uint64_t> position;  ///< custom: where its data begins, if the archive tells
};

struct Contents {
  int version = 0;  ///< 112 is archive version 1.12
  unsigned number_size = 4, offset_size = 8;
  compress::StreamFormat compression = compress::StreamFormat::none;
  std::string created;  ///< RFC 3339 without a zone: the dumping machine's local time
  std::string database, server_version, dump_version;
  std::vector<Entry> entries;
  std::vector<std::string> warnings;
  bool positions_known = true;  ///< custom: false where the archive was written through a pipe
  std::uint64_t end = 0;        ///< behind the table of contents
};

/// Of a custom archive or a toc.dat. Throws Error: damaged, newer_format, unsupported (archives before 1.12).
[[nodiscard]] Contents read_contents(FileReader& in, bool custom);

/// A number as the archive writes it.
[[nodiscard]] std::int64_t read_number(FileReader& in, unsigned size);

}  // namespace pgcoffer::pgdump
