#pragma once

#include <string>
#include <vector>

#include "cluster/globals.hpp"

namespace pgcoffer::cluster {

/// One thing to do on a server.
struct Step {
  std::string what;  ///< "create role bob"
  std::string sql;
  bool transaction = true;  ///< false: CREATE TABLESPACE, which runs alone
  bool superuser = false;   ///< only superusers may do it
  bool existing = false;    ///< it changes what is there already
  bool parameter = false;   ///< it sets one, which the server need not know
};

struct Steps {
  std::vector<Step> list;
  std::vector<std::string> notices;  ///< what there is already, and what stays different
};

struct StepOptions : GlobalsSqlOptions {
  int server_version = 0;    ///< PQserverVersion
  std::string current_role;  ///< it may lose by its own change what the other steps need: changed last
};

/// What brings a server, which has `there`, to what `wanted` says. Roles and tablespaces that exist are changed, never
/// dropped; what only the server has is left, with a notice where it concerns a role of `wanted`. Throws
/// Error(unsupported) for what its version cannot have.
[[nodiscard]] Steps steps_to(const Globals& wanted, const Globals& there, const StepOptions& options);

}  // namespace pgcoffer::cluster
