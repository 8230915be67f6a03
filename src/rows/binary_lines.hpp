#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rows/binary_form.hpp"

namespace pgcoffer::rows {

/// COPY text lines become a file of COPY in its binary format, which the server reads as the same values: for numbers,
/// dates, arrays and the like that costs it less than their text. Stateless after construction.
class BinaryLines {
 public:
  /// `forms` are those of the columns that the lines are loaded into.
  explicit BinaryLines(std::vector<BinaryForm> forms) : forms_(std::move(forms)) {}

  [[nodiscard]] const std::vector<BinaryForm>& forms() const noexcept { return forms_; }

  /// Every column has a form that can be made of text, and some of them is dear to read as text.
  [[nodiscard]] bool worthwhile() const noexcept;

  /// False where the lines have anything but what the server itself writes for values of these types (dates before
  /// Christ and bounds of arrays neither are made): the server is to read the text then, and to say what is wrong with
  /// it. `out` is of no account in that case.
  [[nodiscard]] bool convert(std::string_view lines, std::string& out) const;

 private:
  std::vector<BinaryForm> forms_;
};

}  // namespace pgcoffer::rows
