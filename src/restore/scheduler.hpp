#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <vector>

#include "restore/plan.hpp"

namespace pgcoffer::restoring {

/// Hands the steps of a plan to several workers: what is needed first before what needs it, what most work hangs on
/// first, and never two at the same time that would wait for each other's locks.
class Scheduler {
 public:
  Scheduler(const std::vector<Step>& steps, unsigned workers);

  /// Steps to be done together by the caller: one, or several that make small things.
  struct Work {
    std::vector<std::size_t> steps;         ///< empty: there will be none any more
    std::chrono::milliseconds patience{0};  ///< how long to wait for somebody else's lock; 0: nothing else is to do
  };
  /// Waits until there is something to do. Safe from several threads.
  [[nodiscard]] Work next();
  void done(const std::vector<std::size_t>& steps);
  /// Of steps that have not been done because of somebody else's lock: those that have been tried less come first.
  void put_off(const std::vector<std::size_t>& steps);
  /// Ends the waiting of all workers.
  void stop();

 private:
  /// Of steps that are ready: by rank, then the most urgent. The last one is the step.
  using Place = std::tuple<unsigned, std::uint64_t, std::size_t>;

  void weigh();
  void release(std::vector<std::size_t> steps);
  void finish(std::size_t step, std::vector<std::size_t>& released);
  [[nodiscard]] bool free(const Step& step) const;
  void lock(const Step& step, int by);
  void make_ready(std::size_t step);
  void put_off_like(const Step& barred, unsigned below);
  [[nodiscard]] std::chrono::milliseconds patience(const std::vector<std::size_t>& taken) const;
  [[nodiscard]] bool may_be_together(std::size_t step) const;
  void take_more(std::vector<std::size_t>& taken);

  const std::vector<Step>& steps_;
  unsigned workers_;
  std::vector<std::size_t> waits_for_;  ///< number of steps that a step still waits for
  std::vector<std::vector<std::size_t>> needed_by_;
  std::vector<std::uint64_t> urgency_;  ///< work of the step and of the longest way behind it
  std::vector<unsigned> rank_;  ///< the lower, the sooner: 2 more each time that somebody else's lock barred the step
  std::vector<bool> apart_;     ///< such a lock barred a group that the step was in
  std::set<Place> ready_;
  std::map<std::size_t, int> shared_, exclusive_;  ///< by table number: steps that hold it
  std::size_t left_;
  bool stopped_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace pgcoffer::restoring
