#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What tells of a person, as the built-in policy no-personal-data knows it.
enum class PersonalData { name, email, phone, address, birth_date, ip, government_id, bank };

[[nodiscard]] std::vector<PersonalData> personal_data_kinds();
/// "name", "birth-date" …
[[nodiscard]] std::string_view to_string(PersonalData kind) noexcept;

/// Tells by name, type and table whether a column holds such data. Flags, counts and times about it do not
/// (`email_verified_at`, `phone_count`); `name` and `city` are personal in tables of people only. `name` is the table's
/// own, or that of its partition root.
[[nodiscard]] std::optional<PersonalData> detect_personal_data(const catalog::Table& table, const QualifiedName& name,
                                                               const catalog::Column& column);

/// Whether a column of which neither detect_personal_data() nor detect_column() knows anything is called as such data
/// are in other applications, and stands beside what they stand beside (resemblance.hpp). About every second column of
/// which only this tells is none.
[[nodiscard]] bool is_called_like_personal_data(const catalog::Table& table, const QualifiedName& name,
                                                const catalog::Column& column);

/// The same, of no key: rows that are found by a column are not to be lost because of what it is called like.
[[nodiscard]] bool is_guessed_personal_data(const catalog::Table& table, const QualifiedName& name,
                                            const catalog::Column& column);
inline constexpr const char* kGuessedPersonalData = "personal data: called like that of other applications";

/// Whether the columns say where somebody lives: a street, and the city or postal code beside it.
[[nodiscard]] bool has_address(const catalog::Table& table);

/// Whether there is a postal code by its full name: `pin` is none then.
[[nodiscard]] bool has_postal_code(const catalog::Table& table);

}  // namespace pgcoffer::policy
