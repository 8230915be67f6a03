#include "rows/binary_part.hpp"

#include <fmt/format.h>

#include <pgcoffer/error.hpp>

#include "rows/binary_row_text.hpp"
#include "rows/binary_wire.hpp"
#include "rows/parts.hpp"

namespace pgcoffer::rows {
namespace {

using namespace std::string_view_literals;

/// Signature, flags and the length of an extension, of which there is none.
constexpr std::string_view kSignature = "PGCOPY\n\377\r\n\0"sv;
constexpr std::string_view kHeader = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;
constexpr std::string_view kTrailer = "\377\377"sv;

/// The part behind its header. Bits of the flags that a reader must understand: none is in use.
Wire open_part(std::string_view part) {
  if (!part.starts_with(kSignature)) throw damaged_binary("it is not a binary COPY file");
  Wire wire(part.substr(kSignature.size()));
  constexpr std::uint32_t critical = 0xffff0000;
  if ((wire.number<std::uint32_t>() & critical) != 0) throw damaged_binary("the file's header has unknown flags");
  const auto extension = wire.number<std::int32_t>();
  if (extension < 0) throw damaged_binary("the file's header has a negative length");
  static_cast<void>(wire.bytes(static_cast<std::size_t>(extension)));
  return wire;
}

std::vector<BinaryForm> forms_of(const std::vector<Column>& columns) {
  std::vector<BinaryForm> forms;
  for (const Column& column : columns) {
    if (!column.binary)
      throw Error(Kind::damaged, fmt::format("column \"{}\" of binary rows has no binary form", column.name))
          .hint("Was the manifest changed by hand?");
    forms.push_back(*column.binary);
  }
  return forms;
}

/// Hands over each row as it is, its count of values and all. Returns their number.
template <class Take>
std::uint64_t walk(std::string_view part, std::size_t columns, Take take) {
  std::uint64_t rows = 0;
  try {
    Wire wire = open_part(part);
    for (const char* start = wire.at(); wire.begin_row(columns); start = wire.at(), ++rows) {
      for (std::size_t i = 0; i < columns; ++i) wire.skip_field();
      take(std::string_view(start, static_cast<std::size_t>(wire.at() - start)));
    }
  } catch (const Error& error) {
    throw Error(Kind::damaged, fmt::format("{} (row {})", error.message(), rows + 1)).hint(error.hint());
  }
  return rows;
}

class BinaryEncoder final : public PartEncoder {
 public:
  [[nodiscard]] std::string_view prefix() const noexcept override { return kHeader; }
  [[nodiscard]] std::size_t bytes_per_row() const noexcept override { return 0; }
  void finish(std::string& block, std::string& /*scratch*/) const override { block += kTrailer; }
};

class BinaryDecoder final : public PartDecoder {
 public:
  explicit BinaryDecoder(const std::vector<Column>& columns) : forms_(forms_of(columns)) {}

 private:
  [[nodiscard]] std::string_view read(std::string_view part, std::string& scratch, std::uint64_t& rows,
                                      std::vector<SparseRows>* /*sparse*/) const override {
    Wire wire = open_part(part);
    BinaryRowText text(forms_);
    Buffer out(scratch);
    rows = 0;
    try {
      while (text.append(wire, part.data() + part.size(), out)) ++rows;
    } catch (const Error& error) {
      throw Error(Kind::damaged, fmt::format("{} (row {}, value {})", error.message(), rows + 1, text.column() + 1))
          .hint(error.hint());
    }
    return out.view();
  }

  std::vector<BinaryForm> forms_;
};

}  // namespace

std::string_view binary_header() noexcept {
  return kHeader;
}

std::string_view binary_trailer() noexcept {
  return kTrailer;
}

std::string_view binary_row(std::string_view message) {
  if (message.starts_with(kSignature)) message.remove_prefix(std::min(message.size(), kHeader.size()));
  return message == kTrailer ? std::string_view() : message;
}

std::uint64_t count_binary_rows(std::string_view part, std::size_t columns) {
  return walk(part, columns, [](std::string_view /*row*/) {});
}

std::uint64_t add_binary_rows(std::string_view part, std::size_t columns, RowDigest& digest) {
  return walk(part, columns, [&](std::string_view row) { digest.add_row(row); });
}

std::unique_ptr<PartEncoder> make_binary_encoder() {
  return std::make_unique<BinaryEncoder>();
}

std::unique_ptr<PartDecoder> make_binary_decoder(const std::vector<Column>& columns) {
  return std::make_unique<BinaryDecoder>(columns);
}

}  // namespace pgcoffer::rows
