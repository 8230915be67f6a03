#pragma once

#include <CLI/CLI.hpp>

#include "pgcoffer/leave_out.hpp"

namespace pgcoffer::cli {

/// --no-comments and its like, the same for dump and restore.
void declare_leave_out(CLI::App& command, LeaveOut& leave_out);

}  // namespace pgcoffer::cli
