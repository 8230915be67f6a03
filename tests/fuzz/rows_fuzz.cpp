// libFuzzer over everything in rows/ that reads foreign bytes. The first byte chooses the reader.
// A reader may refuse with Error; what it reads must be written and read again without a difference.
#include <cstdint>
#include <cstdlib>
#include <pgcoffer/error.hpp>

#include "rows/binary_lines.hpp"
#include "rows/format.hpp"

namespace {

using namespace pgcoffer::rows;

const std::vector<Column> Columns{{"n", JsonKind::number},        {"b", JsonKind::boolean},
                                  {"j", JsonKind::json},          {"s", JsonKind::string},
                                  {"na", JsonKind::number_array}, {"ba", JsonKind::boolean_array},
                                  {"sa", JsonKind::string_array}};
const std::string Target = R"("s"."t" ("n", "b", "j", "s", "na", "ba", "sa"))";

void encode(Format format, std::string_view lines, std::string& block) {
  const auto encoder = make_encoder(format, Target, Columns);
  block = encoder->prefix();
  block += lines;
  std::string scratch;
  encoder->finish(block, scratch);
}

void decode(Format format, std::string_view part) {
  const auto decoder = make_decoder(format, Columns);
  std::string scratch;
  std::uint64_t rows = 0;
  const std::string lines(decoder->copy_lines(part, scratch, rows));
  std::string again;
  encode(format, lines, again);
  std::string scratch_again;
  std::uint64_t rows_again = 0;
  (void)decoder->copy_lines(again, scratch_again, rows_again);
  if (rows != rows_again) std::abort();
}

/// Lines that become binary rows are rows that can be read.
void make_binary(std::string_view lines) {
  std::vector<Column> columns;
  std::vector<BinaryForm> forms;
  for (const char* type : {"integer", "text", "numeric", "timestamp with time zone", "text[]", "bytea", "real"}) {
    forms.push_back(*binary_form(type));
    columns.push_back({type, JsonKind::string, forms.back()});
  }
  std::string part, scratch;
  if (!BinaryLines(forms).convert(lines, part)) return;
  std::uint64_t rows = 0;
  (void)make_decoder(Format::binary, columns)->copy_lines(part, scratch, rows);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string out;
  try {
    switch (data[0] % 6) {
      case 0:
        decode(Format::json, bytes);
        break;
      case 1:
        decode(Format::sql, bytes);
        break;
      case 2:
        encode(Format::json, bytes, out);
        break;
      case 3:
        decode(Format::csv, bytes);
        break;
      case 4:
        make_binary(bytes);
        break;
      default:
        encode(Format::csv, bytes, out);
        break;
    }
  } catch (const pgcoffer::Error&) {
    if (data[0] % 6 == 4) std::abort();
    return 0;
  }
  return 0;
}
