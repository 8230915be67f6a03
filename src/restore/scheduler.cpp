#include "restore/scheduler.hpp"

#include <algorithm>

namespace pgcoffer::restoring {
namespace {

constexpr std::uint64_t kSmallWork = std::uint64_t{1} << 20U;
constexpr std::size_t kMostTogether = 100;
/// Longer than an autovacuum's lock is waited for until the server ends the autovacuum (deadlock_timeout): as a
/// superuser has it set, and by default.
constexpr std::chrono::milliseconds kFirstPatience{200}, kLaterPatience{1500};

bool is_small(const Step& step) {
  return !step.entries.empty() && step.work <= kSmallWork;
}

/// An index that is the replica identity: that needs another lock when the index has been built, perhaps for hours.
bool locks_late(const Step& step) {
  return step.work > kSmallWork && !step.exclusive.empty() &&
         std::ranges::any_of(step.entries, [](const archive::TocEntry* entry) { return entry->kind == "INDEX"; });
}

}  // namespace

Scheduler::Scheduler(const std::vector<Step>& steps, unsigned workers)
    : steps_(steps),
      workers_(std::max(1U, workers)),
      waits_for_(steps.size()),
      needed_by_(steps.size()),
      urgency_(steps.size()),
      rank_(steps.size()),
      apart_(steps.size()),
      left_(steps.size()) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    waits_for_[i] = steps[i].after.size();
    for (const std::size_t needed : steps[i].after) needed_by_[needed].push_back(i);
  }
  weigh();
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (waits_for_[i] == 0) first.push_back(i);
  }
  release(std::move(first));
}

// A step comes after what it needs, in the plan too: from the end, what hangs on each is known already.
void Scheduler::weigh() {
  for (std::size_t i = steps_.size(); i-- > 0;) {
    for (const std::size_t later : needed_by_[i]) urgency_[i] = std::max(urgency_[i], urgency_[later]);
    urgency_[i] += steps_[i].work;
  }
  // All parts of a table are as urgent as the table: the largest is loaded first, by all workers.
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].is_mark() && steps_[i].table != nullptr) {
      std::uint64_t all = urgency_[i];
      for (const std::size_t part : steps_[i].after) all += steps_[part].work;
      for (const std::size_t part : steps_[i].after) urgency_[part] = std::max(urgency_[part], all);
    }
  }
}

// Marks are done as soon as nothing is before them; there may be long chains of them.
void Scheduler::release(std::vector<std::size_t> steps) {
  while (!steps.empty()) {
    const std::size_t step = steps.back();
    steps.pop_back();
    if (!steps_[step].is_mark()) {
      make_ready(step);
      continue;
    }
    finish(step, steps);
  }
}

void Scheduler::finish(std::size_t step, std::vector<std::size_t>& released) {
  --left_;
  for (const std::size_t later : needed_by_[step]) {
    if (--waits_for_[later] == 0) released.push_back(later);
  }
}

bool Scheduler::free(const Step& step) const {
  return std::ranges::none_of(step.shared, [&](std::size_t table) { return exclusive_.contains(table); }) &&
         std::ranges::none_of(step.exclusive,
                              [&](std::size_t table) { return exclusive_.contains(table) || shared_.contains(table); });
}

void Scheduler::lock(const Step& step, int by) {
  const auto change = [by](std::map<std::size_t, int>& held, std::size_t table) {
    if ((held[table] += by) == 0) held.erase(table);
  };
  for (const std::size_t table : step.shared) change(shared_, table);
  for (const std::size_t table : step.exclusive) change(exclusive_, table);
}

void Scheduler::make_ready(std::size_t step) {
  ready_.emplace(rank_[step], ~urgency_[step], step);
}

Scheduler::Work Scheduler::next() {
  std::unique_lock lock_guard(mutex_);
  for (;;) {
    if (stopped_ || left_ == 0) return {};
    const auto found =
        std::ranges::find_if(ready_, [&](const Place& place) { return free(steps_[std::get<2>(place)]); });
    if (found == ready_.end()) {
      changed_.wait(lock_guard);
      continue;
    }
    Work work{.steps = {std::get<2>(*found)}};
    ready_.erase(found);
    if (may_be_together(work.steps.front())) take_more(work.steps);
    for (const std::size_t step : work.steps) lock(steps_[step], 1);
    work.patience = patience(work.steps);
    return work;
  }
}

std::chrono::milliseconds Scheduler::patience(const std::vector<std::size_t>& taken) const {
  const std::size_t first = taken.front();
  if (taken.size() == 1) {
    const bool others =
        std::ranges::any_of(ready_, [&](const Place& place) { return free(steps_[std::get<2>(place)]); });
    if (!others || locks_late(steps_[first])) return {};
  }
  return rank_[first] < 2 ? kFirstPatience : kLaterPatience;
}

// What needs the same tables is likely to be barred, too: it comes after what has not been tried, and before this one
// is tried again.
void Scheduler::put_off_like(const Step& barred, unsigned below) {
  const auto locks = [](const Step& step, std::size_t table) {
    return std::ranges::find(step.shared, table) != step.shared.end() ||
           std::ranges::find(step.exclusive, table) != step.exclusive.end();
  };
  std::vector<std::size_t> alike;
  for (const Place& place : ready_) {
    const std::size_t step = std::get<2>(place);
    const auto shares = [&](std::size_t table) { return locks(steps_[step], table); };
    if (std::get<0>(place) < below &&
        (std::ranges::any_of(barred.shared, shares) || std::ranges::any_of(barred.exclusive, shares)))
      alike.push_back(step);
  }
  for (const std::size_t step : alike) {
    ready_.erase({rank_[step], ~urgency_[step], step});
    rank_[step] = below;
    make_ready(step);
  }
}

void Scheduler::put_off(const std::vector<std::size_t>& steps) {
  const std::scoped_lock lock_guard(mutex_);
  for (const std::size_t step : steps) {
    lock(steps_[step], -1);
    // Of several, nobody knows which one the lock was in the way of.
    if (steps.size() > 1)
      apart_[step] = true;
    else
      put_off_like(steps_[step], (rank_[step] += 2) - 1);
    make_ready(step);
  }
  changed_.notify_all();
}

bool Scheduler::may_be_together(std::size_t step) const {
  return rank_[step] == 0 && !apart_[step] && is_small(steps_[step]);
}

// Not all of them: the other workers want some, too. Their locks need not be looked at against each other, since one
// session holds them all.
void Scheduler::take_more(std::vector<std::size_t>& taken) {
  const std::size_t most = std::min(kMostTogether, 1 + ready_.size() / workers_);
  for (auto place = ready_.begin(); place != ready_.end() && taken.size() < most;) {
    const std::size_t step = std::get<2>(*place);
    if (may_be_together(step) && free(steps_[step])) {
      taken.push_back(step);
      place = ready_.erase(place);
    } else {
      ++place;
    }
  }
  // In the plan's order, which suits one connection.
  std::ranges::sort(taken);
}

void Scheduler::done(const std::vector<std::size_t>& steps) {
  const std::scoped_lock lock_guard(mutex_);
  std::vector<std::size_t> released;
  for (const std::size_t step : steps) {
    lock(steps_[step], -1);
    finish(step, released);
  }
  release(std::move(released));
  changed_.notify_all();
}

void Scheduler::stop() {
  const std::scoped_lock lock_guard(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace pgcoffer::restoring
