#pragma once

#include <string>
#include <string_view>

#include "archive/manifest.hpp"
#include "content/kind.hpp"

namespace pgcoffer::audit {

/// Whether values of a column with that verdict may be, or hold, those of the database: a path that leads to nothing, a
/// length that no text has, and a template that reads another column leave them as they are.
[[nodiscard]] bool may_be_real(std::string_view verdict) noexcept;

/// What was done to a column's values, as far as personal data in them may come of it.
class Replaced {
 public:
  Replaced() = default;
  explicit Replaced(const archive::Column& column);
  /// Takes out of `found`, what the value is seen to hold, the personal data that is the rule's own or that the rule
  /// leaves by design.
  void excuse(std::string_view value, content::Kinds& found) const;

 private:
  enum class How { kept, rewritten, masked, cut_address };
  void excuse_masked(std::string_view value, content::Kinds& found) const;
  void excuse_cut_address(std::string_view value, content::Kinds& found) const;

  How how_ = How::kept;
  std::string mask_;  ///< what stands for each character that is masked
  int bits_ = 0;      ///< that an IPv4 address was cut to
};

}  // namespace pgcoffer::audit
