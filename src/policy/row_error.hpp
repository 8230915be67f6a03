#pragma once

#include <pgcoffer/error.hpp>

namespace pgcoffer::policy {

/// The server's error on SQL of a policy, as it may be shown: where it tells of data (SQLSTATE classes 22 and 23), the
/// message holds a value of the row, which may be just what the policy keeps back. Of such a message the words before
/// the value are left.
[[nodiscard]] Error without_values(const Error& error);

}  // namespace pgcoffer::policy
