// What the server's system catalogs have and this program does not know: relations, columns, letters of "char" columns.
//
//   unknown := (catalog or column) of the server that known_catalogs does not have
//   for each unknown, and each letter of a known column that known_catalogs does not have:
//     used by an object that is asked for  -> the object cannot be dumped faithfully: unsupported
//     otherwise                            -> one warning names all of them
//
// A catalog is used when it has a row of the users' (oid >= 16384). A column is used by an object whose value is
// neither NULL nor zero, nor what most of the server's own objects have. Not looked at: pg_stat* and numbers in
// pg_class, which are measurements; shared catalogs, except for subscriptions, since they hold no part of a database's
// dump.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/known_catalogs.hpp"
#include "catalog/queries.hpp"
#include "catalog/reader_support.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr const char* columns_sql = R"sql(
  SELECT c.relname, c.relisshared, a.attname,
         a.atttypid = '"char"'::pg_catalog.regtype AS letters,
         t.typcategory = 'N' AS number,
         pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
  FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relkind = 'r' AND c.oid < 16384
  ORDER BY c.relname, a.attname)sql";

// The first column of each catalog that refers to another one, for catalogs whose rows are parts of that one's objects.
constexpr const char* references_sql = R"sql(
  SELECT fktable::pg_catalog.text AS catalog, fkcols[1] AS column, pktable::pg_catalog.text AS refers_to
  FROM pg_catalog.pg_get_catalog_foreign_keys()
  WHERE NOT is_array AND pg_catalog.cardinality(fkcols) = 1 AND pkcols = '{oid}'
    AND pktable <> 'pg_catalog.pg_namespace'::pg_catalog.regclass)sql";

constexpr const char* named_sql = R"sql(
  SELECT used.what, used.class, used.oid, named.type, named.identity, n.oid AS schema
  FROM ({}) AS used
    CROSS JOIN LATERAL pg_catalog.pg_identify_object(used.class, used.oid, 0) AS named
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = named.schema
  ORDER BY used.what, named.type, named.identity)sql";

struct ServerColumn {
  std::string name;
  bool letters = false, number = false, readable = true;
};

struct ServerCatalog {
  bool shared = false;
  std::vector<ServerColumn> columns;

  [[nodiscard]] bool has_oid() const { return std::ranges::find(columns, "oid", &ServerColumn::name) != columns.end(); }
  [[nodiscard]] bool readable() const { return std::ranges::all_of(columns, &ServerColumn::readable); }
};

/// Whose part a row is: the catalog of the object, and the column with its oid.
struct Holder {
  std::string catalog, column;
};

class Gaps {
 public:
  Gaps(Builder& builder, const KnownCatalogs& known) : builder_(builder), known_(known) {}

  void find() {
    read_server();
    for (const auto& [name, catalog] : server_) look_at(name, catalog);
    const bool newer = builder_.version / 10000 > known_.newest;
    if (unknown_.empty() && !newer) return;
    read_references();
    add_unknown();
    add_unknown_letters();
    name_used();
    warn(newer);
  }

 private:
  void read_server() {
    for (const auto row : builder_.query(catalog_columns_query())) {
      ServerCatalog& catalog = server_[row["relname"].str()];
      catalog.shared = row["relisshared"].as_bool();
      catalog.columns.push_back(
          {row["attname"].str(), row["letters"].as_bool(), row["number"].as_bool(), row["readable"].as_bool()});
    }
  }

  void look_at(const std::string& name, const ServerCatalog& catalog) {
    const auto known = known_.catalogs.find(name);
    if (known == known_.catalogs.end()) {
      unknown_.emplace_back(name, nullptr);
      return;
    }
    for (const ServerColumn& column : catalog.columns)
      if (!known->second.contains(column.name)) unknown_.emplace_back(name, &column);
  }

  void read_references() {
    if (builder_.version < 140000) return;  // 13 has nothing unknown, and does not say how catalogs refer to each other
    for (const auto row : builder_.connection.query(references_sql))
      references_.try_emplace(row["catalog"].str(), Holder{row["refers_to"].str(), row["column"].str()});
  }

  [[nodiscard]] static bool measures(const std::string& catalog, const ServerColumn* column) {
    if (catalog == "pg_class") return column != nullptr && column->number;
    return catalog.starts_with("pg_stat") && catalog != "pg_statistic_ext";
  }

  /// Catalogs like pg_enum and pg_attribute hold parts of objects; what they know of a part counts for the whole.
  [[nodiscard]] std::optional<Holder> holder_of(const std::string& name, const ServerCatalog& catalog) const {
    static const std::set<std::string, std::less<>> parts = {"pg_enum", "pg_amop", "pg_amproc", "pg_attrdef"};
    if (catalog.has_oid() && !parts.contains(name)) return Holder{name, "oid"};
    if (const auto found = references_.find(name); found != references_.end()) return found->second;
    if (catalog.has_oid()) return Holder{name, "oid"};
    return std::nullopt;
  }

  void add_unknown() {
    for (const auto& [name, column] : unknown_) {
      const ServerCatalog& catalog = server_.at(name);
      const bool foreign = catalog.shared && name != "pg_subscription";
      if (foreign || measures(name, column)) continue;
      if (column == nullptr)
        add_catalog(name, catalog);
      else
        add_column(name, catalog, *column);
    }
  }

  void add_catalog(const std::string& name, const ServerCatalog& catalog) {
    const auto holder = holder_of(name, catalog);
    if (!catalog.readable() || !holder) return;
    queries_.push_back(rows_sql(name, name, *holder, "true"));
  }

  void add_column(const std::string& name, const ServerCatalog& catalog, const ServerColumn& column) {
    const auto holder = holder_of(name, catalog);
    if (!column.readable || !holder) return;
    const std::string value = fmt::format("x.{}::pg_catalog.text", quote_ident(column.name));
    queries_.push_back(rows_sql(
        fmt::format("{}.{}", name, column.name), name, *holder,
        fmt::format(
            "{0} NOT IN ('', '0', 'f', '-', '{{}}', '0/0', '0/00000000')\n"
            "      AND {0} IS DISTINCT FROM (SELECT {0} FROM pg_catalog.{1} x WHERE x.{2}::pg_catalog.oid < 16384"
            " GROUP BY 1 ORDER BY pg_catalog.count(*) DESC, 1 LIMIT 1)",
            value, quote_ident(name), quote_ident(holder->column))));
  }

  void add_unknown_letters() {
    for (const auto& [name, columns] : known_.catalogs) {
      const auto found = server_.find(name);
      if (found == server_.end() || (found->second.shared && name != "pg_subscription")) continue;
      const auto holder = holder_of(name, found->second);
      if (!holder) continue;
      for (const ServerColumn& column : found->second.columns) {
        const auto known = columns.find(column.name);
        if (known == columns.end() || !column.letters || !column.readable || known->second == "?") continue;
        queries_.push_back(rows_sql(fmt::format("{}.{}", name, column.name), name, *holder,
                                    fmt::format("x.{0} <> '' AND pg_catalog.strpos({1}, x.{0}::pg_catalog.text) = 0",
                                                quote_ident(column.name), quote_literal(known->second))));
      }
    }
  }

  [[nodiscard]] static std::string rows_sql(const std::string& what, const std::string& catalog, const Holder& holder,
                                            const std::string& condition) {
    return fmt::format(R"sql(
    SELECT {} AS what, {}::pg_catalog.regclass::pg_catalog.oid AS class, x.{}::pg_catalog.oid AS oid
    FROM pg_catalog.{} x
    WHERE x.{}::pg_catalog.oid >= 16384
      AND {})sql",
                       quote_literal(what), quote_literal("pg_catalog." + quote_ident(holder.catalog)),
                       quote_ident(holder.column), quote_ident(catalog), quote_ident(holder.column), condition);
  }

  void name_used() {
    if (queries_.empty()) return;
    std::map<Address, bool> entries;  // whether they are dumped
    for (const Entry& entry : builder_.entries) {
      entries[entry.object.address] |= entry.wanted;
      for (const Address& address : entry.also)
        // Array and row types come with what they are types of.
        if (address.class_oid == class_oid::type)
          entries.try_emplace(address, false);
        else
          entries[address] |= entry.wanted;
    }
    std::set<std::pair<std::string, std::string>> named;
    for (const auto row : builder_.connection.query(fmt::format(named_sql, join(queries_, "\n    UNION")))) {
      if (!asked_for(entries, row)) continue;
      used_.insert(row["what"].str());
      const std::string name = fmt::format("{} ({})", row["identity"].view(), row["what"].view());
      if (named.emplace(row["type"].str(), name).second) builder_.unsupported(row["type"].str(), name);
    }
  }

  [[nodiscard]] bool asked_for(const std::map<Address, bool>& entries, const pg::Row& row) const {
    const Oid type = row["class"].as_oid(), oid = row["oid"].as_oid();
    if (const auto found = entries.find({type, oid, 0}); found != entries.end()) return found->second;
    // Subscriptions of other databases stand in the same catalog.
    if (builder_.extension_member(type, oid) || type == class_oid::subscription) return false;
    return row["schema"].is_null() ? builder_.global_selected(oid) : builder_.schema_selected(row["schema"].as_oid());
  }

  void warn(bool newer) {
    std::vector<std::string> unused;
    for (const auto& [name, column] : unknown_) {
      std::string text = column == nullptr ? name : fmt::format("{}.{}", name, column->name);
      if (!used_.contains(text)) unused.push_back(std::move(text));
    }
    if (!unused.empty()) {
      builder_.catalog.warnings.push_back(
          fmt::format("the server's catalogs have what this version of pgcoffer does not know, and what is dumped here "
                      "does not use: {} (server version {}, newest known {})",
                      join(unused, ", "), builder_.version / 10000, known_.newest));
    } else if (newer && used_.empty()) {
      builder_.catalog.warnings.push_back(
          fmt::format("server version {} is newer than the newest that this version of pgcoffer knows, {}; nothing in "
                      "its catalogs is unknown",
                      builder_.version / 10000, known_.newest));
    }
  }

  Builder& builder_;
  const KnownCatalogs& known_;
  std::map<std::string, ServerCatalog> server_;
  std::vector<std::pair<std::string, const ServerColumn*>> unknown_;  ///< a catalog, or a column of one that is known
  std::map<std::string, Holder> references_;
  std::vector<std::string> queries_;
  std::set<std::string> used_;
};

}  // namespace

std::string catalog_columns_query() {
  return std::string(columns_sql);
}

void find_gaps(Builder& builder, const KnownCatalogs& known) {
  Gaps(builder, known).find();
}

}  // namespace pgcoffer::catalog
