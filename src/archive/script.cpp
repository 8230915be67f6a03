#include <fmt/format.h>

#include <algorithm>

#include "archive/toc.hpp"
#include "base/text.hpp"

namespace pgcoffer::archive {

namespace {

bool wanted(const TocEntry& entry, const ScriptOptions& options) {
  const bool privileges = entry.kind == "ACL" || entry.kind == "DEFAULT ACL";
  return options.privileges || !privileges;
}

/// Statistics come after all sections: making an index counts its table anew.
std::string_view script_of(const TocEntry& entry) {
  if (entry.kind == "STATISTICS DATA") return "statistics";
  return entry.kind == "EXTENDED STATISTICS DATA" ? "extended-statistics" : std::string_view(entry.section);
}

/// A name as a comment can hold it: it must not end the comment's line, or it would become SQL.
std::string in_comment(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return out;
}

void add_comment(std::string& to, const TocEntry& entry) {
  to.append("\n-- Name: ").append(in_comment(entry.name)).append("; Kind: ").append(entry.kind);
  if (!entry.schema.empty()) to.append("; Schema: ").append(in_comment(entry.schema));
  if (!entry.owner.empty()) to.append("; Owner: ").append(in_comment(entry.owner));
  to += "\n\n";
}

}  // namespace

std::string script_preamble(std::string_view encoding) {
  return fmt::format(
      "SET statement_timeout = 0;\n"
      "SET lock_timeout = 0;\n"
      "SET idle_in_transaction_session_timeout = 0;\n"
      // Servers before 17 do not have it, and SET would fail there.
      "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = "
      "'transaction_timeout';\n"
      "SET client_encoding = {};\n"
      "SET standard_conforming_strings = on;\n"
      "SELECT pg_catalog.set_config('search_path', '', false);\n"
      "SET check_function_bodies = false;\n"
      "SET xmloption = content;\n"
      "SET array_nulls = on;\n"
      "SET client_min_messages = warning;\n"
      "SET row_security = off;\n"
      // A database may have it on for all its sessions.
      "SET default_transaction_read_only = off;\n"
      "SET default_tablespace = '';\n"
      "SET default_table_access_method = heap;\n",
      quote_literal(encoding));
}

std::string statements(const TocEntry& entry, const ScriptOptions& options) {
  if (!wanted(entry, options)) return {};
  std::string sql;
  // Each entry leaves the session as the preamble made it: entries may be run alone, in any order, on any connection.
  const bool method = options.access_methods && !entry.access_method.empty() && entry.access_method != "heap";
  const bool tablespace = options.tablespaces && !entry.tablespace.empty();
  if (!entry.create.empty()) {
    if (tablespace) sql += fmt::format("SET default_tablespace = {};\n", quote_ident(entry.tablespace));
    if (method) sql += fmt::format("SET default_table_access_method = {};\n", quote_ident(entry.access_method));
    sql += entry.create;
    if (sql.back() != '\n') sql += '\n';
    if (method) sql += "SET default_table_access_method = heap;\n";
    if (tablespace) sql += "SET default_tablespace = '';\n";
  }
  if (options.owners) sql += entry.owner_sql;
  if (!sql.empty() && sql.back() != '\n') sql += '\n';
  return sql;
}

std::string script(const Toc& toc, std::string_view section, const ScriptOptions& options) {
  std::string out;
  for (const TocEntry& entry : toc.entries) {
    if (script_of(entry) != section) continue;
    const std::string sql = statements(entry, options);
    if (sql.empty()) continue;
    add_comment(out, entry);
    out += sql;
  }
  return out;
}

}  // namespace pgcoffer::archive
