#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "rows/scan.hpp"

namespace pgcoffer::rows {

/// Writes into a string's whole storage with a bare pointer; the string's old content is overwritten, its size only
/// grows while writing. Bytes may be written only after room() has been asked for them.
class Buffer {
 public:
  /// What may always be written in one piece beyond what was asked for: a step of scan.hpp and a few escapes.
  static constexpr std::size_t Slack = 64;

  explicit Buffer(std::string& storage) : storage_(storage) { grow(0); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// Room for `bytes` and Slack more.
  void room(std::size_t bytes) {
    if (limit_ - at < static_cast<std::ptrdiff_t>(bytes)) grow(bytes);
  }
  /// Room for Slack bytes.
  void room() { room(0); }

  /// The following write without asking for room.
  void put(char c) noexcept { *at++ = c; }
  void put(std::string_view text) noexcept {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  }
  /// Appends a text of any length behind which a step (scan.hpp) can be read. Short texts are the rule: no call is made
  /// for them.
  void append_padded(std::string_view text) {
    room(text.size());
    const char* from = text.data();
    char* to = at;
    at += text.size();
    do {
      scan::copy_step(to, from);
      to += scan::Step;
      from += scan::Step;
    } while (to < at);
  }
  /// Appends a text of any length.
  void append(std::string_view text) {
    room(text.size());
    if (!text.empty()) put(text);
  }

  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at - storage_.data()); }
  [[nodiscard]] std::string_view view(std::size_t from = 0) const noexcept {
    return {storage_.data() + from, size() - from};
  }
  /// Takes back what was written after `to`.
  void rewind(std::size_t to) noexcept { at = storage_.data() + to; }
  /// Cuts the string down to what was written.
  void close() { storage_.resize(size()); }

  char* at = nullptr;  ///< where the next byte goes

 private:
  void grow(std::size_t bytes) {
    const std::size_t used = at == nullptr ? 0 : size();
    const std::size_t needed = used + bytes + 2 * Slack;
    if (storage_.size() < needed) storage_.resize(std::max({needed, 2 * storage_.size(), std::size_t{512}}));
    at = storage_.data() + used;
    limit_ = storage_.data() + storage_.size() - Slack;
  }

  std::string& storage_;
  char* limit_ = nullptr;  ///< Slack bytes before the end of the storage
};

}  // namespace pgcoffer::rows
