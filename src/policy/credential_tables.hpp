#pragma once

#include <optional>

#include "catalog/model.hpp"
#include "policy/credentials.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {

/// The words of a table's name without those at its end that leave it what it is: `password_reset_requests`.
[[nodiscard]] Words credential_table_words(const QualifiedName& name);

/// What a table's name makes of it, before its columns are looked at.
[[nodiscard]] std::optional<Credential> kind_by_table_name(const Words& w);

/// Whether a table that is called after sessions holds those of people or programs that log in, and not of a
/// conference.
[[nodiscard]] bool is_session_table(const catalog::Table& table, const Words& name);

/// Whether the name says all, whatever the columns are called: Laravel's oauth_access_tokens have the token in their
/// `id`.
[[nodiscard]] bool is_certainly_of_credentials(const Words& w);

/// Tables whose rows stay, and whose columns with plain names hold credentials: Keycloak's `credential.value`.
[[nodiscard]] std::optional<Credential> container_kind(Words w);

/// Whether one of the columns begins with one of the words.
[[nodiscard]] bool has_column(const catalog::Table& table, const WordSet& names);

/// Whether it holds texts: no list of them, no uuid.
[[nodiscard]] bool is_text(const catalog::Column& column);

}  // namespace pgcoffer::policy
