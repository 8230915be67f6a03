#include "store/zip_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "store/zip_records.hpp"

namespace pgcoffer::store {
namespace {

constexpr std::uint64_t kEndSize = 22, kLocatorSize = 20, kEnd64Size = 56, kLocalSize = 30;

/// What the records at a zip file's end say.
struct End {
  std::uint64_t begin = 0;  ///< where these records begin
  std::uint64_t entries = 0, size = 0, offset = 0;
  bool foreign = false;  ///< says something that pgcoffer does not write
};

class Layout {
 public:
  Layout(const Fd& file, std::uint64_t size, const std::filesystem::path& path)
      : file_(file), size_(size), path_(path), whole_(path.filename().string()) {}

  std::vector<Flaw> flaws() {
    try {
      look();
    } catch (const Broken& broken) {
      flaws_.push_back({whole_, broken.problem});
    }
    return std::move(flaws_);
  }

 private:
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t size) const {
    if (offset > size_ || size > size_ - offset) throw Broken{"a header is cut off"};
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const ssize_t got = read_up_to_at(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0) fail("read", path_, errno);
    if (static_cast<std::size_t>(got) != bytes.size()) throw Broken{"it became shorter while it was read"};
    return bytes;
  }

  [[nodiscard]] std::uint64_t find_end() const;
  [[nodiscard]] End read_end() const;
  void read_end64(End& end) const;
  [[nodiscard]] std::uint64_t end_of(const Central& entry, bool ours) const;
  [[nodiscard]] std::uint64_t end_of_descriptor(const Central& entry, std::uint64_t at) const;
  void check_written_by_us(const End& end, const std::vector<Central>& entries);
  [[nodiscard]] bool packed_by_us(const std::vector<Central>& entries) const;
  void look();

  const Fd& file_;
  std::uint64_t size_;
  const std::filesystem::path& path_;
  std::string whole_;
  std::vector<Flaw> flaws_;
};

/// The end record is the last thing in the file; only its own comment may follow.
std::uint64_t Layout::find_end() const {
  const std::uint64_t span = std::min(size_, kEndSize + kSize16);
  const std::string tail = read(size_ - span, span);
  for (std::size_t at = tail.rfind("PK\x05\x06"); at != std::string::npos; at = tail.rfind("PK\x05\x06", at - 1)) {
    if (tail.size() - at >= kEndSize) {
      const std::uint64_t comment = Cursor(std::string_view(tail).substr(at + 20)).number(2);
      if (at + kEndSize + comment == tail.size()) return size_ - span + at;
    }
    if (at == 0) break;
  }
  throw Broken{"bytes that belong to nothing follow its end"};
}

void Layout::read_end64(End& end) const {
  const std::string locator = read(end.begin - kLocatorSize, kLocatorSize);
  if (!locator.starts_with("PK\x06\x07")) return;
  Cursor fields(std::string_view(locator).substr(4));
  const std::uint64_t disk = fields.number(4), offset = fields.number(8), disks = fields.number(4);
  const std::string record = read(offset, kEnd64Size);
  Cursor numbers(record);
  numbers.signature("PK\x06\x06", "zip64 end record");
  const std::uint64_t length = numbers.number(8), made_by = numbers.number(2), needed = numbers.number(2);
  const std::uint64_t this_disk = numbers.number(4), directory_disk = numbers.number(4), here = numbers.number(8);
  const End large{offset, numbers.number(8), numbers.number(8), numbers.number(8), made_by != needed};
  const auto agree = [](std::uint64_t small, std::uint64_t value, std::uint64_t mark) {
    return small == value || small == mark;
  };
  if (disk != 0 || disks != 1 || this_disk != 0 || directory_disk != 0 || here != large.entries ||
      offset + 12 + length != end.begin - kLocatorSize || !agree(end.entries, large.entries, kSize16) ||
      !agree(end.size, large.size, kSize32) || !agree(end.offset, large.offset, kSize32))
    throw Broken{"the records at its end contradict each other"};
  end = large;
}

End Layout::read_end() const {
  End end;
  end.begin = find_end();
  const std::string record = read(end.begin, kEndSize);
  Cursor fields(std::string_view(record).substr(4));
  const std::uint64_t disk = fields.number(2), directory_disk = fields.number(2), here = fields.number(2);
  end.entries = fields.number(2);
  end.size = fields.number(4);
  end.offset = fields.number(4);
  if (disk != 0 || directory_disk != 0 || here != end.entries)
    throw Broken{"the record at its end says that it has several volumes"};
  if (end.begin >= kLocatorSize) read_end64(end);
  if (end.offset > end.begin || end.size != end.begin - end.offset)
    throw Broken{"its central directory does not lie where the record at its end says"};
  return end;
}

/// Behind the bytes of an entry that was written as a stream: what its local header could not yet say.
std::uint64_t Layout::end_of_descriptor(const Central& entry, std::uint64_t at) const {
  for (const bool marked : {true, false}) {
    for (const unsigned width : {4U, 8U}) {
      const std::uint64_t size = (marked ? 4U : 0U) + 4U + 2U * width;
      if (at + size > size_) continue;
      const std::string bytes = read(at, size);
      Cursor fields(bytes);
      if (marked && fields.take(4) != "PK\x07\x08") continue;
      if (fields.number(4) == entry.common.crc && fields.number(width) == entry.common.compressed &&
          fields.number(width) == entry.common.plain)
        return at + size;
    }
  }
  throw Broken{"what follows it contradicts the central directory"};
}

/// Compares an entry's local header with the central directory; where the entry ends.
std::uint64_t Layout::end_of(const Central& entry, bool ours) const {
  constexpr std::uint64_t kStreamed = 1 << 3;
  const std::string header = read(entry.offset, kLocalSize);
  Cursor fields(header);
  fields.signature("PK\x03\x04", "local header");
  Common local = read_common(fields);
  const std::uint64_t name = fields.number(2), extra = fields.number(2);
  const std::string rest = read(entry.offset + kLocalSize, name + extra);
  const bool other = resolve_extra(std::string_view(rest).substr(name), {&local.plain, &local.compressed}, nullptr);
  const bool streamed = (entry.common.flags & kStreamed) != 0;
  if (streamed && local.crc == 0) local.crc = entry.common.crc;
  if (streamed && local.compressed == 0) local.compressed = entry.common.compressed;
  if (streamed && local.plain == 0) local.plain = entry.common.plain;
  // Only the least version that is needed differs where one of the headers has a zip64 field and the other needs none:
  // ours have it in the central directory alone, for entries that begin beyond 4 GiB.
  constexpr std::uint64_t kVersion64 = 45;
  const bool far = entry.offset >= kSize32 && entry.common.version_needed == kVersion64;
  if (!ours || (far && local.version_needed < kVersion64)) local.version_needed = entry.common.version_needed;
  if (local != entry.common || rest.substr(0, name) != entry.name || (ours && other))
    throw Broken{"its local header contradicts the central directory"};
  const std::uint64_t end = entry.offset + kLocalSize + name + extra + entry.common.compressed;
  return streamed ? end_of_descriptor(entry, end) : end;
}

/// pack() dates every entry 1980-01-01 and gives all the same attributes: most of them tell who packed the file.
bool Layout::packed_by_us(const std::vector<Central>& entries) const {
  const auto ours = std::ranges::count_if(entries, [](const Central& entry) {
    return entry.common.date == 0x21 && entry.common.time == 0 && entry.external == 0100600U << 16;
  });
  return static_cast<std::size_t>(ours) * 2 > entries.size();
}

/// The fields that stand only once: they are the same in all entries.
void Layout::check_written_by_us(const End& end, const std::vector<Central>& entries) {
  if (end.foreign) flaws_.push_back({whole_, "the records at its end are not as pgcoffer writes them"});
  std::vector<std::uint64_t> versions;
  for (const Central& entry : entries) versions.push_back(entry.made_by);
  const auto middle = versions.begin() + static_cast<std::ptrdiff_t>(versions.size() / 2);
  std::ranges::nth_element(versions, middle);
  for (const Central& entry : entries) {
    if (entry.made_by != *middle || entry.internal != 0 || entry.external != 0100600U << 16 || entry.foreign)
      flaws_.push_back({entry.name, "its entry in the central directory is not as pgcoffer writes it"});
  }
}

void Layout::look() {
  const End end = read_end();
  const std::string bytes = read(end.offset, end.size);
  Cursor directory(bytes);
  std::vector<Central> entries;
  while (!directory.empty()) entries.push_back(read_central(directory));
  if (entries.size() != end.entries) throw Broken{"its central directory has another number of entries than it says"};
  const bool ours = packed_by_us(entries);
  if (ours) check_written_by_us(end, entries);

  std::ranges::sort(entries, {}, &Central::offset);
  std::uint64_t expected = 0;  // where the next entry must begin, so that every byte belongs to one
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Central& entry = entries[i];
    try {
      if (entry.disk != 0) throw Broken{"is on another volume"};
      if (entry.offset != expected)
        throw Broken{fmt::format("begins at byte {} of the zip file, where {} was expected", entry.offset, expected)};
      expected = end_of(entry, ours);
    } catch (const Broken& broken) {
      flaws_.push_back({entry.name, broken.problem});
      expected = i + 1 < entries.size() ? entries[i + 1].offset : end.offset;
    }
  }
  if (expected != end.offset)
    throw Broken{
        fmt::format("between the last entry's end at byte {} and the central directory at {} is something else",
                    expected, end.offset)};
}

}  // namespace

std::vector<Flaw> flaws_of_zip(const Fd& file, std::uint64_t size, const std::filesystem::path& path) {
  return Layout(file, size, path).flaws();
}

}  // namespace pgcoffer::store
