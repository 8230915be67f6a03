#include "rows/binary_lines.hpp"

#include <algorithm>
#include <cstdint>

#include "rows/binary_input.hpp"
#include "rows/binary_part.hpp"
#include "rows/copy_text.hpp"

namespace pgcoffer::rows {
namespace {

/// What the server reads as fast from its text: it is the same, or a few digits.
bool cheap_as_text(const BinaryForm& form) {
  switch (form.scalar) {
    case Scalar::boolean:
    case Scalar::int2:
    case Scalar::int4:
    case Scalar::int8:
    case Scalar::unsigned4:
    case Scalar::text:
    case Scalar::jsonb:
      return !form.array;
    default:
      return false;
  }
}

/// The lines from left to right, and what becomes of them.
class Conversion {
 public:
  Conversion(const std::vector<BinaryForm>& forms, std::string_view lines, std::string& out)
      : forms_(forms), at_(lines.data()), end_(lines.data() + lines.size()), out_(out), plain_(plain_text_) {}

  [[nodiscard]] bool run() {
    out_.append(binary_header());
    while (at_ != end_)
      if (!row()) return false;
    out_.append(binary_trailer());
    out_.close();
    return true;
  }

 private:
  [[nodiscard]] bool row() {
    out_.room();
    binary_input::put_number(static_cast<std::uint16_t>(forms_.size()), out_);
    for (std::size_t i = 0; i < forms_.size(); ++i) {
      // Where a field ends, and only there, the next one or the next row begins.
      if (!field(forms_[i]) || at_ == end_ || *at_ != (i + 1 == forms_.size() ? '\n' : '\t')) return false;
      ++at_;
    }
    return true;
  }

  /// Moves to the field's end.
  [[nodiscard]] bool field(const BinaryForm& form) {
    const char* const start = at_;
    at_ = special(start);
    if (at_ == end_) return false;
    if (*at_ != '\\') {
      const std::string_view text(start, static_cast<std::size_t>(at_ - start));
      return is_text(form) ? verbatim(text) : value(form, text);
    }
    if (at_ == start && end_ - at_ > 2 && copy_text::is_null(at_)) {
      at_ += 2;
      out_.room();
      binary_input::put_number(~std::uint32_t{0}, out_);
      return true;
    }
    return escaped(start) && value(form, plain_.view());
  }

  /// The next byte that ends a field or must be looked at.
  [[nodiscard]] const char* special(const char* at) const {
    const auto is_special = [](char c) { return c == '\t' || c == '\n' || c == '\\' || c == '\r' || c == '\0'; };
    for (; end_ - at >= static_cast<std::ptrdiff_t>(scan::Step); at += scan::Step) {
      for (std::uint32_t found = scan::control_or<'\\'>(at); found != 0; found &= found - 1)
        if (const char* const place = at + scan::first(found); is_special(*place)) return place;
    }
    while (at != end_ && !is_special(*at)) ++at;
    return at;
  }

  [[nodiscard]] static bool is_text(const BinaryForm& form) { return form.scalar == Scalar::text && !form.array; }

  bool verbatim(std::string_view text) {
    out_.room();
    binary_input::put_number(static_cast<std::uint32_t>(text.size()), out_);
    end_ - at_ >= static_cast<std::ptrdiff_t>(scan::Step) ? out_.append_padded(text) : out_.append(text);
    return true;
  }

  /// The field without its escapes, of which the first is at `at_`.
  [[nodiscard]] bool escaped(const char* start) {
    plain_.rewind(0);
    for (;;) {
      plain_.append({start, static_cast<std::size_t>(at_ - start)});
      if (at_ == end_ || *at_ != '\\') return true;
      // The longest escape has four bytes. A backslash before the end of a line is for the server to judge.
      if (++at_ == end_ || *at_ == '.' || copy_text::ends_field(*at_)) return false;
      const char c = copy_text::read_escape(at_);
      // Of bytes beyond ASCII the server makes characters of its own encoding, though the lines may be in another.
      if (c == '\0' || static_cast<unsigned char>(c) >= 0x80) return false;
      plain_.room();
      plain_.put(c);
      start = at_;
      at_ = special(start);
    }
  }

  [[nodiscard]] bool value(const BinaryForm& form, std::string_view text) {
    out_.room();
    const std::size_t length = out_.size();
    binary_input::put_number(std::uint32_t{0}, out_);
    if (!binary_input::append(form, text, out_)) return false;
    const std::size_t size = out_.size() - length - sizeof(std::uint32_t);
    binary_input::write_number(static_cast<std::uint32_t>(size), out_.at - size - sizeof(std::uint32_t));
    return true;
  }

  const std::vector<BinaryForm>& forms_;
  const char* at_;
  const char* end_;
  Buffer out_;
  std::string plain_text_;
  Buffer plain_;
};

}  // namespace

bool BinaryLines::worthwhile() const noexcept {
  return std::ranges::all_of(forms_, binary_input::known) && !std::ranges::all_of(forms_, cheap_as_text);
}

bool BinaryLines::convert(std::string_view lines, std::string& out) const {
  // A row without columns is an empty line, and other lines must end.
  if (forms_.empty() || (!lines.empty() && lines.back() != '\n')) return false;
  return Conversion(forms_, lines, out).run();
}

}  // namespace pgcoffer::rows
