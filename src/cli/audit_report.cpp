#include "cli/audit_report.hpp"

#include <fmt/format.h>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/report.hpp"

namespace pgcoffer::cli {

void print_audit(const audit::Report& report) {
  for (const audit::Finding& finding : report.findings) print_line(stdout, "finding: " + line(finding));
  for (const audit::Finding& finding : report.accepted) print_line(stdout, "accepted: " + line(finding));
  for (const audit::Finding& finding : report.notes) print_line(stdout, "note: " + line(finding));
  for (const audit::ForeignKeyResult& key : report.foreign_keys)
    if (key.outcome == audit::ForeignKeyResult::Outcome::unchecked ||
        key.outcome == audit::ForeignKeyResult::Outcome::permitted)
      print_line(stdout, fmt::format("note: foreign key \"{}\" of {}: {}: {}", key.name,
                                     audit::place_name(key.database, key.table), to_string(key.outcome), key.why));
  print_line(stdout, fmt::format("{}: {}: {} read, {} left out or changed, {}", report.path, verdict(report),
                                 join(read_of(report), ", "),
                                 counted(report.left_out.size(), "column or table", "columns and tables"),
                                 counted(report.foreign_keys.size(), "foreign key")));
}

}  // namespace pgcoffer::cli
