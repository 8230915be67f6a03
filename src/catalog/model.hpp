#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cluster/database.hpp"
#include "pg/result.hpp"

namespace pgcoffer::catalog {

using pg::Oid;

/// An object's address as pg_depend and pg_description use it.
struct Address {
  Oid class_oid = 0;     ///< the catalog that holds it (tableoid), e.g. 1259 pg_class
  Oid oid = 0;           ///< its row
  std::int32_t sub = 0;  ///< attnum for columns, else 0
  auto operator<=>(const Address&) const = default;
};

struct AddressHash {
  std::size_t operator()(const Address& address) const noexcept {
    const std::uint64_t whole = std::uint64_t{address.class_oid} << 32U | address.oid;
    return std::hash<std::uint64_t>()(whole * 31 + static_cast<std::uint32_t>(address.sub));
  }
};

/// When a restore makes the object: before the rows, with them, after them.
enum class Section { pre_data, data, post_data };

/// One entry of the table of contents: something that a restore makes with SQL, or with rows.
///
/// `kind` is pg_dump's word for it ("TABLE", "FK CONSTRAINT", "COMMENT", "ACL", "TABLE DATA", "SEQUENCE SET", …).
struct Object {
  int id = 0;  ///< 1-based position in the final order; references in depends_on are such ids
  std::string kind;
  Address address;     ///< what it is; for COMMENT, ACL, SECURITY LABEL and DEFAULT: what it is about
  std::string schema;  ///< empty for objects without one
  std::string name;    ///< identity in the schema: "users", "f(integer, text)", "users users_pkey", "TABLE users"
  std::string owner;   ///< role name; empty where the kind has no owner
  Section section = Section::pre_data;
  std::string create_sql;     ///< one or more statements, each ending with ";\n"; may be empty (TABLE DATA)
  std::string owner_sql;      ///< ALTER … OWNER TO …; left out with -O; empty where there is nothing to say
  std::string drop_sql;       ///< one statement; empty where the kind has none (COMMENT, ACL)
  std::string tablespace;     ///< for SET default_tablespace before create_sql
  std::string access_method;  ///< for SET default_table_access_method before create_sql
  Oid table = 0;  ///< table (or view, sequence owner table) this belongs to, 0 if to none; its own oid for a table
  std::vector<int> depends_on;  ///< ids of entries that must exist before
};

enum class Generated { no, stored, virtual_ };

/// What a value looks like in COPY text, as far as encoders care (see schema/FORMAT.md, "JSON rows").
enum class ValueClass {
  number,   ///< int2, int4, int8, float4, float8, numeric, oid: digits, NaN, Infinity
  boolean,  ///< bool: t, f
  json,     ///< json, jsonb
  text,     ///< all others: their text output is taken as a string
};

struct Column {
  std::int16_t attnum = 0;
  std::string name;
  std::string type;       ///< format_type() with empty search_path: "integer", "public.email", "numeric(10,2)[]"
  std::string full_type;  ///< the same, but of a domain what it comes down to, with modifiers: "character varying(5)"
  std::string base_type;  ///< what its domains come down to, without modifiers: "numeric", "public.citext", "uuid[]"
  char type_kind = 'b';  ///< pg_type.typtype: b base (arrays too), c composite, d domain, e enum, r range, m multirange
  Oid type_oid = 0;
  Oid collation = 0;                          ///< pg_attribute.attcollation
  ValueClass value_class = ValueClass::text;  ///< domains count as their base type; of an array: its element's class
  bool array = false;                         ///< true array type (domain over one included) whose delimiter is a comma
  bool not_null = false;                      ///< by the column or by its domain
  bool has_default = false;                   ///< a default, identity or a domain's default
  bool constant_default = false;              ///< the column's own default is a literal
  bool deterministic = true;                  ///< false: its collation takes different texts for the same
  std::vector<std::string> domains;   ///< those that its type, a domain, is made of, as format_type() writes them
  std::vector<std::string> elements;  ///< of an array: its elements' type, and the domains that this is made of
  bool identity = false;
  Generated generated = Generated::no;
  std::vector<std::int16_t> computed_from;  ///< of a generated column: attnums of those that its expression reads
  bool null_of_null = false;                ///< generated, and surely null where one of those is
  std::string comment;
};

struct ForeignKey {
  std::string name;
  Oid table = 0, referenced = 0;
  std::vector<std::string> columns, referenced_columns;
  bool deferrable = false;
  bool enforced = true;
  bool period = false;  ///< its last column is a range that rows of the referenced table have to cover together
};

struct UniqueKey {
  std::string name;  ///< of its index
  bool primary = false;
  std::vector<std::string> columns;  ///< empty entries stand for expressions
  bool partial = false;
};

/// A relation that holds rows, or is a view: what policies and plans speak of.
struct Table {
  Oid oid = 0;
  QualifiedName name;
  char relkind = 'r';  ///< pg_class.relkind: r table, p partitioned, m materialized view, v view, f foreign
  std::string owner, comment;
  bool is_partition = false;
  Oid partition_root = 0;         ///< topmost partitioned table, 0 if none
  bool rows_by_root = false;      ///< in another database its rows may belong into other partitions: hash of an enum
  std::vector<Oid> parents;       ///< inheritance or partition parents
  bool heap = true;               ///< table access method is heap
  bool unlogged = false;          ///< a standby has its definition, not its rows
  std::uint64_t heap_pages = 0;   ///< actual size of the main fork in blocks of 8 KiB
  std::uint64_t toast_bytes = 0;  ///< actual size of its TOAST table
  double estimated_rows = -1;     ///< reltuples; -1 unknown
  std::vector<Column> columns;    ///< live columns in attnum order
  std::vector<ForeignKey> foreign_keys;
  std::vector<UniqueKey> unique_keys;
  bool from_extension = false;
  std::optional<std::string> extension_condition;  ///< configuration table of an extension: its WHERE clause, or ""
  bool selected = true;                            ///< its definition is to be dumped
  bool rows_selected = true;                       ///< its rows are to be dumped (an ordinary table, not a view)
};

struct LargeObject {
  Oid oid = 0;
  std::string owner;
};

/// An object that cannot be dumped faithfully by this version.
struct Unsupported {
  std::string kind;  ///< "operator class", "publication", …
  std::string name;
  std::string hidden;  ///< what of it this role may not see, and others may: "options"; empty: no role could dump it
};

struct ServerInfo {
  int version = 0;           ///< PQserverVersion
  std::string version_text;  ///< server_version, e.g. "15.18 (Debian 15.18-0+deb12u1)"
};

/// Everything that a dump needs to know of a database, read in one snapshot.
struct Catalog {
  ServerInfo server;
  cluster::Database database;
  std::vector<Table> tables;    ///< ordered by schema, name
  std::vector<Object> objects;  ///< in the order of restore: pre-data, data, post-data
  std::vector<LargeObject> large_objects;
  std::vector<Unsupported> unsupported;  ///< selected objects of kinds this version cannot dump
  std::vector<std::string> warnings;     ///< of what the server has and this version does not know
  [[nodiscard]] const Table* find(Oid table) const;
};

}  // namespace pgcoffer::catalog
