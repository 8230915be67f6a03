#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cluster/globals.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cluster {

// A grantor needs the right to grant the role from a grant of its own, except for the bootstrap superuser, who always
// has it. So of one role's memberships, those come first whose grantors have it already.
void order_memberships(Globals& globals) {
  std::vector<Membership> ordered;
  std::set<std::pair<std::string, std::string>> admins;  ///< role, and who may grant it
  std::vector<Membership> waiting = std::move(globals.memberships);
  while (!waiting.empty()) {
    std::vector<Membership> later;
    for (Membership& membership : waiting) {
      const std::string& grantor = membership.grantor;
      const bool possible =
          grantor.empty() || grantor == globals.bootstrap_superuser || admins.contains({membership.role, grantor});
      if (!possible) {
        later.push_back(std::move(membership));
        continue;
      }
      if (membership.admin) admins.insert({membership.role, membership.member});
      ordered.push_back(std::move(membership));
    }
    if (later.size() == waiting.size()) {
      throw Error(Kind::failed,
                  fmt::format("the server holds that role \"{}\" was granted by \"{}\", who had no right to",
                              later.front().role, later.front().grantor))
          .hint("Revoke and grant it anew.");
    }
    waiting = std::move(later);
  }
  std::ranges::stable_sort(ordered, {}, &Membership::role);
  globals.memberships = std::move(ordered);
}

}  // namespace pgcoffer::cluster
