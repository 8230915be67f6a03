#pragma once

#include <optional>

#include "pgcoffer/error.hpp"

namespace pgcoffer_test {

/// The Error that a call throws; nothing when it succeeds.
template <class Call>
std::optional<pgcoffer::Error> error_of(Call&& call) {
  try {
    call();
  } catch (const pgcoffer::Error& error) {
    return error;
  }
  return std::nullopt;
}

}  // namespace pgcoffer_test
