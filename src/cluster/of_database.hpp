#pragma once

#include <string_view>

#include "pgcoffer/error.hpp"

namespace pgcoffer::cluster {

/// The error, saying in which of a server's databases it came up.
[[nodiscard]] Error of_database(std::string_view database_name, const Error& error);

}  // namespace pgcoffer::cluster
