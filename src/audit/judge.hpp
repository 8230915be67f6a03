#pragma once

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "audit/collect.hpp"
#include "audit/report.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::audit {

/// Adds to the report what the content shows that should not be there, and what is only worth a note.
void judge_content(const archive::Toc& toc, const Collector& seen, Report& report);

/// Adds what the archive keeps although the policy does not.
void judge_verdicts(const archive::Toc& toc, const policy::Policy& policy, Report& report);

}  // namespace pgcoffer::audit
