#pragma once

#include <string_view>

#include "content/kind.hpp"

namespace pgcoffer::content {

/// E-mail addresses, IBANs, cards' and social security numbers, and telephone numbers in international form, or behind
/// a word for them, wherever they stand; other telephone numbers and IP addresses that are all of the text.
void find_personal_data(std::string_view text, Kinds& found);
/// Only those that are found wherever they stand.
void find_personal_data_within(std::string_view text, Kinds& found);

/// ISO 13616: the country's length, and the check digits. Blanks between groups do not count.
[[nodiscard]] bool is_iban(std::string_view text);
/// A length and prefix that cards have, and Luhn's check digit.
[[nodiscard]] bool is_card(std::string_view digits);

}  // namespace pgcoffer::content
