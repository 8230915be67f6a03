#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/model.hpp"
#include "cluster/database.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::policy {

/// A connection string without its passwords, and the keywords that had one.
struct RedactedConninfo {
  std::string text;
  std::vector<std::string> keywords;
};
/// Key=value pairs and URIs as libpq reads them; nothing where it would read none, or another reading is conceivable.
[[nodiscard]] std::optional<RedactedConninfo> redact_conninfo(std::string_view conninfo);

/// Finds passwords in the options of foreign servers, wrappers, tables and user mappings, in the connections of
/// subscriptions, and in what functions SET: adds redactions, and a warning for each object. Throws Error(policy) for
/// one that cannot be read.
void redact_objects(const catalog::Catalog& catalog, Verdicts& verdicts);

/// A warning for each entry that would be redacted.
[[nodiscard]] std::vector<std::string> told_by_kept_passwords(const catalog::Catalog& catalog);

/// Whether the SQL of an entry of the catalog, one of those kinds, holds a password that is not taken out; true as well
/// where that cannot be told with certainty.
[[nodiscard]] bool holds_password(std::string_view kind, std::string_view create_sql);

/// Whether a value shows a credential by itself: a connection string, URL or JSON with a password, a token by its
/// shape.
[[nodiscard]] bool is_secret_value(std::string_view value);

/// Whether a setting is called like a credential: app.jwt_secret.
[[nodiscard]] bool is_secret_setting(std::string_view name);

/// Takes out the settings whose names or values are those of credentials (app.jwt_secret); returns a warning for each.
/// `holder` is whose they are: `database "shop"`.
[[nodiscard]] std::vector<std::string> withhold_settings(std::vector<cluster::Setting>& settings,
                                                         std::string_view holder);

}  // namespace pgcoffer::policy
