#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "archive/writer.hpp"
#include "audit/collect.hpp"
#include "catalog/model.hpp"
#include "pg/connection.hpp"
#include "pgcoffer/progress.hpp"

namespace pgcoffer::dumping {

/// Reads one large object in pieces of at most `piece` bytes and hands each over. Returns its size in bytes.
std::uint64_t read_large_object(pg::Connection& connection, pg::Oid oid, std::uint64_t piece,
                                const std::function<void(std::string_view bytes)>& take);

/// Writes all large objects as parts "large-objects/<oid>/NNNN.bin".
[[nodiscard]] std::vector<archive::LargeObject> dump_large_objects(pg::Connection& connection, archive::Writer& writer,
                                                                   const std::vector<catalog::LargeObject>& objects,
                                                                   std::uint64_t part_size, audit::Collector* audit,
                                                                   Progress& progress);

}  // namespace pgcoffer::dumping
