#pragma once

#include <optional>
#include <string_view>

#include "catalog/model.hpp"
#include "policy/personal_data.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {

/// The words of a name before those that leave it what it is (`email_normalized`, `phone_2`); one at least, unless the
/// name has none.
[[nodiscard]] Words personal_words(std::string_view name);

/// What such words say of a column. Some say it only where rows are those of people, or of places where they live.
[[nodiscard]] std::optional<PersonalData> personal_data_by_name(const Words& w, const catalog::Column& column,
                                                                bool of_people, bool of_places);

/// user, customer, patient …
[[nodiscard]] bool is_person(std::string_view word);
/// street, zip, house number …
[[nodiscard]] bool is_street(std::string_view word);

}  // namespace pgcoffer::policy
