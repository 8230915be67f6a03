#pragma once

#include <optional>
#include <string>

#include "archive/manifest.hpp"

namespace pgcoffer::archive {

/// The policy took only some of the table's rows.
[[nodiscard]] bool holds_some_rows(const Table& table);
/// "1,200 of about 40,000 rows", "3 of 5 rows"; "3 rows" where it is not known of how many.
[[nodiscard]] std::string rows_kept(std::uint64_t rows, std::optional<std::uint64_t> of, bool estimated);
/// Which rows they are, for people: "(deleted_at IS NULL), sample 10 percent, follow both"; empty for all of them.
[[nodiscard]] std::string row_choice(const Table& table);
/// A table's verdict with what it is told: "where (deleted_at IS NULL), sample 10 percent", "sample 10 percent".
[[nodiscard]] std::string told_verdict(const std::string& verdict, const std::string& choice);

}  // namespace pgcoffer::archive
