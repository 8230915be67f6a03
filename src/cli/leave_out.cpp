#include "cli/leave_out.hpp"

#include <array>

namespace pgcoffer::cli {
namespace {

struct Choice {
  const char* name;
  bool LeaveOut::*member;
  const char* help;
};

constexpr auto kChoices = std::to_array<Choice>({
    {"--no-comments", &LeaveOut::comments, "Leave out comments (COMMENT ON)"},
    {"--no-security-labels", &LeaveOut::security_labels, "Leave out security labels"},
    {"--no-publications", &LeaveOut::publications, "Leave out publications"},
    {"--no-subscriptions", &LeaveOut::subscriptions, "Leave out subscriptions"},
    {"--no-policies", &LeaveOut::policies, "Leave out row-level security"},
    {"--no-tablespaces", &LeaveOut::tablespaces, "Everything in the default tablespace"},
    {"--no-table-access-method", &LeaveOut::table_access_method, "Tables with the default access method"},
});

}  // namespace

void declare_leave_out(CLI::App& command, LeaveOut& leave_out) {
  for (const Choice& choice : kChoices) {
    command.add_flag(choice.name, leave_out.*choice.member, choice.help)->group("What to leave out");
  }
}

}  // namespace pgcoffer::cli
