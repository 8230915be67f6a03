#pragma once

#include <string_view>

#include "seal/openssl.hpp"

namespace pgcoffer::seal {

/// keys.cms, checked for its form and read. Throws Error(damaged).
[[nodiscard]] CmsPtr read_keys_message(std::string_view keys_cms);

}  // namespace pgcoffer::seal
