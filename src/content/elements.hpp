#pragma once

#include <string_view>

#include "content/detect.hpp"

namespace pgcoffer::content {

/// What the elements of an array are seen to hold, each looked at by itself. `value` is as the server writes it.
[[nodiscard]] Kinds kinds_in_array(std::string_view value, IsCredentialName is_credential_name);

/// The same for a value of type hstore; a key that is called like a credential makes its value one.
[[nodiscard]] Kinds kinds_in_hstore(std::string_view value, IsCredentialName is_credential_name);

/// The same for a value of a composite type: ("a b",c).
[[nodiscard]] Kinds kinds_in_composite(std::string_view value, IsCredentialName is_credential_name);

}  // namespace pgcoffer::content
