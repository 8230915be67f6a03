#include "store/zip_records.hpp"

#include <fmt/format.h>

namespace pgcoffer::store {

std::string_view Cursor::take(std::uint64_t size) {
  if (size > left_.size()) throw Broken{"a header is cut off"};
  const std::string_view taken = left_.substr(0, size);
  left_.remove_prefix(size);
  return taken;
}

std::uint64_t Cursor::number(unsigned bytes) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char c : take(bytes)) {
    value |= std::uint64_t{static_cast<unsigned char>(c)} << shift;
    shift += 8;
  }
  return value;
}

void Cursor::signature(std::string_view expected, const char* what) {
  if (take(4) != expected) throw Broken{fmt::format("there is no {} where one must be", what)};
}

Common read_common(Cursor& header) {
  Common common{};
  common.version_needed = header.number(2);
  common.flags = header.number(2);
  common.method = header.number(2);
  common.time = header.number(2);
  common.date = header.number(2);
  common.crc = header.number(4);
  common.compressed = header.number(4);
  common.plain = header.number(4);
  return common;
}

bool resolve_extra(std::string_view extra, std::initializer_list<std::uint64_t*> large, std::uint64_t* disk) {
  bool other = false, done = false;
  for (Cursor fields(extra); !fields.empty();) {
    const std::uint64_t id = fields.number(2);
    Cursor field(fields.take(fields.number(2)));
    if (id != 1 || done) {
      other = true;
      continue;
    }
    done = true;
    for (std::uint64_t* value : large) {
      if (*value == kSize32) *value = field.number(8);
    }
    if (disk != nullptr && *disk == kSize16) *disk = field.number(4);
    if (!field.empty()) other = true;
  }
  return other;
}

Central read_central(Cursor& directory) {
  directory.signature("PK\x01\x02", "entry of the central directory");
  Central entry{};
  entry.made_by = directory.number(2);
  entry.common = read_common(directory);
  const std::uint64_t name = directory.number(2), extra = directory.number(2), comment = directory.number(2);
  entry.disk = directory.number(2);
  entry.internal = directory.number(2);
  entry.external = directory.number(4);
  entry.offset = directory.number(4);
  entry.name = directory.take(name);
  entry.foreign =
      resolve_extra(directory.take(extra), {&entry.common.plain, &entry.common.compressed, &entry.offset}, &entry.disk);
  if (!directory.take(comment).empty()) entry.foreign = true;
  return entry;
}

}  // namespace pgcoffer::store
