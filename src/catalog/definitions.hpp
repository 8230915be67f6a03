#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/builder.hpp"

/// Definitions made here of indexes and constraints that need nothing but names, letter by letter as
/// pg_get_indexdef() and pg_get_constraintdef() make them. Those open each table, which takes the server longer than
/// all other questions together. Whatever is less plain is left to the server: the result is empty then.
namespace pgcoffer::catalog {

/// Which operator classes an index takes without being told.
class DefaultOperatorClasses {
 public:
  explicit DefaultOperatorClasses(Builder& builder);
  /// Certain only when true.
  [[nodiscard]] bool is_default(Oid operator_class, Oid column_type) const;

 private:
  struct Class {
    Oid method, type;
  };
  std::unordered_map<Oid, Class> classes_;
  std::unordered_map<Oid, bool> own_for_varchar_;  ///< by access method
};

/// What follows CREATE or ADD CONSTRAINT, by the oid of the index or constraint.
class Definitions {
 public:
  void add(Oid oid, std::string definition) { found_.emplace(oid, std::move(definition)); }
  /// Lets the server print those of `oids`; `function` is pg_get_indexdef or pg_get_constraintdef.
  void ask(Builder& builder, std::string_view function, const std::vector<Oid>& oids);
  /// Throws catalog_changed() when the object was gone as the server was asked.
  [[nodiscard]] const std::string& at(Oid oid, std::string_view kind, std::string_view name) const;

 private:
  std::unordered_map<Oid, std::string> found_;
};

/// "CREATE UNIQUE INDEX name ON s.t USING btree (a, b DESC) INCLUDE (c)", from a row of read_indexes' query, of an
/// index whose columns have no options.
[[nodiscard]] std::optional<std::string> plain_index_definition(const Table& table, const pg::Row& row,
                                                                const DefaultOperatorClasses& classes);

/// "PRIMARY KEY (a, b)" or "UNIQUE (a) INCLUDE (c) DEFERRABLE", from a row of read_indexes' query.
[[nodiscard]] std::optional<std::string> plain_key_definition(const Table& table, const pg::Row& row);

/// "FOREIGN KEY (a) REFERENCES s.t(b) ON DELETE CASCADE NOT VALID", from a row of read_constraints' query.
[[nodiscard]] std::optional<std::string> plain_foreign_key_definition(const Table& table, const Table& referenced,
                                                                      const pg::Row& row);

/// The names of these columns; an empty one where there is none (an expression of an index).
[[nodiscard]] std::vector<std::string> column_names(const Table& table, const std::vector<std::int64_t>& attnums);

/// "1 2 0" of int2vector and oidvector, "{1,2}" of int2[].
[[nodiscard]] std::vector<std::int64_t> numbers(std::string_view text);

}  // namespace pgcoffer::catalog
