#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer {

/// A schema-qualified name, unquoted, as the catalog holds it.
struct QualifiedName {
  std::string schema;
  std::string name;
  auto operator<=>(const QualifiedName&) const = default;
};

/// SQL identifier, always in double quotes ("" for an inner quote): safe on every server version.
[[nodiscard]] std::string quote_always(std::string_view name);

/// "schema"."name", both always quoted.
[[nodiscard]] std::string quote_always(const QualifiedName& name);

/// SQL identifier for scripts that people read: quoted only where needed (not plain lower case, or a keyword that is
/// not unreserved in some PostgreSQL version from 13 to 19).
[[nodiscard]] std::string quote_ident(std::string_view name);
[[nodiscard]] std::string quote_ident(const QualifiedName& name);

/// While one lives, quote_ident() quotes every name in the thread that made it (pg_dump's --quote-all-identifiers).
/// Another thread that works for it needs one of its own, made with `in_force()` of the first.
class QuoteAllIdentifiers {
 public:
  explicit QuoteAllIdentifiers(bool all);
  ~QuoteAllIdentifiers();
  QuoteAllIdentifiers(const QuoteAllIdentifiers&) = delete;
  QuoteAllIdentifiers& operator=(const QuoteAllIdentifiers&) = delete;
  [[nodiscard]] static bool in_force() noexcept;

 private:
  bool before_;
};

/// SQL string literal: '…', with E'…' where the text holds a backslash; reads the same whatever
/// standard_conforming_strings says.
[[nodiscard]] std::string quote_literal(std::string_view text);

/// The name as people write it: schema.name, quoted only where SQL demands it; for messages and logs.
[[nodiscard]] std::string display_name(const QualifiedName& name);
/// The same in quotes, but where SQL's own stand in it: "public.orders", public."Orders".
[[nodiscard]] std::string quoted_name(const QualifiedName& name);

[[nodiscard]] std::string join(const std::vector<std::string>& items, std::string_view separator);
/// "a, b, c and 7 more": the first twenty of what may be thousands, for messages.
[[nodiscard]] std::string join_first(const std::vector<std::string>& items);
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

/// "16.0 MiB", "1.2 GiB", "312 B": binary units, one decimal.
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
/// "1,234,567".
[[nodiscard]] std::string human_count(std::uint64_t count);
/// "16MB", "1GiB", "512k", "4096": powers of 1024 whatever the spelling. Throws Error(usage).
[[nodiscard]] std::uint64_t parse_size(std::string_view text);

/// True when the text is well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace pgcoffer
