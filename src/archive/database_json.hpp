#pragma once

#include "archive/fields.hpp"
#include "archive/json_text.hpp"
#include "cluster/database.hpp"

/// How definitions from outside of databases stand in JSON; schema/FORMAT.md describes every field.
namespace pgcoffer::archive {

void write_database(ObjectText& out, const cluster::Database& database);
[[nodiscard]] cluster::Database read_database(const Fields& fields);

/// An access control list. The grantor is written only where it is not the owner; `target` is for messages.
void write_acl(ObjectText& out, std::string_view key, const cluster::Acl& acl, const cluster::AclTarget& target);
[[nodiscard]] cluster::Acl read_acl(const Fields& fields, const char* key, const std::string& owner);

void write_settings(ObjectText& out, std::string_view key, const std::vector<cluster::Setting>& settings);
/// An absent list is an empty one.
[[nodiscard]] std::vector<cluster::Setting> read_settings(const Fields& fields, const char* key);

void write_labels(ObjectText& out, std::string_view key, const std::vector<cluster::SecurityLabel>& labels);
/// An absent list is an empty one.
[[nodiscard]] std::vector<cluster::SecurityLabel> read_labels(const Fields& fields, const char* key);

}  // namespace pgcoffer::archive
