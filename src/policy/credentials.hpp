#pragma once

#include <optional>
#include <string>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What gives access, as the built-in policy no-credentials knows it; personal data is none.
enum class Credential { password, session, token, api_key, second_factor, private_key, secret };

/// What the manifest says of it: "credential: password", and what its owner has to do after a restore.
[[nodiscard]] std::string reason(Credential kind);
[[nodiscard]] std::string after_restore(Credential kind);

/// Tells by name and type whether a column of this table holds a credential. Counts, times, flags and names of
/// credentials are none (`token_count`, `password_changed_at`, `has_password`, `secret_name`), nor are public keys.
/// A column whose name says little (`key`, `value`, `data`, `hash`) is one where the table's name tells so; `name` is
/// the table's own, or that of its partition root.
[[nodiscard]] std::optional<Credential> detect_column(const catalog::Table& table, const QualifiedName& name,
                                                      const catalog::Column& column);

/// Whether a column of which detect_column() knows nothing is called as credentials are in other applications, and
/// stands beside what they stand beside (resemblance.hpp). About every second column of
/// which only this tells is none.
[[nodiscard]] bool is_called_like_credential(const catalog::Table& table, const QualifiedName& name,
                                             const catalog::Column& column);

/// The same, of no key: rows that are found by a column are not to be lost because of what it is called like.
[[nodiscard]] bool is_guessed_credential(const catalog::Table& table, const QualifiedName& name,
                                         const catalog::Column& column);
inline constexpr const char* kGuessedReason = "credential: called like those of other applications";

/// Tells by name and columns whether a table holds nothing but credentials, so that its rows can be left out whole:
/// sessions, tokens, password resets, verifications, one-time codes, API keys.
[[nodiscard]] std::optional<Credential> detect_rows(const catalog::Table& table, const QualifiedName& name);

/// A value for a credential column that can neither be null nor take its default; every row gets the same.
[[nodiscard]] std::string replacement(const catalog::Column& column);

}  // namespace pgcoffer::policy
