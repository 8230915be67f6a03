#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgcoffer {

/// "1 table", "1,234 tables". Nouns that do not take an "s" alone give their plural.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural = {});

}  // namespace pgcoffer
