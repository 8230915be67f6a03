#pragma once

#include <pgcoffer/error.hpp>

namespace pgcoffer::policy {

/// The server's error on SQL of a policy, as it may be shown where rows were at hand: the message may hold a value of
/// one, which may be just what the policy keeps back. Of what the server itself says, the words before the value are
/// left; of what a function has made, which may be of any SQLSTATE, nothing. SQL that does not work at all is told
/// before rows are read, and not by this.
[[nodiscard]] Error without_values(const Error& error);

}  // namespace pgcoffer::policy
