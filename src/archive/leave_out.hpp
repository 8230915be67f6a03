#pragma once

#include <set>

#include "archive/toc.hpp"
#include "pgcoffer/leave_out.hpp"

namespace pgcoffer::archive {

/// Decides, entry after entry in the order of the table of contents, which a restore leaves out: those of the kinds
/// that `what` names, and the comments, labels and privileges of what was left out before.
class LeftOut {
 public:
  explicit LeftOut(const LeaveOut& what) : what_(what) {}
  [[nodiscard]] bool operator()(const TocEntry& entry);

 private:
  [[nodiscard]] bool of_kind(const std::string& kind) const;

  LeaveOut what_;
  std::set<int> ids_;
};

}  // namespace pgcoffer::archive
