#pragma once

#include <string>
#include <string_view>

#include "pgcoffer/error.hpp"

namespace pgcoffer::pg {

/// The server's message on one line: without "ERROR:", with DETAIL and CONTEXT in brackets, without query positions.
[[nodiscard]] std::string one_line(std::string_view message);

/// An error that the server reported; `cancelled`: we asked for it, so that SQLSTATE 57014 means Kind::interrupted.
[[nodiscard]] Error server_error(std::string_view message, std::string sqlstate, bool cancelled);
[[nodiscard]] Error lost_connection(std::string_view message, bool cancelled);
[[nodiscard]] Error connect_error(std::string_view message, std::string_view to, bool needs_password);

}  // namespace pgcoffer::pg
