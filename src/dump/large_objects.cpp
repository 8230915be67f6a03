#include "dump/large_objects.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::dumping {

std::uint64_t read_large_object(pg::Connection& connection, pg::Oid oid, std::uint64_t piece,
                                const std::function<void(std::string_view)>& take) {
  std::uint64_t offset = 0;
  try {
    for (;;) {
      const pg::Result result =
          connection.query(fmt::format("SELECT pg_catalog.lo_get({}, {}, {})", oid, offset, piece));
      const std::string bytes = from_hex(result[0][0].view().substr(2));  // bytea_output is hex: \x…
      if (!bytes.empty()) take(bytes);
      offset += bytes.size();
      if (bytes.size() < piece) return offset;
    }
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    throw Error(error.kind(), fmt::format("cannot read large object \"{}\": {}", oid, error.message()))
        .hint(error.kind() == Kind::permission
                  ? "Large objects are read by their owner, by roles with SELECT on them and by superusers."
                  : error.hint())
        .sqlstate(error.sqlstate());
  }
}

std::vector<archive::LargeObject> dump_large_objects(pg::Connection& connection, archive::Writer& writer,
                                                     const std::vector<catalog::LargeObject>& objects,
                                                     std::uint64_t part_size, audit::Collector* audit,
                                                     Progress& progress) {
  std::vector<archive::LargeObject> written;
  const std::unique_ptr<archive::PartPipeline> pipeline = writer.pipeline();
  for (const catalog::LargeObject& object : objects) {
    archive::LargeObject entry;
    entry.oid = object.oid;
    std::optional<audit::Collector::LargeObject> seen;
    if (audit != nullptr) seen.emplace(*audit, object.oid);
    entry.bytes = read_large_object(connection, object.oid, part_size, [&](std::string_view bytes) {
      archive::Part part;
      part.number = static_cast<std::uint32_t>(entry.parts.size() + 1);
      writer.put_part(*pipeline, fmt::format("large-objects/{}/{:04}.bin", object.oid, part.number), bytes, part,
                      archive::EncodedDigest::sha256);
      if (seen) seen->add(bytes, part.file);
      entry.parts.push_back(std::move(part));
      progress.advanced(0, bytes.size());
    });
    written.push_back(std::move(entry));
  }
  return written;
}

}  // namespace pgcoffer::dumping
