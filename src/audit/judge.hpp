#pragma once

#include "archive/reader.hpp"
#include "audit/audit.hpp"
#include "audit/report.hpp"
#include "audit/scan.hpp"

namespace pgcoffer::audit {

/// Adds to the report what the content shows that should not be there, and what is only worth a note.
void judge_content(const archive::Reader& reader, const Content& content, Report& report);

/// Adds what the archive keeps although the policy does not.
void judge_verdicts(const archive::Reader& reader, const policy::Policy& policy, Report& report);

}  // namespace pgcoffer::audit
