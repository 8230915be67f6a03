#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace pgcoffer::cli {

/// --tables: exact names with commas between them.
class TableNames {
 public:
  void declare(CLI::App& command, const char* group);
  /// A comma in double quotes belongs to the name. Throws Error(usage) for what looks like an option that was meant.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::string text_;
};

}  // namespace pgcoffer::cli
