#pragma once

#include <set>
#include <string>
#include <string_view>

namespace pgcoffer::draft {

/// Paths, as redact-json takes them, to the texts in a JSON value whose keys are called like credentials.
class JsonSecrets {
 public:
  /// Anything that is no JSON has none.
  void add(std::string_view value);
  void add(const JsonSecrets& others);
  /// Empty also where not all of them can be told by paths: keys that no path can name, or too many.
  [[nodiscard]] std::set<std::string> paths() const { return whole_ ? std::set<std::string>() : paths_; }

 private:
  std::set<std::string> paths_;
  bool whole_ = false;  ///< only the whole value can be left out
};

}  // namespace pgcoffer::draft
