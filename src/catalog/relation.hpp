#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/builder.hpp"

/// What the readers of relations know of a table or view until its CREATE statement is made.
namespace pgcoffer::catalog {

struct ColumnDetails {
  std::int16_t attnum = 0;
  std::string name, type, collation;  ///< collation: qualified name where it is not the type's own
  Oid type_oid = 0;
  bool local = true;  ///< declared here, not only inherited
  char identity = '\0', generated = '\0', compression = '\0';
  char storage = 'p';
  char usual_storage = 'p', usual_compression = '\0';  ///< what CREATE TABLE gives it: the type's, or the parent's
  std::optional<int> statistics_target;
  std::string options, fdw_options;
  bool not_null = false;          ///< there is a (valid) NOT NULL
  bool not_null_local = false;    ///< it must be said here, since no parent brings it
  bool not_null_invalid = false;  ///< 18+: NOT VALID, which is an entry of its own
  bool not_null_no_inherit = false;
  std::string not_null_name;  ///< 18+: where it is not the name that the server would choose
  std::optional<std::string> default_expression;
  Oid default_oid = 0;                       ///< of pg_attrdef; 0 where there is no row of it
  std::optional<std::size_t> default_entry;  ///< the DEFAULT entry that stands inside the table's, or apart from it
};

struct Relation {
  Oid oid = 0, schema = 0, row_type = 0, array_type = 0, view_rule = 0;
  std::string name, qualified, owner;
  char relkind = 'r', persistence = 'p', replica_identity = 'd';
  bool wanted = false, configuration = false, partition = false;
  bool row_security = false, force_row_security = false, populated = true;
  std::string access_method, tablespace;
  std::string of_type;  ///< OF type, for typed tables
  std::vector<std::string> options, toast_options;
  std::string check_option;  ///< of views: LOCAL or CASCADED
  std::string definition;    ///< of views: the query, without semicolon
  std::string partition_key, partition_bound;
  bool hashes_oids = false;         ///< partitioned by the hash of values that have another one in another database
  std::string server, fdw_options;  ///< of foreign tables
  std::vector<Oid> parents;         ///< in the order of INHERITS
  std::vector<std::string> parent_names;
  std::vector<ColumnDetails> columns;  ///< live ones, by attnum
  std::vector<std::size_t> checks;     ///< entries of CHECK constraints that stand in CREATE TABLE
  std::size_t entry = 0;
  std::size_t query_entry = 0;  ///< of views: the RULE that holds the query

  /// True when CREATE TABLE declares the column: partitions are made whole and attached later.
  [[nodiscard]] bool declares(const ColumnDetails& column) const { return column.local || partition; }
  /// "FOREIGN TABLE", "VIEW", …: as ALTER, DROP and COMMENT name it.
  [[nodiscard]] const char* sql_kind() const;
  /// "ALTER TABLE ONLY public.t" or its like for foreign tables.
  [[nodiscard]] std::string alter_only() const;
};

using Relations = std::vector<std::shared_ptr<Relation>>;

/// Locks the wanted tables in ACCESS SHARE mode, all by one statement. Throws Error(permission) naming the first table
/// that this role may not read.
void lock_tables(Builder& builder, const Relations& relations);

/// Fills `columns` and those of catalog.tables; adds the DEFAULT entries.
void read_columns(Builder& builder, const Relations& relations);

using ByOid = std::unordered_map<Oid, Relation*>;
/// Default and generation expressions of the columns, and the DEFAULT entries.
void read_defaults(Builder& builder, const Relations& relations, const ByOid& by_oid);

/// CHECK constraints: those that stand in CREATE TABLE, and those that are added after the rows.
void read_check_constraints(Builder& builder, const Relations& relations);

/// CREATE TABLE with all that only ALTER TABLE can say.
[[nodiscard]] std::string table_sql(const Builder& builder, const Relation& relation);
/// CREATE [OR REPLACE] VIEW.
[[nodiscard]] std::string view_sql(const Relation& relation, bool replace);
/// A view of the same columns, all NULL, to stand in until what the view needs is there.
[[nodiscard]] std::string dummy_view_sql(const Relation& relation, bool replace);
[[nodiscard]] std::string materialized_view_sql(const Builder& builder, const Relation& relation);

/// TABLE DATA entries; needs the tables of extensions' configuration to be known.
void add_table_data(Builder& builder);

/// " WITH (fillfactor='70', toast.autovacuum_enabled='false')" and the like: options as pg_class.reloptions has them.
[[nodiscard]] std::string option_list(const std::vector<std::string>& options, std::string_view prefix = "");

/// "'{1,2,3}'::pg_catalog.oid[]"
[[nodiscard]] std::string oid_array(const std::vector<Oid>& oids);
/// Tables, views and foreign tables that are dumped, as oid_array.
[[nodiscard]] std::string wanted_relations(const Builder& builder);

/// Schema, owner and table of an entry that belongs to the relation that `relation` makes.
[[nodiscard]] Entry entry_of_relation(const Entry& relation, std::string kind, Address address, std::string name);
/// "public.users": the relation's name for SQL.
[[nodiscard]] std::string sql_name(const Entry& relation);

}  // namespace pgcoffer::catalog
