#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

/// Names in arguments. They stand there as they are; in double quotes, with quotes inside doubled, they may also hold
/// what has a meaning outside of them.
namespace pgcoffer::restoring {

[[nodiscard]] bool has_quotes(std::string_view text);

/// Where the first such character outside of double quotes stands, not before `from`; npos.
[[nodiscard]] std::size_t find_unquoted(std::string_view text, char wanted, std::size_t from = 0);

/// Names with dots between them, each bare or within quotes; nothing where that is not what the text is.
[[nodiscard]] std::optional<std::vector<std::string>> quoted_names(const std::string& text);

/// "name" or "schema.name"; the schema may be empty. Throws Error(usage) naming the option.
[[nodiscard]] QualifiedName table_name(const std::string& text, const char* option);

/// Whether the text is a name of the table, with its schema or without. Throws as table_name().
[[nodiscard]] bool names_table(const std::string& text, const QualifiedName& table, const char* option);

[[noreturn]] void refuse_name(const std::string& text, const char* option);

}  // namespace pgcoffer::restoring
