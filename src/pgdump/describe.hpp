#pragma once

#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "pgdump/container.hpp"

namespace pgcoffer::pgdump {

/// An archive of pg_dump in the words of ours. Numbers of rows, parts and sizes are not known.
struct Description {
  archive::Manifest manifest;
  archive::Toc toc;
  std::vector<const Entry*> data;  ///< of each table of the manifest: where its rows are; null: it has none of its own
};

/// Throws Error(unsupported) for what cannot be said in them: encodings that only clients have.
[[nodiscard]] Description describe(const Container& container);

/// Takes an identifier from the start of `text`, and returns it unquoted; empty where none stands there.
[[nodiscard]] std::string take_identifier(std::string_view& text);
/// The table that a COPY statement names; nothing where it has no schema.
[[nodiscard]] std::optional<QualifiedName> copy_target(std::string_view copy);
/// Columns of `COPY schema.table (a, b) FROM stdin;`, unquoted.
[[nodiscard]] std::vector<std::string> copy_columns(std::string_view copy);

/// The columns of a CREATE TABLE statement as pg_dump writes it, unquoted; none of a typed table.
[[nodiscard]] std::vector<std::string> table_columns(std::string_view create_table);

/// The type of a column in a CREATE TABLE statement as pg_dump writes it (a column a line); empty where it is not
/// there.
[[nodiscard]] std::string column_type(std::string_view create_table, std::string_view column);
/// The type that a CREATE DOMAIN statement is made of; empty where it is none.
[[nodiscard]] std::string domain_type(std::string_view create_domain);
[[nodiscard]] rows::JsonKind kind_of_type(std::string_view type);

}  // namespace pgcoffer::pgdump
