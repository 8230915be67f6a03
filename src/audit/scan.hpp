#pragma once

#include <stop_token>

#include "archive/reader.hpp"
#include "audit/collect.hpp"

namespace pgcoffer::audit {

/// Shows every part to the collector, on `jobs` threads. Throws what archive::Reader throws, and Error(interrupted).
void scan(const archive::Reader& reader, Collector& collector, unsigned jobs, const std::stop_token& stop);

}  // namespace pgcoffer::audit
