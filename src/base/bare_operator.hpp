#pragma once

#include <string_view>

namespace pgcoffer {

/// Whether an operator stands beside this column in the expression without its schema: `mail = 'x'`, `mail IN (…)`, but
/// not `mail OPERATOR(public.=) 'x'`, `mail::text = 'x'` or `f(mail)`. Our sessions have an empty search_path: an
/// operator of an extension's type is not found there, and where the type has an implicit cast, as citext has to text,
/// another type's is taken for it, silently. An expression that cannot be told apart into tokens (see sql_tokens) has
/// one if it has the column's name.
[[nodiscard]] bool has_bare_operator(std::string_view expression, std::string_view column);

}  // namespace pgcoffer
