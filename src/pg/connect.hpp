#pragma once

#include <libpq-fe.h>

#include <stop_token>

#include "pgcoffer/connect_options.hpp"

namespace pgcoffer::pg {

/// Opens a connection, which the caller finishes. Errors are those of Connection; once `stop` is requested it gives up
/// within a moment (Error(interrupted)), except while a host's name is being resolved.
[[nodiscard]] PGconn* connect(const ConnectOptions& options, const std::stop_token& stop);

}  // namespace pgcoffer::pg
