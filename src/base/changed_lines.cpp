#include "base/changed_lines.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace pgcoffer {
namespace {

using Lines = std::vector<std::string>;

/// Longer texts are shown as two whole ones: what the table of common lines takes grows with the product.
constexpr std::size_t kMostPairs = 4'000'000;

Lines lines_of(std::string_view text) {
  Lines lines;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first != std::string::npos) lines.push_back(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
  }
  return lines;
}

/// How many lines the two share from each pair of places on.
class Shared {
 public:
  Shared(const Lines& first, const Lines& second) : width_(second.size() + 1), counts_((first.size() + 1) * width_) {
    if (first.size() * second.size() > kMostPairs) return;
    for (std::size_t i = first.size(); i-- > 0;) {
      for (std::size_t j = second.size(); j-- > 0;)
        at(i, j) = first[i] == second[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  [[nodiscard]] unsigned& at(std::size_t i, std::size_t j) { return counts_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<unsigned> counts_;
};

}  // namespace

std::vector<std::string> changed_lines(std::string_view first, std::string_view second) {
  const Lines ours = lines_of(first), theirs = lines_of(second);
  Shared shared(ours, theirs);
  std::vector<std::string> changed;
  std::size_t i = 0, j = 0;
  while (i < ours.size() || j < theirs.size()) {
    if (i < ours.size() && j < theirs.size() && ours[i] == theirs[j]) {
      ++i;
      ++j;
    } else if (j == theirs.size() || (i < ours.size() && shared.at(i + 1, j) >= shared.at(i, j + 1))) {
      changed.push_back("- " + ours[i++]);
    } else {
      changed.push_back("+ " + theirs[j++]);
    }
  }
  return changed;
}

}  // namespace pgcoffer
