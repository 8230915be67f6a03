#include "pg/server_error.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pgcoffer::pg {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Kind kind_of(std::string_view sqlstate, bool cancelled) {
  if (sqlstate == "57014" && cancelled) return Kind::interrupted;
  if (sqlstate == "42501" || sqlstate.starts_with("28")) return Kind::permission;
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P")) return Kind::connection;
  return Kind::failed;
}

/// What the server says of a row without its values, which must not get into logs: of a COPY's context where it was.
std::string_view without_row(std::string_view line) {
  if (line.starts_with("Failing row contains")) return {};
  return line.starts_with("COPY ") ? line.substr(0, line.find(": \"")) : line;
}

}  // namespace

std::string one_line(std::string_view message) {
  std::string text, extra;
  bool query_excerpt = false, values = false;
  for (const std::string& raw : split(message, '\n')) {
    std::string_view line = trimmed(raw);
    if (line.empty()) continue;
    if (line.starts_with("LINE ")) {  // and the line with the caret below it
      query_excerpt = true;
      continue;
    }
    if (query_excerpt && line == "^") continue;
    for (const std::string_view prefix : {"ERROR:", "FATAL:", "PANIC:"}) {
      if (line.starts_with(prefix)) line = trimmed(line.substr(prefix.size()));
    }
    const bool detail = line.starts_with("DETAIL:") || line.starts_with("HINT:") || line.starts_with("CONTEXT:");
    if (detail) {
      line = trimmed(line.substr(line.find(':') + 1));
      // The values of a row may go over lines.
      values = without_row(line) != line;
      line = without_row(line);
      if (line.empty()) continue;
      extra += fmt::format("{}{}", extra.empty() ? "" : "; ", line);
    } else if (values) {
      continue;
    } else if (extra.empty()) {
      const bool ended = text.empty() || text.back() == '.' || text.back() == ':' || text.back() == '?';
      text += fmt::format("{}{}{}", ended ? "" : ";", text.empty() ? "" : " ", line);
    } else {
      extra += fmt::format(" {}", line);
    }
  }
  return extra.empty() ? text : fmt::format("{} ({})", text, extra);
}

Error server_error(std::string_view message, std::string sqlstate, bool cancelled) {
  const Kind kind = kind_of(sqlstate, cancelled);
  if (kind == Kind::interrupted) return Error(kind, "interrupted").sqlstate(std::move(sqlstate));
  std::string hint;
  if (sqlstate == "55P03") {
    hint =
        "Somebody holds a conflicting lock (ALTER TABLE, VACUUM FULL…): try again later, or wait longer with "
        "--lock-wait-timeout.";
  } else if (sqlstate == "53100") {
    hint = "The server's disk is full.";
  } else if (sqlstate == "22021" || sqlstate == "22P05") {
    hint =
        "The database's encoding cannot hold this text: restore into one with the source's encoding (-C or --create-db "
        "makes it). A part that was edited has to be saved as UTF-8, and without zero bytes.";
  }
  return Error(kind, one_line(message)).hint(std::move(hint)).sqlstate(std::move(sqlstate));
}

Error lost_connection(std::string_view message, bool cancelled) {
  if (cancelled) return {Kind::interrupted, "interrupted"};
  return Error(Kind::connection, fmt::format("lost the connection to the server: {}", one_line(message)))
      .hint("Was the server restarted, the session terminated, or the network cut? The server's log says more.");
}

Error connect_error(std::string_view message, std::string_view to, bool needs_password) {
  std::string hint =
      "Check host, port, database and user; every libpq setting works (URI, PG* variables, service file).";
  if (needs_password) hint = "Give the password by PGPASSWORD, a password file (PGPASSFILE, ~/.pgpass) or -W.";
  return Error(Kind::connection, fmt::format("cannot connect ({}): {}", to, one_line(message))).hint(std::move(hint));
}

}  // namespace pgcoffer::pg
