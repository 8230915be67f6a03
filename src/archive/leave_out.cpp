#include "archive/leave_out.hpp"

namespace pgcoffer::archive {

bool LeftOut::of_kind(const std::string& kind) const {
  if (kind == "COMMENT") return what_.comments;
  if (kind == "SECURITY LABEL") return what_.security_labels;
  if (kind.starts_with("PUBLICATION")) return what_.publications;
  if (kind.starts_with("SUBSCRIPTION")) return what_.subscriptions;
  if (kind == "POLICY" || kind == "ROW SECURITY") return what_.policies;
  return kind == "TABLE ACCESS METHOD" && what_.table_access_method;
}

bool LeftOut::operator()(const TocEntry& entry) {
  const bool attached = entry.kind == "COMMENT" || entry.kind == "SECURITY LABEL" || entry.kind == "ACL";
  const bool holder_is_out = attached && !entry.depends.empty() && ids_.contains(entry.depends.front());
  if (!holder_is_out && !of_kind(entry.kind)) return false;
  ids_.insert(entry.id);
  return true;
}

}  // namespace pgcoffer::archive
