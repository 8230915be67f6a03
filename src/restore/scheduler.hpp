#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "restore/plan.hpp"

namespace pgcoffer::restoring {

/// Hands the steps of a plan to several workers: what is needed first before what needs it, what most work hangs on
/// first, and never two at the same time that would wait for each other's locks.
class Scheduler {
 public:
  Scheduler(const std::vector<Step>& steps, unsigned workers);

  /// Steps to be done together by the caller: one, or several that make small things. Waits until there are some;
  /// empty when there will be none any more. Safe from several threads.
  [[nodiscard]] std::vector<std::size_t> next();
  void done(const std::vector<std::size_t>& steps);
  /// Ends the waiting of all workers.
  void stop();

 private:
  using Place = std::pair<std::uint64_t, std::size_t>;  ///< the most urgent is the first

  void weigh();
  void release(std::vector<std::size_t> steps);
  void finish(std::size_t step, std::vector<std::size_t>& released);
  [[nodiscard]] bool free(const Step& step) const;
  void lock(const Step& step, int by);
  void take_more(std::vector<std::size_t>& taken);

  const std::vector<Step>& steps_;
  unsigned workers_;
  std::vector<std::size_t> waits_for_;  ///< number of steps that a step still waits for
  std::vector<std::vector<std::size_t>> needed_by_;
  std::vector<std::uint64_t> urgency_;  ///< work of the step and of the longest way behind it
  std::set<Place> ready_;
  std::map<std::size_t, int> shared_, exclusive_;  ///< by table number: steps that hold it
  std::size_t left_;
  bool stopped_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace pgcoffer::restoring
