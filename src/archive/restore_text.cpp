#include "archive/restore_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "archive/layout.hpp"

namespace pgcoffer::archive {

namespace {

bool has_script(const Manifest& manifest, std::string_view file) {
  return std::ranges::any_of(manifest.files,
                             [&](const StoredFile& stored) { return std::string_view(stored.file).starts_with(file); });
}

bool has_rows(const Manifest& manifest) {
  return std::ranges::any_of(manifest.tables, [](const Table& table) { return !table.parts.empty(); });
}

bool has_binary_rows(const Manifest& manifest) {
  return std::ranges::any_of(manifest.tables, [](const Table& table) { return table.binary && !table.parts.empty(); });
}

bool has_large_objects(const Manifest& manifest) {
  return std::ranges::any_of(manifest.large_objects, [](const LargeObject& object) { return !object.parts.empty(); });
}

bool has_parts(const Manifest& manifest) {
  return has_rows(manifest) || has_large_objects(manifest);
}

std::string unpacker(compress::Method method) {
  switch (method) {
    case compress::Method::gzip:
      return "gunzip";
    case compress::Method::zstd:
      return "zstd";
    case compress::Method::none:
    case compress::Method::deflate:
      break;
  }
  return {};
}

/// Gives the steps their numbers.
class Steps {
 public:
  void add(std::string_view title, std::string_view text) {
    text_ += fmt::format("\n{}. {}\n\n{}", ++count_, title, text);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  int count_ = 0;
};

std::string introduction(const Manifest& manifest) {
  std::string tools = "psql";
  if (manifest.encrypted) tools += ", openssl (3.0 or later)";
  const std::string tool = unpacker(manifest.compression.method);
  if (!tool.empty() && has_parts(manifest)) tools += ", " + tool;
  if ((manifest.rows != rows::Format::sql && has_rows(manifest)) || has_binary_rows(manifest)) tools += ", jq";
  return fmt::format(
      "A backup of a PostgreSQL {}, made by pgcoffer. With pgcoffer, `pgcoffer verify PATH` checks it and\n"
      "`pgcoffer restore PATH -d CONNECTION` restores it. Without, it takes a POSIX shell and {}.\n\n"
      "Run the indented lines in a folder that holds the archive's files (unpack a zip file there first, with any\n"
      "unzip program). Stop when one fails. Unpacked files are written beside the packed ones: copy the archive first\n"
      "where it must stay as it is.\n",
      manifest.globals ? "server" : "database", tools);
}

constexpr std::string_view kOpenKey =
    "keys.cms holds the archive key, sealed to one or more recipients; any of them opens it. Use the line that fits:\n"
    "a key of 64 hex digits, a passphrase, or the private key of a certificate. (Other users of this machine can\n"
    "see the arguments of a running program; use one that you trust.)\n\n"
    "    KEY=$(openssl cms -decrypt -inform DER -in keys.cms -secretkey \"$BACKUP_ENCRYPTION_KEY\")\n"
    "    KEY=$(openssl cms -decrypt -inform DER -in keys.cms -pwri_password \"$PASSPHRASE\")\n"
    "    KEY=$(openssl cms -decrypt -inform DER -in keys.cms -inkey \"$IDENTITY\")\n";

constexpr std::string_view kOpenFiles =
    "    (for f in *.json.cms schema/*.cms data/*/*.cms large-objects/*/*.cms; do\n"
    "       [ -e \"$f\" ] || continue\n"
    "       openssl cms -decrypt -binary -inform DER -secretkey \"$KEY\" -in \"$f\" -out \"${f%.cms}\" ||\n"
    "         { echo \"damaged: $f\"; rm -f \"${f%.cms}\"; exit 1; }\n"
    "     done)\n";

std::string unpack_files(compress::Method method) {
  const std::string command = unpacker(method) == "gunzip" ? "gunzip -c" : "zstd -q -d -c";
  return fmt::format(
      "    (for f in data/*/*{0} large-objects/*/*{0}; do\n"
      "       [ -e \"$f\" ] || continue\n"
      "       {1} \"$f\" > \"${{f%{0}}}\" || {{ echo \"damaged: $f\"; rm -f \"${{f%{0}}}\"; exit 1; }}\n"
      "     done)\n",
      compress::suffix(method), command);
}

/// jq's expression for the name that a part's file has once it is opened and unpacked.
constexpr std::string_view kOpenedName = R"((.file | sub("\\.cms$"; "") | sub("\\.(gz|zst)$"; "")))";

/// The files as they lie in the archive; a zip file's deflate entries do not lie anywhere once they are unpacked.
std::string check_files(compress::Method method) {
  return fmt::format(
      "    jq -r '(.packs // [])[], ((.tables, .large_objects) | .[].parts[] | select(.file)) |\n"
      "      {}' manifest.json |\n"
      "      sha256sum -c --quiet\n",
      method == compress::Method::deflate ? ".encoded_sha256 + \"  \" + .file" : ".stored_sha256 + \"  \" + .file");
}

std::string prepare(const Manifest& manifest) {
  const std::string_view own =
      has_script(manifest, kDatabaseScript)
          ? "To get the source's own database, with its name, locale, owner and settings, run\n"
            "`psql -X -d postgres -f schema/database.sql` as a superuser instead of createdb; the roles and "
            "tablespaces\n"
            "that it names must be there.\n\n"
          : "";
  return fmt::format(
      "Make an empty database (createdb) and name it in PGDATABASE; PGHOST, PGUSER and so on say where.\n{}{}"
      "    export PGCLIENTENCODING={} PGOPTIONS='-c search_path= -c row_security=off "
      "-c client_min_messages=warning -c default_transaction_read_only=off -c standard_conforming_strings=on "
      "-c xmloption=content -c array_nulls=on'\n"
      "    load() {{ psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -f \"$1\" || {{ echo \"failed: $1\"; return 1; }}; "
      "}}\n",
      own.empty() ? "\n" : "", own, manifest.encoding);
}

/// Of roles and tablespaces, of which some are there already: their statements fail, and the others go on.
std::string prepare_server(const Manifest& manifest) {
  return fmt::format(
      "PGHOST, PGUSER and so on say where; PGDATABASE is any database there. That a role or tablespace exists already\n"
      "(the role that made the server does) is told as an error and does no harm; look at all others.\n\n"
      "    export PGDATABASE=postgres PGCLIENTENCODING={} PGOPTIONS='-c client_min_messages=warning'\n"
      "    load() {{ psql -X -q -o /dev/null -f \"$1\"; }}\n",
      manifest.encoding);
}

std::string load_script(std::string_view file) {
  return fmt::format("    load {}\n", file);
}

std::string load_sql_rows(const Manifest& manifest) {
  if (manifest.has_schema) return "    (for f in data/*/*.sql; do load \"$f\" || exit 1; done)\n";
  return fmt::format(
      "The tables must exist. The order is that of the manifest, parents before children (this line needs jq):\n\n"
      "    (for f in $(jq -r '.tables[].parts[] | {}' manifest.json); do load \"$f\" || exit 1; done)\n",
      kOpenedName);
}

/// Each line becomes a row by json_populate_record, which would write json values in its own way: they are taken from
/// the line's text, or out of their wrapper (schema/JSON-ROWS.md in the source tree); the elements of json[] and
/// jsonb[] are texts. Quote and delimiter are bytes that JSON text never holds.
constexpr std::string_view kJsonRows = R"jq(    jq -r 'def name: "\"" + gsub("\""; "\"\"") + "\"";
      def literal: "\u0027" + gsub("\u0027"; "\u0027\u0027") + "\u0027";
      def value: if .json == "json"
        then "(l.j -> \(.name|literal))" as $v |
          "CASE WHEN \($v)::text LIKE \u0027{\"$json\":%\u0027 AND (SELECT count(*) FROM pg_catalog.json_object_keys(\($v))) = 1 " +
          "THEN \($v) ->> \u0027$json\u0027 ELSE nullif(pg_catalog.replace(\($v)::text, \u0027\\ufdd0nul\\ufdd0\u0027, \u0027\\u0000\u0027), \u0027null\u0027) END::\(.type)"
        elif (.type | test("^jsonb?\\[\\]"))
        then "(SELECT t.v FROM pg_catalog.json_populate_record(NULL::pg_temp.texts, " +
          "pg_catalog.json_build_object(\u0027v\u0027, l.j -> \(.name|literal))) t)::\(.type)"
        else "r.\(.name|name)" end;
      "CREATE TEMP TABLE line (j json); CREATE TEMP TABLE texts (v text[]);",
      (.tables[] | "\(.schema|name).\(.name|name)" as $table | [.columns[] | select(.in_rows)] as $columns |
       .parts[] |
       "\\copy pg_temp.line FROM \u0027@FILE@\u0027 (FORMAT csv, QUOTE E\u0027\\x01\u0027, DELIMITER E\u0027\\x02\u0027)",
       "INSERT INTO \($table)" +
       (if $columns == [] then "" else " (\([$columns[].name|name]|join(", "))) OVERRIDING SYSTEM VALUE" end) +
       " SELECT \([$columns[]|value]|join(", "))" +
       " FROM (SELECT CASE WHEN j::text LIKE \u0027%u0000%\u0027 THEN pg_catalog.regexp_replace(j::text, " +
       "\u0027(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000\u0027, \u0027\\1\\\\ufdd0nul\\\\ufdd0\u0027, \u0027g\u0027)::json ELSE j END AS j FROM pg_temp.line) l, " +
       "pg_catalog.json_populate_record(NULL::\($table), l.j) r;",
       "TRUNCATE pg_temp.line;")' manifest.json > load-rows.sql
    load load-rows.sql
)jq";

/// \copy is one line: a table whose names have line breaks is loaded by way of another.
constexpr std::string_view kCopiedRows = R"jq(    jq -r 'def name: "\"" + gsub("\""; "\"\"") + "\"";
      .tables[]@TABLES@ | "\(.schema|name).\(.name|name)" as $table | [.columns[] | select(.in_rows) | .name|name] as $columns |
       ($columns|join(", ")) as $list | (if $list == "" then "" else " (\($list))" end) as $listed |
       .parts[] | " FROM \u0027@FILE@\u0027 (FORMAT @FORMAT@)" as $file |
       if $table + $list | test("[\n\r]")
       then "CREATE TEMP TABLE line AS SELECT \($list) FROM \($table) WITH NO DATA;", "\\copy pg_temp.line\($file)",
         "INSERT INTO \($table)\(if $list == "" then "" else $listed + " OVERRIDING SYSTEM VALUE" end) SELECT * FROM pg_temp.line;",
         "DROP TABLE pg_temp.line;"
       else "\\copy \($table)\($listed)\($file)" end@END@' manifest.json > load-rows.sql
    load load-rows.sql
)jq";

std::string replaced(std::string text, std::string_view mark, std::string_view with) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
    text.replace(at, mark.size(), with);
  }
  return text;
}

std::string load_by_manifest(std::string text) {
  return replaced(std::move(text), "@FILE@", fmt::format("\\({})", kOpenedName));
}

/// `format` is COPY's; `begin` and `end` are jq's, around what is done with a table.
std::string load_copies(std::string_view format, std::string_view begin = "", std::string_view end = "") {
  const std::string text = replaced(std::string(kCopiedRows), "@FORMAT@", format);
  return load_by_manifest(replaced(replaced(text, "@TABLES@", begin), "@END@", end));
}

constexpr std::string_view kByManifest = "jq turns the manifest into the statements that load the rows.";

/// Rows of some tables, and those in SQL of the others.
std::string load_binary_rows(const Manifest& manifest) {
  // Where there is no schema, the order of the tables counts.
  if (!manifest.has_schema)
    return fmt::format(
        "{} The tables must exist.\n\n{}", kByManifest,
        load_copies("binary", R"( | if .binary | not then .parts[] | "\\i \u0027@FILE@\u0027" else .)", " end"));
  const bool any_text =
      std::ranges::any_of(manifest.tables, [](const Table& table) { return !table.binary && !table.parts.empty(); });
  return fmt::format("{}Of some tables they are in COPY's binary format. {}\n\n{}",
                     any_text ? load_sql_rows(manifest) + "\n" : "", kByManifest,
                     load_copies("binary", " | select(.binary)"));
}

std::string load_rows(const Manifest& manifest) {
  if (manifest.rows == rows::Format::json)
    return fmt::format("{}\n\n{}", kByManifest, load_by_manifest(std::string(kJsonRows)));
  if (manifest.rows == rows::Format::csv)
    return fmt::format(
        "{} psql before version 18 fails at a value of which\na line is only \\. (use a later one then).\n\n{}",
        kByManifest, load_copies("csv, HEADER"));
  return has_binary_rows(manifest) ? load_binary_rows(manifest) : load_sql_rows(manifest);
}

constexpr std::string_view kLargeObjects =
    "    (for folder in large-objects/*/; do\n"
    "       oid=$(basename \"$folder\"); offset=0\n"
    "       for part in $(ls \"$folder\" | grep '\\.bin$' | sort -n); do\n"
    "         { printf \"SELECT pg_catalog.lo_put(%s, %s, '\\\\\\\\x\" \"$oid\" \"$offset\"\n"
    "           od -An -v -tx1 \"$folder$part\" | tr -d ' \\n'; printf \"');\\n\"; } > lo.sql\n"
    "         load lo.sql || exit 1\n"
    "         offset=$((offset + $(wc -c < \"$folder$part\")))\n"
    "       done\n"
    "     done); rm -f lo.sql\n";

std::string load_statistics(const Manifest& manifest) {
  std::string text;
  for (const auto& [script, version] : {std::pair{kScripts[3], 180000}, {kScripts[4], 190000}}) {
    if (has_script(manifest, script.file))
      text += fmt::format("    [ \"$(psql -X -At -c 'SHOW server_version_num')\" -lt {} ] || load {}\n", version,
                          script.file);
  }
  return text;
}

std::string restore_databases(const Manifest& manifest) {
  std::string text =
      "Each folder below holds the archive of one database, with a RESTORE.txt of its own:\n"
      "follow it there.\n\n";
  for (const ArchivedDatabase& database : manifest.databases)
    text += fmt::format("    {:<40} {}\n", database.folder, quote_ident(database.name));
  return text;
}

void add_loading(const Manifest& manifest, Steps& steps) {
  if (has_script(manifest, kScripts[0].file))
    steps.add(manifest.globals ? "Make roles and tablespaces" : "Make the schema", load_script(kScripts[0].file));
  if (has_rows(manifest)) steps.add("Load the rows", load_rows(manifest));
  if (has_script(manifest, kScripts[1].file))
    steps.add("Set sequences, make empty large objects, and what else goes with the rows",
              load_script(kScripts[1].file));
  if (has_large_objects(manifest)) steps.add("Fill the large objects", std::string(kLargeObjects));
  if (has_script(manifest, kScripts[2].file))
    steps.add("Make indexes, constraints, triggers", load_script(kScripts[2].file));
  if (const std::string statistics = load_statistics(manifest); !statistics.empty())
    steps.add("Restore the optimizer statistics that the server can take (elsewhere, run ANALYZE)", statistics);
}

}  // namespace

std::string restore_text(const Manifest& manifest) {
  Steps steps;
  steps.add("Check what opens the rest", "    sha256sum -c manifest.sha256\n");
  if (manifest.encrypted) {
    steps.add("Open the archive key", kOpenKey);
    steps.add("Open the files", kOpenFiles);
  }
  if (has_parts(manifest) && !unpacker(manifest.compression.method).empty())
    steps.add("Unpack the files", unpack_files(manifest.compression.method));
  if (has_parts(manifest))
    steps.add("Check the rows against the manifest (needs jq; may be left out)",
              check_files(manifest.compression.method));
  steps.add("Prepare to load", manifest.globals ? prepare_server(manifest) : prepare(manifest));
  add_loading(manifest, steps);
  if (!manifest.databases.empty()) steps.add("Restore the databases", restore_databases(manifest));
  return introduction(manifest) + steps.text();
}

}  // namespace pgcoffer::archive
