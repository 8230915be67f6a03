#include <array>

#include "rows/array_text.hpp"
#include "rows/binary_input.hpp"

namespace pgcoffer::rows::binary_input {
namespace {

/// An array on its way from its literal onto the wire.
class Array {
 public:
  Array(const BinaryForm& form, std::string_view literal, Buffer& out)
      : form_(form), at_(literal.data()), end_(literal.data() + literal.size()), out_(out) {}

  [[nodiscard]] bool append() {
    if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)) == "{}") {
      put_header();
      return true;
    }
    // No level of an array is empty, so that its depth shows at once. Other bounds begin with "[".
    for (const char* brace = at_; brace != end_ && *brace == '{'; ++brace) ++dimensions_;
    if (dimensions_ == 0 || dimensions_ > sizes_.size()) return false;
    const std::size_t header = out_.size();
    put_header();
    if (!level(0) || at_ != end_) return false;
    const std::size_t behind = out_.size();
    out_.rewind(header);
    put_header();
    out_.rewind(behind);
    return true;
  }

 private:
  void put_header() {
    out_.room();
    put_number(static_cast<std::uint32_t>(dimensions_), out_);
    put_number(has_nulls_ ? std::uint32_t{1} : std::uint32_t{0}, out_);
    put_number(form_.element, out_);
    for (std::size_t i = 0; i < dimensions_; ++i) {
      put_number(sizes_.at(i), out_);
      put_number(std::uint32_t{1}, out_);
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion): an array has six dimensions at most
  [[nodiscard]] bool level(std::size_t dimension) {
    if (at_ == end_ || *at_ != '{') return false;
    std::uint32_t count = 0;
    do {
      ++at_;
      if (!(dimension + 1 == dimensions_ ? element() : level(dimension + 1))) return false;
      ++count;
      if (at_ == end_ || (*at_ != ',' && *at_ != '}')) return false;
    } while (*at_ == ',');
    ++at_;
    std::uint32_t& size = sizes_.at(dimension);
    if (size == 0) size = count;
    return size == count;
  }

  [[nodiscard]] bool element() {
    if (at_ != end_ && *at_ == '"') return quoted();
    const char* const start = at_;
    for (; at_ != end_ && *at_ != ',' && *at_ != '}'; ++at_)
      if (array_text::needs_quotes(*at_)) return false;
    const std::string_view text(start, static_cast<std::size_t>(at_ - start));
    if (text != "NULL") return !text.empty() && !array_text::is_null_word(text) && value(text);
    has_nulls_ = true;
    out_.room();
    put_number(~std::uint32_t{0}, out_);
    return true;
  }

  [[nodiscard]] bool quoted() {
    const char* const start = ++at_;
    while (at_ != end_ && *at_ != '"' && *at_ != '\\') ++at_;
    if (at_ != end_ && *at_ == '"') return value({start, static_cast<std::size_t>(at_++ - start)});
    std::string text(start, at_);
    for (; at_ != end_ && *at_ != '"'; ++at_) {
      if (*at_ == '\\' && ++at_ == end_) return false;
      text += *at_;
    }
    if (at_ == end_) return false;
    ++at_;
    return value(text);
  }

  [[nodiscard]] bool value(std::string_view text) {
    out_.room();
    const std::size_t length = out_.size();
    put_number(std::uint32_t{0}, out_);
    if (!append_scalar(form_.scalar, text, out_)) return false;
    const std::size_t size = out_.size() - length - sizeof(std::uint32_t);
    write_number(static_cast<std::uint32_t>(size), out_.at - size - sizeof(std::uint32_t));
    return true;
  }

  const BinaryForm& form_;
  const char* at_;
  const char* end_;
  Buffer& out_;
  std::size_t dimensions_ = 0;
  std::array<std::uint32_t, array_text::MostDimensions> sizes_{};
  bool has_nulls_ = false;
};

}  // namespace

bool append_array(const BinaryForm& form, std::string_view text, Buffer& out) {
  return Array(form, text, out).append();
}

}  // namespace pgcoffer::rows::binary_input
