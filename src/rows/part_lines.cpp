#include "rows/part_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace pgcoffer::rows {
namespace {

/// The number of the n-th line of the part whose row has these columns; 0 where there is none. It is read again for
/// that: nobody has to remember lines that are right.
std::uint64_t line_of(std::uint64_t n, const PartDecoder& decoder, std::string_view part,
                      const std::vector<std::size_t>& columns) {
  std::string scratch;
  std::vector<SparseRows> sparse;
  for (std::uint64_t line = 1; !part.empty(); ++line) {
    const std::size_t size = std::min(part.find('\n'), part.size() - 1) + 1;
    std::uint64_t whole = 0;
    static_cast<void>(decoder.copy_lines(part.substr(0, size), scratch, whole, sparse));
    const bool same = sparse.empty() ? columns.empty() : sparse.front().columns == columns;
    if (same && --n == 0) return line;
    part.remove_prefix(size);
  }
  return 0;
}

}  // namespace

Error with_line_of_part(const Error& error, const PartDecoder& decoder, std::string_view part,
                        const std::vector<std::size_t>& columns) {
  const std::string& message = error.message();
  constexpr std::string_view copy = "COPY ", line = ", line ";
  const std::size_t context = message.rfind(copy);
  const std::size_t at = context == std::string::npos ? context : message.find(line, context);
  if (at == std::string::npos) return error;
  const char* const first = message.data() + at + line.size();
  std::uint64_t number = 0;
  const auto end = std::from_chars(first, message.data() + message.size(), number).ptr;
  const std::uint64_t found = number == 0 ? 0 : line_of(number, decoder, part, columns);
  if (found == 0) return error;
  return Error(error.kind(), fmt::format("{}{}{}", std::string_view(message.data(), first), found,
                                         std::string_view(end, message.data() + message.size())))
      .hint(error.hint())
      .sqlstate(error.sqlstate())
      .object(error.object());
}

}  // namespace pgcoffer::rows
