#pragma once

#include <optional>
#include <string_view>

#include "catalog/model.hpp"
#include "policy/personal_data.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {

/// What a table's rows are about. Some words say of a column only there what it holds: a city, a name.
struct PersonalContext {
  bool people = false;     ///< users, customers, patients …
  bool places = false;     ///< where somebody lives
  bool addresses = false;  ///< the same, as the table's name says
  bool homes = false;      ///< of people, as the table's name says, and where they live
  bool accounts = false;   ///< at banks, or cards
  bool phones = false;     ///< telephone numbers
  bool mails = false;      ///< messages that are sent, and where they go
  bool calls = false;      ///< telephone calls
  bool machines = false;   ///< hosts, registries and the like, whose addresses are nobody's
  bool opinions = false;   ///< comments and reviews
};

/// The words of a name before those that leave it what it is (`email_normalized`, `phone_2`); one at least, unless the
/// name has none.
[[nodiscard]] Words personal_words(std::string_view name);

/// What such words say of a column.
[[nodiscard]] std::optional<PersonalData> personal_data_by_name(const Words& w, const catalog::Column& column,
                                                                const PersonalContext& context);

/// Words before anything else that make it a flag, a label or the like.
[[nodiscard]] bool says_it_is_about(std::string_view word);
/// user, customer, patient …
[[nodiscard]] bool is_person(std::string_view word);
/// phone, mobile, fax …
[[nodiscard]] bool is_phone_word(std::string_view word);
/// Whether the last words say where somebody lives: street, zip, house number …
[[nodiscard]] bool is_street(const Words& w);

}  // namespace pgcoffer::policy
