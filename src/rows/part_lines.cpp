#include "rows/part_lines.hpp"

#include <fmt/format.h>

#include <charconv>

namespace pgcoffer::rows {
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
  const std::uint64_t found = number == 0 ? 0 : decoder.line_of(number, part, columns);
  if (found == 0) return error;
  return Error(error.kind(), fmt::format("{}{}{}", std::string_view(message.data(), first), found,
                                         std::string_view(end, message.data() + message.size())))
      .hint(error.hint())
      .sqlstate(error.sqlstate())
      .object(error.object());
}

}  // namespace pgcoffer::rows
