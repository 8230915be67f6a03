#pragma once

#include <string>
#include <vector>

#include "pgcoffer/dump.hpp"

namespace pgcoffer {

/// One thing that was looked at before a dump.
struct Examination {
  enum class Result { good, warning, bad };
  Result result = Result::good;
  std::string subject;  ///< "connection", "tables", "policy", "space" …
  std::string finding;  ///< what is so
  std::string mend;     ///< what to do about it; empty when good
};

/// Can this role, on this server, with this space, do this dump? Looks at everything that `dump` would refuse later,
/// and reads no rows. Uses connection, policy, selection and path (empty: space is not looked at) of the options.
[[nodiscard]] std::vector<Examination> examine(const DumpOptions& options);

}  // namespace pgcoffer
