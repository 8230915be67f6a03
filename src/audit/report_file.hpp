#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "audit/report.hpp"

namespace pgcoffer::audit {

/// As schema/audit.schema.json describes it.
[[nodiscard]] std::string to_json(const Report& report);

/// Throws Error(usage) for a name that does not tell how a report is to be written.
void check_report_file(const std::filesystem::path& file);

/// Writes or replaces the file: JSON, or a page in Markdown or HTML, as its name says. Throws Error: usage, failed.
void write_report(const Report& report, const std::filesystem::path& file);

/// "\"a.json\", \"b.html\"": for messages.
[[nodiscard]] std::string quoted_names(const std::vector<std::filesystem::path>& files);

}  // namespace pgcoffer::audit
