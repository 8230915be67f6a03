#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "archive/toc.hpp"

namespace pgcoffer::comparing {

/// True when the two say the same to the server: blanks, comments, needless quotes of names and literals, the place
/// of a function's LANGUAGE and PARALLEL among its options, which pg_dump and the server write differently, and the
/// order of columns of a table that inherits do not count.
[[nodiscard]] bool same_definition(std::string_view first, std::string_view second);

/// Of pg_dump --quote-all-identifiers: "text" is text; "char" and "Name" stay.
[[nodiscard]] std::string without_needless_quotes(std::string_view sql);

/// Kind, schema and name. Some kinds have several entries of one identity: a view that stands in for itself, privileges
/// of columns.
using Identity = std::tuple<std::string, std::string, std::string>;

/// Comments and security labels are told apart by what their statements name: pg_dump calls their entries otherwise.
/// `as_pg_dump`: one side is an archive of pg_dump, whose names of operators and the like tell less, and which quotes
/// names in those of privileges.
[[nodiscard]] Identity identity(const archive::TocEntry& entry, bool as_pg_dump);

/// Kinds that hold text which the server wrote from a parsed form: expressions, conditions, queries.
[[nodiscard]] bool holds_deparsed_text(std::string_view kind);

}  // namespace pgcoffer::comparing
