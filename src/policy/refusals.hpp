#pragma once

#include <pgcoffer/error.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgcoffer::policy {

/// Why a policy cannot be used on a database.
struct Refusal {
  enum class About {
    idle_rule,  ///< a rule matches nothing
    uncovered,  ///< the policy is strict, and no rule decides this table or column
    conflict,   ///< a constraint, another rule or an object of the database stands against a rule
  };
  About about = About::conflict;
  std::string what, remedy;
};

/// Where refusals go: thrown one by one as Error(policy), or collected, so that one run shows all of them.
class Refusals {
 public:
  enum class Mode { thrown, collected };
  explicit Refusals(Mode mode) : mode_(mode) {}

  /// Runs the action; an Error(policy) of it is passed on or collected.
  template <class Action>
  void attempt(Action action, Refusal::About about = Refusal::About::conflict) {
    if (mode_ == Mode::thrown) return action();
    try {
      action();
    } catch (const Error& error) {
      if (error.kind() != Kind::policy) throw;
      constexpr std::string_view beginning = "policy refuses: ";
      std::string what = error.message();
      if (what.starts_with(beginning)) what.erase(0, beginning.size());
      add({about, std::move(what), error.hint()});
    }
  }
  void add(Refusal refusal) { found_.push_back(std::move(refusal)); }
  [[nodiscard]] bool collects() const noexcept { return mode_ == Mode::collected; }
  [[nodiscard]] const std::vector<Refusal>& found() const noexcept { return found_; }

 private:
  Mode mode_;
  std::vector<Refusal> found_;
};

}  // namespace pgcoffer::policy
