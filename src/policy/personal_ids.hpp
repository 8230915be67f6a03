#pragma once

#include "policy/words.hpp"

namespace pgcoffer::policy {

/// Numbers that a state gives to somebody: social security, passport, taxes. Some words say so of people only.
[[nodiscard]] bool is_government_id(const Words& w, bool of_people);

/// Accounts at banks, cards, and their numbers.
[[nodiscard]] bool is_bank(const Words& w);

}  // namespace pgcoffer::policy
