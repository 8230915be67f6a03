#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pgcoffer {

/// Bytes that must not outlive their use: wiped on destruction and before being replaced, never printed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string&& bytes) : bytes_(std::move(bytes)) {}
  /// Copied and wiped rather than moved: a moved-from short string keeps its characters.
  Secret(Secret&& other) noexcept {
    bytes_.assign(other.bytes_);
    other.wipe();
  }
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = default;  ///< each copy is wiped by itself
  Secret& operator=(const Secret& other);
  ~Secret() { wipe(); }

  [[nodiscard]] std::string_view view() const noexcept { return bytes_; }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

 private:
  void wipe() noexcept;
  std::string bytes_;
};

}  // namespace pgcoffer
