#pragma once

#include <string>

namespace pgcoffer::plan {

/// SQL for whether the node tree that the SQL `tree` (of type text) gives may fail for some values: it casts texts to
/// what not every text is, or calls what is not known to work with all values.
[[nodiscard]] std::string may_fail(const std::string& tree);

/// SQL for whether the node tree calls functions, or reads types, that are none of the server's own. These are not
/// run: their owner could be after the privileges of the role that dumps.
[[nodiscard]] std::string calls_others(const std::string& tree);

}  // namespace pgcoffer::plan
