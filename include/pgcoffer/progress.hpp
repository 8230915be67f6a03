#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgcoffer {

/// What is to come in a phase, as far as it is known: for bars and times left.
struct Expected {
  std::uint64_t tables = 0;
  std::uint64_t bytes = 0;  ///< row text; an estimate while dumping, exact while restoring
};

/// Told by dump, restore and verify how far they are. Called from several threads at once; must not throw.
class Progress {
 public:
  virtual ~Progress() = default;
  /// "connect", "catalog", "rows", "large objects", "schema", "pack", "pre-data", "post-data" …
  virtual void phase(std::string_view /*name*/, const Expected& /*expected*/) noexcept {}
  virtual void table_started(std::string_view /*name*/) noexcept {}
  virtual void table_finished(std::string_view /*name*/, std::uint64_t /*rows*/) noexcept {}
  /// Rows and bytes of row text handled since the last call.
  virtual void advanced(std::uint64_t /*rows*/, std::uint64_t /*bytes*/) noexcept {}
  /// One line that says what is going on: what comes along, what is waited for.
  virtual void note(std::string_view /*text*/) noexcept {}
  /// One line that the user should read.
  virtual void warning(std::string_view /*text*/) noexcept {}
};

}  // namespace pgcoffer
