#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "catalog/builder.hpp"
#include "pg/result.hpp"

/// What the readers of the object kinds share.
namespace pgcoffer::catalog {

/// An SQL expression and the first server version (PQserverVersion) that understands it.
struct Since {
  int version;
  std::string_view sql;
};

/// The expression of the newest entry that the server knows; `choices` in ascending order, the first one for all.
[[nodiscard]] std::string_view since(int server_version, std::initializer_list<Since> choices);

/// True when this row's object is to be dumped: its schema is selected and no extension owns it.
[[nodiscard]] bool dumpable_in_schema(const Builder& builder, Oid class_oid, Oid oid, Oid schema);
/// The same for objects that live in no schema.
[[nodiscard]] bool dumpable_global(const Builder& builder, Oid class_oid, Oid oid);

/// An entry with kind, address and name; `schema` and `owner` are oids, 0 where the kind has none.
[[nodiscard]] Entry new_entry(const Builder& builder, std::string kind, Address address, Oid schema, std::string name,
                              Oid owner);

/// Fills privileges from the columns "acl" and "base_acl" of the row.
void set_privileges(Entry& entry, std::string grant_type, std::string grant_name, const pg::Row& row);

/// A parenthesised list of `KEY = value` clauses, one a line, as CREATE TYPE, AGGREGATE, OPERATOR and others take it.
class Clauses {
 public:
  void add(std::string_view key, std::string_view value);
  /// Adds nothing for the ways catalogs spell "none": NULL, an empty text, and "-" of reg* types.
  void add_if_any(std::string_view key, const pg::Field& value);
  /// A clause without value.
  void flag(std::string_view key, bool present);
  [[nodiscard]] std::string text() const { return "(\n" + text_ + "\n)"; }

 private:
  std::string text_;
};

/// True for NULL, the empty text and "-".
[[nodiscard]] bool is_none(const pg::Field& field);

inline constexpr Oid first_normal_oid = 16384;  ///< below are the objects of initdb

}  // namespace pgcoffer::catalog
