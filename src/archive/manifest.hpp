#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "cluster/globals.hpp"
#include "compress/codec.hpp"
#include "rows/format.hpp"

namespace pgcoffer::archive {

/// The newest format version this program writes and reads.
inline constexpr int kFormatVersion = 5;
/// What is written as long as nothing of the newer version is used: older programs read it.
inline constexpr int kOldestFormatVersion = 1;

/// Rows of one table (or bytes of large objects), cut at row boundaries: the unit of compression, sealing and restore.
struct Part {
  std::uint32_t number = 0;  ///< names the file; 1-based in its table. The order of the list is the order of rows
  std::string file;          ///< path in the archive; that of the pack for a part in one
  std::uint64_t rows = 0;
  std::uint64_t encoded_bytes = 0;  ///< before compression
  std::uint64_t stored_bytes = 0;   ///< as it lies in the store; in a pack its share of it, rounded
  std::string encoded_sha256;       ///< over encoded_bytes; empty where the next is there
  std::string encoded_xxh128;       ///< XXH3-128 of them, 32 hex digits: finds accidents in a sixtieth of the time
  std::string stored_sha256;        ///< over stored_bytes
  std::uint32_t pack = 0;           ///< number of the pack that it lies in, without digests of its own; 0: a file
  std::uint64_t offset = 0;         ///< where it begins in the pack's encoded text
};

/// Puts a part into a pack: file, place and share of the stored bytes.
void place_in_pack(Part& part, const Part& pack, std::uint64_t offset);

struct Column {
  std::string name;
  std::string type;  ///< SQL type with its modifiers, schema-qualified
  rows::JsonKind kind = rows::JsonKind::string;
  std::string
      verdict;      ///< policy: "keep", "omit", "null", "constant" …; columns with "omit" have no values in the parts
  std::string how;  ///< what the verdict does exactly, for people: "keeps 2 at the end", an SQL expression
  std::string reason;                      ///< the rule's reason; empty for keep
  std::string rule;                        ///< which rule decided
  std::string after_restore;               ///< what to do after a restore
  bool in_rows = true;                     ///< false: not in the parts (omitted or generated)
  std::optional<rows::BinaryForm> binary;  ///< of its values in the parts of a table whose rows are binary
};

/// Rows that reference rows that were left out, and what was done about it.
struct MissingParents {
  std::string reference;  ///< the foreign key's name
  std::string handling;   ///< "null": their columns became null; "leave": nothing
  std::uint64_t rows = 0;
  bool not_valid = false;  ///< the foreign key is NOT VALID in this archive's schema
};

struct Table {
  std::string schema, name;
  std::string kind;     ///< "table", "materialized view", "partitioned table", "foreign table", "view"
  std::string verdict;  ///< "keep", "exclude", "exclude-rows", "where"
  std::string reason, rule, after_restore;
  std::string where;              ///< row filter, SQL
  std::string sample;             ///< "10 percent", "1000 rows"
  std::string order_by;           ///< SQL
  std::string follow;             ///< "children", "parents", "both": which foreign keys `where` follows; else empty
  std::string on_missing_parent;  ///< "error", "filter", "null", "leave" where a rule says it; else empty
  std::optional<std::uint64_t> start_rows;  ///< with follow: the rows for which `where` is true
  bool by_reference = false;                ///< which rows are here depends on rows of other tables
  std::vector<MissingParents> missing_parents;
  std::vector<Column> columns;
  std::optional<QualifiedName> load_into;  ///< another table that its rows are loaded into
  bool binary = false;                     ///< its parts are binary COPY files, whatever Manifest::rows says
  std::string text_because;                ///< why they are not, where that was asked for
  bool has_rows = false;                   ///< rows are in this archive (perhaps zero of them)
  std::uint64_t rows = 0;
  std::optional<std::uint64_t> of_rows;  ///< those that the table had, where the policy takes only some
  bool of_rows_estimated = false;        ///< by the server's statistics: they were not counted
  std::string row_digest;                ///< rows::RowDigest of its rows as text; empty in archives of older versions
  std::string binary_row_digest;         ///< that of binary rows as they are, which mostly have no other
  std::vector<Part> parts;
};

struct LargeObject {
  std::uint32_t oid = 0;
  std::uint64_t bytes = 0;
  std::vector<Part> parts;  ///< in order; rows is 0; encoded bytes are the object's bytes
};

/// A file of the archive that is not a part: toc.json, the scripts, RESTORE.txt.
struct StoredFile {
  std::string file;         ///< path in the archive
  std::uint64_t bytes = 0;  ///< as it lies in the store
  std::string sha256;       ///< over those bytes
};

/// Of environment-config.json.
struct Variable {
  std::string name, value;
  bool masked = false;  ///< the value is not in the archive
};

/// A database that lies within the archive of its cluster, as an archive of its own.
struct ArchivedDatabase {
  std::string name;
  std::string folder;      ///< in the archive
  std::string archive_id;  ///< of the archive there
  std::uint64_t objects = 0, tables = 0, rows = 0;
  std::uint64_t encoded_bytes = 0, stored_bytes = 0;
};

/// manifest.json; schema/FORMAT.md describes every field.
struct Manifest {
  int format_version = kOldestFormatVersion;
  std::string archive_id;                   ///< UUID
  std::vector<std::string> converted_from;  ///< ids of the archives it was made from by conversion, the dump first
  std::string pgcoffer_version;
  std::string created;  ///< RFC 3339, UTC; start of the snapshot
  std::string finished;
  std::string server_version;  ///< text
  int server_version_num = 0;
  std::string database, host, port, user;
  std::string encoding;   ///< of the rows (client_encoding while dumping)
  std::string time_zone;  ///< of the session that dumped: how timestamps with time zone are written
  std::string server_encoding;
  std::string snapshot_lsn;
  std::string collate, ctype, locale_provider, icu_locale;
  std::optional<cluster::Globals> globals;      ///< of a whole cluster; an archive that has them holds no rows itself
  std::vector<ArchivedDatabase> databases;      ///< with globals only
  std::optional<cluster::Database> properties;  ///< of the database; archives of older versions have none
  rows::Format rows = rows::Format::sql;        ///< of tables whose rows are not binary
  compress::Setting compression;
  bool encrypted = false;
  bool has_schema = true, has_data = true;  ///< false with --data-only / --schema-only
  std::string policy;                       ///< name or file of the policy; empty without one
  std::string pseudonym_key;                ///< identifier of the key that made pseudonyms; empty without any
  std::vector<std::string> options;         ///< as given, for people
  std::vector<Part> packs;                  ///< files that hold parts of many small tables one behind the other
  std::vector<Table> tables;                ///< in data order: parents before children
  std::vector<LargeObject> large_objects;
  std::vector<Variable> environment;     ///< that the policy chose; environment-config.json has them, too
  std::vector<std::string> unsupported;  ///< "kind name", left out with --ignore-unsupported
  std::vector<std::string> warnings;
  std::string toc_sha256;         ///< of toc.json's plain bytes
  std::vector<StoredFile> files;  ///< all that is neither a part nor keys.cms, manifest.sha256 or the manifest itself
};

/// Throws Error(usage) for an archive that holds what belongs to a whole server, and no database.
void require_database(const Manifest& manifest);
/// Throws Error(usage) for an archive that holds others, those of databases.
void require_one_archive(const Manifest& manifest);
/// The oldest version that has all that the manifest uses.
[[nodiscard]] int format_version_for(const Manifest& manifest);
/// The columns whose values are in the table's parts, in order.
[[nodiscard]] std::vector<rows::Column> columns_in_rows(const Table& table);

/// How the table's parts are written, and what reads them: the one place that turns parts into rows.
[[nodiscard]] rows::Format row_format(const Manifest& manifest, const Table& table);
[[nodiscard]] std::unique_ptr<rows::PartDecoder> part_decoder(const Manifest& manifest, const Table& table);

/// environment-config.json.
[[nodiscard]] std::string environment_json(const Manifest& manifest);
/// Deterministic: same manifest, same bytes.
[[nodiscard]] std::string to_json(const Manifest& manifest);
/// Throws Error: newer_format (says both versions), damaged (names the field).
[[nodiscard]] Manifest parse_manifest(std::string_view json);

}  // namespace pgcoffer::archive
