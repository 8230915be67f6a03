#pragma once

#include "audit/report.hpp"

namespace pgcoffer::cli {

/// The report of `pgcoffer audit` for people, to standard output. No value of the archive is in it.
void print_audit(const audit::Report& report);

}  // namespace pgcoffer::cli
