#pragma once

#include <unordered_map>
#include <vector>

#include "catalog/builder.hpp"
#include "pg/result.hpp"

/// The kinds of types; read_types() calls them one after the other.
namespace pgcoffer::catalog {

/// What comes into being together with a type, by the type's oid: its array type, a range's multirange type and
/// constructor functions. Read once for all kinds.
class TypeParts {
 public:
  explicit TypeParts(Builder& builder);
  /// Addresses of all parts, parts of parts included.
  [[nodiscard]] std::vector<Address> of(Oid type) const;

 private:
  std::unordered_map<Oid, std::vector<Address>> direct_;
};

/// The entry of a type, with what all kinds share; the row has oid, typname, typnamespace, typowner, acl, base_acl.
[[nodiscard]] Entry type_entry(const Builder& builder, const TypeParts& parts, const pg::Row& row, const char* kind);
/// True when the row's type is to be dumped.
[[nodiscard]] bool type_dumpable(const Builder& builder, const pg::Row& row);
/// Adds the type together with an entry that makes its name known before (CREATE TYPE name;), for functions that the
/// type is made of and that take or return it.
void add_type_with_shell(Builder& builder, Entry type);

void read_enum_types(Builder& builder, const TypeParts& parts);
void read_composite_types(Builder& builder, const TypeParts& parts);
void read_domains(Builder& builder, const TypeParts& parts);
void read_range_types(Builder& builder, const TypeParts& parts);
void read_base_types(Builder& builder, const TypeParts& parts);
void read_undefined_types(Builder& builder, const TypeParts& parts);

}  // namespace pgcoffer::catalog
