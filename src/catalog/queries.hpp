#pragma once

#include <string>

#include "catalog/builder.hpp"

/// The long queries of some readers, for Builder::ahead: those of which nothing but the locked tables must be known.
namespace pgcoffer::catalog {

[[nodiscard]] std::string all_columns_query(const Builder& builder);
[[nodiscard]] std::string not_null_query();  ///< since 18
[[nodiscard]] std::string foreign_keys_query(const Builder& builder);
[[nodiscard]] std::string triggers_query(const Builder& builder);
[[nodiscard]] std::string indexes_query(const Builder& builder);
[[nodiscard]] std::string few_columns_query();
[[nodiscard]] std::string sequences_query();
[[nodiscard]] std::string objects_query();  ///< of find_unread()
[[nodiscard]] std::string changed_query();  ///< of find_changed()
[[nodiscard]] std::string kinds_of_types_query();
[[nodiscard]] std::string functions_query();
[[nodiscard]] std::string aggregates_query();
[[nodiscard]] std::string operators_query();
[[nodiscard]] std::string operator_members_query();
[[nodiscard]] std::string rules_query(const Builder& builder);
[[nodiscard]] std::string disabled_keys_query(const Builder& builder);
[[nodiscard]] std::string policies_query(const Builder& builder);
[[nodiscard]] std::string changed_privileges_query();
[[nodiscard]] std::string catalog_columns_query();   ///< of find_gaps()
[[nodiscard]] std::string system_relations_query();  ///< of attach_privileges()

}  // namespace pgcoffer::catalog
