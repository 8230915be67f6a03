#include "pgdump/contents.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "pgcoffer/error.hpp"
#include "pgdump/attachments.hpp"

namespace pgcoffer::pgdump {
namespace {

constexpr int kOldest = 112;
constexpr int kNewest = 116;

class ContentsReader {
 public:
  ContentsReader(FileReader& in, bool custom) : in_(in), custom_(custom) {}

  Contents run() {
    head();
    const std::int64_t count = number();
    // The smallest entry has some fifty bytes.
    if (count < 0 || static_cast<std::uint64_t>(count) > in_.left() / 20)
      in_.damaged("its number of entries is impossible");
    for (std::int64_t i = 0; i < count; ++i) contents_.entries.push_back(entry());
    contents_.end = in_.position();
    return std::move(contents_);
  }

 private:
  [[nodiscard]] std::int64_t number() { return read_number(in_, contents_.number_size); }

  [[nodiscard]] std::string text() {
    const std::int64_t length = number();
    std::string text = length <= 0 ? std::string() : in_.exactly(static_cast<std::uint64_t>(length));
    if (text.find('\0') != std::string::npos) in_.damaged("a text has a zero byte in it");
    return text;
  }

  void head() {
    if (in_.some(5) != "PGDMP") in_.damaged("it does not begin like an archive of pg_dump");
    const unsigned major = in_.byte(), minor = in_.byte();
    (void)in_.byte();  // revision
    contents_.version = static_cast<int>(major * 100 + minor);
    const std::string name = fmt::format("{}.{}", major, minor);
    if (contents_.version > kNewest) {
      throw Error(
          Kind::newer_format,
          fmt::format("pg_dump's archive version {} is newer than 1.16, which this version of pgcoffer reads", name))
          .hint("Use a later pgcoffer, or make a script of it with pg_restore -f.");
    }
    if (contents_.version < kOldest) {
      throw Error(Kind::unsupported,
                  fmt::format("pg_dump's archive version {} is older than 1.12 (PostgreSQL 9.0)", name))
          .hint("Make a script of it with pg_restore -f.");
    }
    contents_.number_size = in_.byte();
    contents_.offset_size = in_.byte();
    if (contents_.number_size > 8 || contents_.offset_size > 8) in_.damaged("its size of numbers is impossible");
    (void)in_.byte();  // format; pg_dump writes that of tar into directories
    compression();
    created();
    contents_.database = text();
    contents_.server_version = text();
    contents_.dump_version = text();
  }

  void compression() {
    using compress::StreamFormat;
    // In directories gzip is a file format, in custom archives the bare stream.
    const StreamFormat gzip = custom_ ? StreamFormat::zlib : StreamFormat::gzip;
    if (contents_.version < 115) {
      contents_.compression = number() == 0 ? StreamFormat::none : gzip;
      return;
    }
    const std::array methods{StreamFormat::none, gzip, StreamFormat::lz4, StreamFormat::zstd};
    const unsigned method = in_.byte();
    if (method >= methods.size()) in_.damaged("its compression is unknown");
    contents_.compression = methods[method];
  }

  void created() {
    std::array<std::int64_t, 7> part{};  // second, minute, hour, day, month from 0, years from 1900, summer time
    for (std::int64_t& value : part) value = number();
    contents_.created = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", part[5] + 1900, part[4] + 1, part[3],
                                    part[2], part[1], part[0]);
  }

  [[nodiscard]] int id_of(const std::string& digits) const {
    int id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (error != std::errc() || end != digits.data() + digits.size()) in_.damaged("an identifier is not a number");
    return id;
  }

  [[nodiscard]] Entry entry() {
    Entry entry;
    entry.id = static_cast<int>(number());
    entry.has_data = number() != 0;
    (void)text();  // oids of catalog and object
    (void)text();
    entry.name = text();
    entry.kind = text();
    const std::int64_t section = number();
    if (section < 1 || section > 4) in_.damaged("the section of an entry is unknown");
    entry.section = static_cast<Section>(section);
    entry.create = text();
    entry.drop = text();
    entry.copy = text();
    entry.inserts = entry.has_data && entry.kind == "TABLE DATA" && entry.copy.empty();
    entry.schema = text();
    entry.tablespace = text();
    if (contents_.version >= 114) entry.access_method = text();
    if (contents_.version >= 116) entry.relation_kind = static_cast<char>(number());
    entry.owner = text();
    if (text() == "true") {
      throw Error(
          Kind::unsupported,
          fmt::format("table \"{}\" of the archive was dumped with OIDs, which no server has any more", entry.name))
          .hint("Make a script of it with pg_restore -f.");
    }
    for (std::string depends = text(); !depends.empty(); depends = text()) entry.depends.push_back(id_of(depends));
    custom_ ? position(entry) : void(entry.file = text());
    return entry;
  }

  void position(Entry& entry) {
    constexpr unsigned unknown = 1, known = 2;
    const unsigned state = in_.byte();
    if (state == unknown) contents_.positions_known = false;
    std::uint64_t offset = 0;
    for (unsigned i = 0; i < contents_.offset_size; ++i) offset |= std::uint64_t{in_.byte()} << (8 * i);
    if (state == known) entry.position = offset;
  }

  FileReader& in_;
  bool custom_;
  Contents contents_;
};

}  // namespace

std::int64_t read_number(FileReader& in, unsigned size) {
  const bool negative = in.byte() != 0;
  std::uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i) value |= std::uint64_t{in.byte()} << (8 * i);
  if (value > 0x7FFFFFFFFFFFFFFF) in.damaged("a number is impossible");
  return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

Contents read_contents(FileReader& in, bool custom) {
  Contents contents = ContentsReader(in, custom).run();
  part_attachments(contents.entries);
  return contents;
}

}  // namespace pgcoffer::pgdump
