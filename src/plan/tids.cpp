#include "plan/tids.hpp"

#include <charconv>

#include "pgcoffer/error.hpp"

namespace pgcoffer::plan {
namespace {

constexpr unsigned kOffsetBits = 16;

}  // namespace

void Tids::add(std::uint64_t tid) {
  std::uint64_t step = tid - last_;
  for (; step >= 0x80; step >>= 7U) steps_ += static_cast<char>(0x80U | (step & 0x7FU));
  steps_ += static_cast<char>(step);
  last_ = tid;
  ++size_;
}

void Tids::for_each(const std::function<void(std::uint64_t)>& use) const {
  std::uint64_t tid = 0, step = 0;
  unsigned shift = 0;
  for (const char c : steps_) {
    const auto byte = static_cast<unsigned char>(c);
    step |= std::uint64_t{byte & 0x7FU} << shift;
    shift += 7;
    if ((byte & 0x80U) != 0) continue;
    tid += step;
    use(tid);
    step = shift = 0;
  }
}

std::string Tids::literal() const {
  std::string text = "{";
  for_each([&](std::uint64_t tid) {
    text += text.size() == 1 ? "\"" : ",\"";
    append_tid(text, tid);
    text += '"';
  });
  return text + "}";
}

std::uint64_t parse_tid(std::string_view text) {
  std::uint32_t block = 0;
  std::uint16_t offset = 0;
  const char* const end = text.data() + text.size();
  const auto [comma, bad_block] = std::from_chars(text.data() + (text.starts_with('(') ? 1 : 0), end, block);
  if (bad_block == std::errc() && comma != end && *comma == ',') {
    const auto [close, bad_offset] = std::from_chars(comma + 1, end, offset);
    if (bad_offset == std::errc() && close != end && *close == ')') return std::uint64_t{block} << kOffsetBits | offset;
  }
  throw Error(Kind::failed, "the server gave \"" + std::string(text) + "\" as the place of a row");
}

void append_tid(std::string& out, std::uint64_t tid) {
  out += '(';
  out += std::to_string(tid >> kOffsetBits);
  out += ',';
  out += std::to_string(tid & ((1U << kOffsetBits) - 1));
  out += ')';
}

}  // namespace pgcoffer::plan
