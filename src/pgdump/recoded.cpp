// Archives in encodings other than UTF-8 are read as if they were in it: names can then be typed, conditions on rows
// are read as they are written, and what is converted is what an archive of ours is.
#include <fmt/format.h>
#include <iconv.h>

#include <array>
#include <string>
#include <utility>

#include "pgcoffer/error.hpp"
#include "pgdump/container.hpp"

namespace pgcoffer::pgdump {
namespace {

/// Encodings of one byte a character, of which the server and the C library have the same tables.
constexpr std::array kEncodings{
    std::pair{"LATIN1", "ISO-8859-1"},     std::pair{"LATIN2", "ISO-8859-2"}, std::pair{"LATIN5", "ISO-8859-9"},
    std::pair{"LATIN9", "ISO-8859-15"},    std::pair{"WIN1250", "CP1250"},    std::pair{"WIN1251", "CP1251"},
    std::pair{"WIN1252", "CP1252"},        std::pair{"KOI8R", "KOI8-R"},      std::pair{"WIN866", "CP866"},
    std::pair{"ISO_8859_5", "ISO-8859-5"},
};

class Converter {
 public:
  Converter(const char* encoding, std::string path)
      : handle_(iconv_open("UTF-8", encoding)), encoding_(encoding), path_(std::move(path)) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): what iconv_open returns when it fails
    if (handle_ == reinterpret_cast<iconv_t>(-1))
      throw Error(Kind::unsupported, fmt::format("the C library cannot convert from {}", encoding));
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { iconv_close(handle_); }

  [[nodiscard]] std::string converted(std::string_view text) {
    constexpr std::size_t most_bytes = 3;
    std::string out(text.size() * most_bytes, '\0');
    char* from = const_cast<char*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast): iconv only reads it
    char* to = out.data();
    std::size_t left = text.size(), room = out.size();
    if (iconv(handle_, &from, &left, &to, &room) == static_cast<std::size_t>(-1)) {
      throw Error(Kind::damaged,
                  fmt::format("\"{}\" has a byte (0x{:02x}) that is no character of its encoding {}", path_,
                              static_cast<unsigned>(static_cast<unsigned char>(*from)), encoding_))
          .object(path_);
    }
    out.resize(out.size() - room);
    return out;
  }

 private:
  iconv_t handle_;
  const char* encoding_;
  std::string path_;
};

class Recoded final : public Container {
 public:
  Recoded(std::unique_ptr<Container> inner, const char* encoding, std::string path)
      : inner_(std::move(inner)), encoding_(encoding), path_(std::move(path)), contents_(inner_->contents()) {
    Converter converter(encoding_, path_);
    const auto convert = [&](std::string& text) { text = converter.converted(text); };
    convert(contents_.database);
    for (Entry& entry : contents_.entries) {
      for (std::string* text : {&entry.name, &entry.schema, &entry.owner, &entry.create, &entry.drop, &entry.copy,
                                &entry.owner_sql, &entry.tablespace, &entry.access_method})
        convert(*text);
      if (entry.kind == "ENCODING") entry.create = "SET client_encoding = 'UTF8';\n";
    }
  }

  [[nodiscard]] const Contents& contents() const override { return contents_; }

  void read(const Entry& entry, const Take& take) const override {
    Converter converter(encoding_, path_);
    inner_->read(entry, [&](std::string_view piece) { take(converter.converted(piece)); });
  }

  [[nodiscard]] std::vector<std::uint32_t> large_objects() const override { return inner_->large_objects(); }
  void read_large_object(std::uint32_t oid, const Take& take) const override { inner_->read_large_object(oid, take); }
  [[nodiscard]] std::uint64_t stored_bytes(const Entry& entry) const override { return inner_->stored_bytes(entry); }

 private:
  std::unique_ptr<Container> inner_;
  const char* encoding_;
  std::string path_;
  Contents contents_;
};

}  // namespace

std::unique_ptr<Container> in_utf8(std::unique_ptr<Container> archive, const std::filesystem::path& path) {
  for (const Entry& entry : archive->contents().entries) {
    if (entry.kind != "ENCODING") continue;
    for (const auto& [name, encoding] : kEncodings)
      if (entry.create.find(fmt::format("'{}'", name)) != std::string::npos)
        return std::make_unique<Recoded>(std::move(archive), encoding, path.string());
  }
  return archive;
}

}  // namespace pgcoffer::pgdump
