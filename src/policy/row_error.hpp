#pragma once

#include <pgcoffer/error.hpp>

namespace pgcoffer::policy {

/// The server's error on SQL of a policy, as it may be shown: where rows were at hand (SQLSTATE classes 22, 23, 38,
/// 39, 42 but for privileges, P0), the message may hold a value of one, which may be just what the policy keeps back.
/// Of such a message the words before the value are left; of those that a function has made, nothing. SQL that does not
/// work at all is told before rows are read, and not by this.
[[nodiscard]] Error without_values(const Error& error);

}  // namespace pgcoffer::policy
