#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "audit/report.hpp"

namespace pgcoffer::cli {

/// The report of `pgcoffer audit`: for people on standard output, as JSON (schema/audit.schema.json), and as a page of
/// Markdown for an auditor. No value of the archive is in any.
void print_audit(const audit::Report& report);
[[nodiscard]] nlohmann::ordered_json to_json(const audit::Report& report);
[[nodiscard]] std::string audit_page(const audit::Report& report);

}  // namespace pgcoffer::cli
