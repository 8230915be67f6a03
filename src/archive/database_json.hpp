#pragma once

#include "archive/fields.hpp"
#include "cluster/database.hpp"

/// How definitions from outside of databases stand in JSON; schema/FORMAT.md describes every field.
namespace pgcoffer::archive {

[[nodiscard]] nlohmann::ordered_json database_json(const cluster::Database& database);
[[nodiscard]] cluster::Database read_database(const Fields& fields);

/// An access control list. The grantor is written only where it is not the owner; `target` is for messages.
[[nodiscard]] nlohmann::ordered_json acl_json(const cluster::Acl& acl, const cluster::AclTarget& target);
[[nodiscard]] cluster::Acl read_acl(const Fields& fields, const char* key, const std::string& owner);

[[nodiscard]] nlohmann::ordered_json settings_json(const std::vector<cluster::Setting>& settings);
/// An absent list is an empty one.
[[nodiscard]] std::vector<cluster::Setting> read_settings(const Fields& fields, const char* key);

[[nodiscard]] nlohmann::ordered_json labels_json(const std::vector<cluster::SecurityLabel>& labels);
/// An absent list is an empty one.
[[nodiscard]] std::vector<cluster::SecurityLabel> read_labels(const Fields& fields, const char* key);

}  // namespace pgcoffer::archive
