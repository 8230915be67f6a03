#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalog/builder.hpp"
#include "pg/result.hpp"

namespace pgcoffer::catalog {

/// What the readers need to know of the types and collations of columns; asked once for each, not for each column.
class ColumnTypes {
 public:
  /// `columns` has atttypid, atttypmod and attcollation.
  ColumnTypes(Builder& builder, const pg::Result& columns);

  /// format_type(): "numeric(10,2)[]".
  [[nodiscard]] const std::string& name(Oid type, std::int32_t typmod) const;
  /// pg_type.typstorage.
  [[nodiscard]] char storage(Oid type) const;
  /// The collation's qualified name, or empty where it is the type's own.
  [[nodiscard]] const std::string& collation(Oid type, Oid collation) const;
  /// False for collations that take different texts for the same; `collation` is pg_attribute.attcollation.
  [[nodiscard]] bool deterministic(Oid collation) const { return !nondeterministic_.contains(collation); }
  /// Sets value_class, array, full_type, base_type, domains, elements and type_kind, and what domains say of NULL and
  /// default.
  void classify(Column& column) const;

 private:
  struct Type {
    char kind = 'b', storage = 'p', delimiter = ',';
    Oid base = 0;           ///< of a domain
    std::string base_name;  ///< the same, with modifiers
    Oid element = 0;        ///< of a true array
    Oid collation = 0;
    bool not_null = false, has_default = false;
    std::string name;  ///< without modifiers
  };

  void read_names(Builder& builder, const std::vector<Oid>& types, const std::vector<std::int32_t>& typmods);
  void read_types(Builder& builder, const std::vector<Oid>& types);
  void read_collations(Builder& builder, const std::vector<Oid>& collations);
  /// The base type; what the domains on the way demand, and the modifiers of the last, are told to the column.
  [[nodiscard]] Oid base(Oid type, Column& column) const;
  /// The base type of an array's element, which is told to the column with the domains on the way.
  [[nodiscard]] Oid element_base(Oid type, Column& column) const;

  std::unordered_map<std::uint64_t, std::string> names_;  ///< by type and typmod
  std::unordered_map<Oid, Type> types_;                   ///< those of columns, and what they are made of
  std::unordered_map<Oid, std::string> collations_;
  std::unordered_set<Oid> nondeterministic_;
};

}  // namespace pgcoffer::catalog
