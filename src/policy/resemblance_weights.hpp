#pragma once

#include <string_view>

namespace pgcoffer::policy {

/// What the traits of a column count, in thousandths: those of credentials, or of personal data, come to more than
/// nothing. A line for each trait, with a tab before the number.
extern const std::string_view kCredentialWeights, kPersonalDataWeights;

/// What a column without any known trait has.
extern const int kCredentialStart, kPersonalDataStart;

}  // namespace pgcoffer::policy
