#include "pgdump/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "pgcoffer/version.hpp"
#include "pgdump/database_entries.hpp"
#include "pgdump/definitions.hpp"
#include "pgdump/entries.hpp"
#include "pgdump/tables.hpp"

namespace pgcoffer::pgdump {
namespace {

/// Entries that set the session up, or the database itself: our scripts, -C and --create-db do that.
bool is_setting(const Entry& entry) {
  constexpr std::array<std::string_view, 3> settings = {"ENCODING", "STDSTRINGS", "SEARCHPATH"};
  return is_one_of(entry.kind, settings) || is_about_database(entry);
}

/// The text between quotes behind `words`: of SET client_encoding = 'UTF8'.
std::string quoted_after(std::string_view sql, std::string_view words) {
  const std::size_t at = sql.find(words);
  if (at == std::string_view::npos) return {};
  const std::size_t start = sql.find('\'', at);
  const std::size_t end = start == std::string_view::npos ? start : sql.find('\'', start + 1);
  return end == std::string_view::npos ? std::string() : std::string(sql.substr(start + 1, end - start - 1));
}

/// "15.4 (Debian 15.4-1)" is 150004.
int version_number(std::string_view text) {
  int major = 0, minor = 0;
  const char* const end = text.data() + text.size();
  const char* const dot = std::from_chars(text.data(), end, major).ptr;
  if (dot != end && *dot == '.') std::from_chars(dot + 1, end, minor);
  return major >= 10 ? major * 10000 + minor : major * 10000 + minor * 100;
}

class Describer {
 public:
  explicit Describer(const Container& container)
      : contents_(container.contents()), tables_(contents_), definitions_(contents_) {
    for (const Entry& entry : contents_.entries) by_id_[entry.id] = &entry;
    for (const Entry& entry : contents_.entries) names_are_qualified_ |= entry.kind == "SEARCHPATH";
    for (const Entry& entry : contents_.entries)
      if (entry.kind == "DOMAIN") domains_.emplace(quote_ident(QualifiedName{entry.schema, entry.name}), &entry);
    for (const std::uint32_t oid : container.large_objects()) add_large_object(oid);
    for (const Entry& entry : contents_.entries)
      if (entry.kind == "INDEX ATTACH") attached_.insert({entry.schema, entry.name});
  }

  Description run() {
    head();
    add_public();
    for (const Entry& entry : contents_.entries) {
      if (entry.kind == "TABLE DATA") table(entry);
      if (entry.kind == "TABLE" && is_partitioned(entry)) partitioned_table(entry);
      if (entry.kind == "BLOB" || entry.kind == "BLOB METADATA" || entry.kind == "LARGE OBJECT") large_objects(entry);
      if (!is_setting(entry) && entry.kind != "BLOBS") add(entry);
    }
    // As pg_restore does it: privileges behind everything, then what fires or reads.
    std::ranges::stable_sort(out_.toc.entries, {}, [](const archive::TocEntry& entry) { return rank(entry); });
    for (const auto& [oid, known] : large_objects_) out_.manifest.large_objects.push_back({oid, 0, {}});
    return std::move(out_);
  }

 private:
  static int rank(const archive::TocEntry& entry) {
    if (entry.section == "pre-data") return 0;
    if (entry.section == "data") return 1;
    const bool of_event_trigger = entry.kind != "EVENT TRIGGER" && entry.name.starts_with("EVENT TRIGGER ");
    if (entry.kind == "MATERIALIZED VIEW DATA" || entry.kind == "EVENT TRIGGER" || of_event_trigger) return 4;
    return entry.kind == "ACL" || entry.kind == "DEFAULT ACL" ? 3 : 2;
  }

  /// The index of a partition: it is dropped with that of the partitioned table, and not by itself.
  [[nodiscard]] bool is_attached(const Entry& entry) const {
    if (entry.kind != "INDEX" && entry.kind != "CONSTRAINT") return false;
    const Entry* const table = entry.kind == "CONSTRAINT" ? tables_.of(entry) : nullptr;
    const std::string prefix = table == nullptr ? "" : table->name + " ";
    return entry.name.starts_with(prefix) && attached_.contains({entry.schema, entry.name.substr(prefix.size())});
  }

  void add_large_object(std::uint32_t oid) { large_objects_[oid] = true; }

  void head() {
    archive::Manifest& manifest = out_.manifest;
    manifest.pgcoffer_version = version();
    manifest.created = manifest.finished = contents_.created + "Z";
    manifest.server_version = contents_.server_version;
    manifest.server_version_num = version_number(contents_.server_version);
    manifest.database = contents_.database;
    manifest.warnings = contents_.warnings;
    manifest.options = {fmt::format("pg_dump {}", contents_.dump_version)};
    for (const Entry& entry : contents_.entries) {
      if (entry.kind == "ENCODING") manifest.encoding = quoted_after(entry.create, "client_encoding");
      if (entry.section == Section::pre_data && !is_setting(entry) && entry.kind != "BLOB") has_schema_ = true;
    }
    database();
    refuse_old_texts();
    if (manifest.encoding.empty()) manifest.encoding = "UTF8";
    constexpr std::array<std::string_view, 8> clients_only = {
        "SJIS", "BIG5", "GBK", "UHC", "GB18030", "JOHAB", "SHIFT_JIS_2004", "SHIFTJIS2004"};
    if (is_one_of(manifest.encoding, clients_only)) {
      throw Error(Kind::unsupported,
                  fmt::format("the archive is in encoding {}, in which rows cannot be told apart byte by byte",
                              manifest.encoding))
          .hint("Restore it with pg_restore, and dump anew.");
    }
    manifest.has_schema = has_schema_;
    constexpr std::array<std::string_view, 2> rows = {"TABLE DATA", "BLOBS"};
    manifest.has_data =
        std::ranges::any_of(contents_.entries, [&](const Entry& entry) { return is_one_of(entry.kind, rows); });
  }

  /// Where backslashes quote, what the server is told now would mean something else.
  void refuse_old_texts() const {
    const auto says_off = [](const Entry& entry) {
      return entry.kind == "STDSTRINGS" && entry.create.find("'off'") != std::string::npos;
    };
    const auto quotes = [](const Entry& entry) { return entry.create.find('\\') != std::string::npos; };
    if (std::ranges::none_of(contents_.entries, says_off) || std::ranges::none_of(contents_.entries, quotes)) return;
    throw Error(Kind::unsupported,
                "the archive was made with standard_conforming_strings off, and has texts with backslashes in them")
        .hint("Restore it with pg_restore, or dump anew with PGOPTIONS='-c standard_conforming_strings=on'.");
  }

  void database() {
    archive::Manifest& manifest = out_.manifest;
    manifest.properties = database_of(contents_);
    if (!manifest.properties) return;
    manifest.server_encoding = manifest.properties->encoding;
    manifest.collate = manifest.properties->collate;
    manifest.ctype = manifest.properties->ctype;
    manifest.locale_provider = manifest.properties->locale_provider;
    manifest.icu_locale = manifest.properties->locale.value_or("");
  }

  void table(const Entry& entry) {
    if (!entry.has_data) return;
    archive::Table table = described(entry, copy_columns(entry.copy), tables_.of(entry));
    table.kind = "table";
    table.has_rows = true;
    // pg_dump --load-via-partition-root, and where partitions go by the hash of an enum.
    if (const auto target = copy_target(entry.copy); target && *target != QualifiedName{entry.schema, entry.name})
      table.load_into = target;
    out_.manifest.tables.push_back(std::move(table));
    out_.data.push_back(&entry);
  }

  /// Its rows are its partitions'.
  void partitioned_table(const Entry& entry) {
    archive::Table table = described(entry, table_columns(entry.create), &entry);
    table.kind = "partitioned table";
    out_.manifest.tables.push_back(std::move(table));
    out_.data.push_back(nullptr);
  }

  [[nodiscard]] archive::Table described(const Entry& entry, const std::vector<std::string>& columns,
                                         const Entry* definition) const {
    archive::Table table;
    table.schema = entry.schema;
    table.name = entry.name;
    table.verdict = "keep";
    for (const std::string& name : columns) {
      archive::Column column;
      column.name = name;
      if (definition != nullptr) column.type = definitions_.type({definition->schema, definition->name}, name);
      column.kind = kind_of_type(base_type(column.type));
      if (column.type.empty()) column.type = "text";
      column.verdict = "keep";
      table.columns.push_back(std::move(column));
    }
    return table;
  }

  /// What a domain, or one that an array is of, comes down to.
  [[nodiscard]] std::string base_type(std::string type) const {
    constexpr std::string_view array = "[]";
    if (type.ends_with(array)) {
      std::string element = base_type(type.substr(0, type.size() - array.size()));
      return element.ends_with(array) ? type : element.append(array);
    }
    std::set<std::string> seen;  // an archive that somebody has changed may go in circles
    for (auto found = domains_.find(type); found != domains_.end() && seen.insert(type).second;
         found = domains_.find(type))
      type = domain_type(found->second->create);
    return type;
  }

  /// "SELECT pg_catalog.lo_create('16417');", or lines of oids (archive version 1.16).
  void large_objects(const Entry& entry) {
    constexpr std::string_view create = "lo_create('";
    const bool statements = entry.create.find(create) != std::string::npos;
    for (std::string_view text = entry.create; !text.empty();) {
      std::size_t start = statements ? text.find(create) : 0;
      if (start != std::string_view::npos) start = text.find_first_of("0123456789", start);
      if (start == std::string_view::npos) break;
      text.remove_prefix(start);
      std::uint32_t oid = 0;
      const char* const end = std::from_chars(text.data(), text.data() + text.size(), oid).ptr;
      text.remove_prefix(static_cast<std::size_t>(end - text.data()));
      add_large_object(oid);
      if (entry.kind == "BLOB METADATA") large_object(entry, oid);
    }
  }

  /// Version 1.16 has one entry for many large objects of one owner.
  void large_object(const Entry& entry, std::uint32_t oid) {
    archive::TocEntry out;
    out.id = next_id();
    large_object_ids_[entry.id].push_back(out.id);
    out.kind = "BLOB";
    out.name = fmt::format("{}", oid);
    out.owner = entry.owner;
    out.section = "data";
    out.create = fmt::format("SELECT pg_catalog.lo_create('{}');\n", oid);
    out.drop = fmt::format("SELECT pg_catalog.lo_unlink('{}');\n", oid);
    if (!entry.owner.empty())
      out.owner_sql = fmt::format("ALTER LARGE OBJECT {} OWNER TO {};\n", oid, quote_ident(entry.owner));
    out_.toc.entries.push_back(std::move(out));
  }

  /// Every database has it, and pg_dump leaves it out as it comes: as in our archives, it is there without SQL, for who
  /// gives it another name.
  void add_public() {
    constexpr std::string_view name = "public";
    const bool used = std::ranges::any_of(contents_.entries, [&](const Entry& entry) {
      return entry.schema == name && entry.section == Section::pre_data;
    });
    const bool told = std::ranges::any_of(contents_.entries, [&](const Entry& entry) {
      return entry.kind == "SCHEMA" && entry.name == name && !is_plain_public(entry);
    });
    if (!used || told) return;
    archive::TocEntry out;
    out.id = next_id();
    out.kind = "SCHEMA";
    out.name = name;
    out.section = "pre-data";
    out_.toc.entries.push_back(std::move(out));
  }

  /// Archives before version 1.14 make it all the same.
  static bool is_plain_public(const Entry& entry) {
    return entry.kind == "SCHEMA" && entry.name == "public" && entry.create.starts_with("CREATE SCHEMA public;");
  }

  [[nodiscard]] int next_id() {
    if (last_id_ == 0) last_id_ = by_id_.empty() ? 0 : by_id_.rbegin()->first;
    return ++last_id_;
  }

  [[nodiscard]] std::string section_of(const Entry& entry) const {
    if (is_of_large_objects(entry)) return "data";
    switch (entry.section) {
      case Section::pre_data:
        return "pre-data";
      case Section::data:
        return "data";
      case Section::post_data:
        return "post-data";
      case Section::none:
        break;
    }
    if (entry.kind == "ACL" || entry.kind == "DEFAULT ACL") return "post-data";
    // Comments and security labels go with what they are of.
    for (const int id : entry.depends) {
      const auto found = by_id_.find(id);
      if (found != by_id_.end() && found->second->section != Section::none) return section_of(*found->second);
    }
    return "post-data";
  }

  void add(const Entry& entry) {
    if (entry.kind == "BLOB METADATA") return;
    if (is_plain_public(entry)) return;
    if (entry.kind == "COMMENT" && entry.name == "SCHEMA public" && !names_are_qualified_) return;
    archive::TocEntry out;
    out.id = entry.id;
    out.kind = entry.kind;
    out.schema = entry.schema;
    out.name = name_of(entry);
    out.owner = entry.owner;
    out.section = section_of(entry);
    out.create = sql_of(entry);
    out.owner_sql = entry.owner_sql.empty() ? owner_sql(entry) : entry.owner_sql;
    if (!is_attached(entry)) out.drop = entry.drop;
    out.tablespace = entry.tablespace;
    // A script says it of the tables before, and a partitioned one has none.
    if (!is_partitioned(entry)) out.access_method = entry.access_method;
    if (const Entry* const table = tables_.of(entry)) {
      out.table_schema = table->schema;
      out.table_name = table->name;
    }
    for (const int id : entry.depends) {
      const auto found = by_id_.find(id);
      const auto many = large_object_ids_.find(id);
      if (many != large_object_ids_.end())
        out.depends.insert(out.depends.end(), many->second.begin(), many->second.end());
      else if (found != by_id_.end() && !is_setting(*found->second))
        out.depends.push_back(id);
    }
    out_.toc.entries.push_back(std::move(out));
  }

  [[nodiscard]] std::string sql_of(const Entry& entry) const {
    std::string sql = entry.kind == "TABLE DATA" ? "" : entry.create;
    if (sql.empty()) return sql;
    if (sql.back() != '\n') sql += '\n';
    if (entry.relation_kind == 'p' && !entry.access_method.empty()) {
      sql += fmt::format("ALTER TABLE {} SET ACCESS METHOD {};\n", quote_ident(QualifiedName{entry.schema, entry.name}),
                         quote_ident(entry.access_method));
    }
    // Before CVE-2018-1058 names had no schema, and every entry ran with its schema in the search_path.
    if (!names_are_qualified_ && !entry.schema.empty()) {
      sql =
          fmt::format("SET search_path = {}, pg_catalog;\n{}SELECT pg_catalog.set_config('search_path', '', false);\n",
                      quote_ident(entry.schema), sql);
    }
    return sql;
  }

  const Contents& contents_;
  const Tables tables_;
  const Definitions definitions_;
  Description out_;
  std::map<int, const Entry*> by_id_;
  std::map<std::uint32_t, bool> large_objects_;
  std::map<int, std::vector<int>> large_object_ids_;  ///< of an entry for several: theirs
  bool names_are_qualified_ = false;
  std::set<QualifiedName> attached_;             ///< indexes of partitions
  std::map<std::string, const Entry*> domains_;  ///< by name, as SQL has it
  bool has_schema_ = false;
  int last_id_ = 0;
};

}  // namespace

Description describe(const Container& container) {
  return Describer(container).run();
}

}  // namespace pgcoffer::pgdump
