#include "pg/conninfo.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <memory>

#include "pgcoffer/error.hpp"

namespace pgcoffer::pg {
namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

bool is_conninfo(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://") ||
         text.find('=') != std::string_view::npos;
}

std::map<std::string, std::string> parse(const std::string& text) {
  char* message = nullptr;
  const Options options(PQconninfoParse(text.c_str(), &message), &PQconninfoFree);
  if (message != nullptr) {
    // libpq quotes the piece it stumbled over, which may be part of a password: only the unknown keyword is safe to
    // show.
    const std::string reason = message;
    PQfreemem(message);
    constexpr std::string_view marker = "invalid URI query parameter: ";
    const bool safe =
        reason.find(marker) != std::string::npos || reason.find("invalid connection option") != std::string::npos;
    std::string shown =
        safe ? reason.substr(0, reason.find_last_not_of("\r\n") + 1) : "it is neither a URI nor key=value pairs";
    throw Error(Kind::usage, fmt::format("cannot parse the connection string: {}", shown))
        .hint(
            "Write postgresql://user@host:port/database or \"host=… port=… dbname=… user=…\". Special characters in a "
            "URI are percent-encoded; parameters that other programs put into DATABASE_URL must be left out.");
  }
  std::map<std::string, std::string> settings;
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) settings[option->keyword] = option->val;
  }
  return settings;
}

/// What is meant as a URI, and is not one of PostgreSQL: taken for a database's name, it would be shown with its
/// password.
bool is_strange_uri(std::string_view text) {
  const auto colon = text.find(':');
  return colon != std::string_view::npos &&
         (text.substr(colon).starts_with("://") || text.find('@', colon) != std::string_view::npos);
}

std::map<std::string, std::string> merge(const ConnectOptions& options) {
  std::map<std::string, std::string> settings;
  if (is_conninfo(options.conninfo)) {
    settings = parse(options.conninfo);
  } else if (is_strange_uri(options.conninfo)) {
    throw Error(Kind::usage, "cannot parse the connection string: it is not a URI of PostgreSQL")
        .hint(
            "Write postgresql://user@host:port/database, without a space before it. (A database with such a name is "
            "connected to with dbname='…'.)");
  } else if (!options.conninfo.empty()) {
    settings["dbname"] = options.conninfo;
  }
  const auto put = [&](const char* keyword, const std::string& value) {
    if (!value.empty()) settings[keyword] = value;
  };
  put("host", options.host);
  put("port", options.port);
  put("user", options.user);
  put("dbname", options.dbname);
  return settings;
}

/// libpq waits for a server that accepts and then says nothing for ever; nobody wants that of a job at night. A service
/// file may have its own idea, which a setting of ours would override.
bool has_timeout(const std::map<std::string, std::string>& settings) {
  return settings.contains("connect_timeout") || settings.contains("service") ||
         std::getenv("PGCONNECT_TIMEOUT") != nullptr || std::getenv("PGSERVICE") != nullptr;
}

}  // namespace

Conninfo::Conninfo(std::map<std::string, std::string> settings) : settings_(std::move(settings)) {
  for (const auto& [keyword, value] : settings_) {
    keywords_.push_back(keyword.c_str());
    values_.push_back(value.c_str());
  }
  keywords_.push_back(nullptr);
  values_.push_back(nullptr);
}

Conninfo::~Conninfo() {
  for (auto& [keyword, value] : settings_) OPENSSL_cleanse(value.data(), value.size());
}

Conninfo resolve_conninfo(const ConnectOptions& options) {
  std::map<std::string, std::string> settings = merge(options);
  if (options.password) settings["password"] = std::string(options.password->view());
  settings.try_emplace("fallback_application_name", "pgcoffer");
  if (!has_timeout(settings)) settings["connect_timeout"] = "60";
  return Conninfo(std::move(settings));
}

void require_database(const ConnectOptions& options) {
  const std::map<std::string, std::string> settings = merge(options);
  if (settings.contains("dbname") || settings.contains("service")) return;
  if (std::getenv("PGDATABASE") != nullptr || std::getenv("PGSERVICE") != nullptr) return;
  throw Error(Kind::usage, "nothing says which database to restore into")
      .hint("Name it with -d (or PGDATABASE); -C and --create-db make a new one.");
}

std::string describe(const ConnectOptions& options) {
  const std::map<std::string, std::string> settings = merge(options);
  std::vector<std::string> words;
  for (const char* keyword : {"host", "port", "dbname", "user", "service"}) {
    const auto found = settings.find(keyword);
    // A URI in the wrong place would be shown with its password.
    const bool shown = found != settings.end() && found->second.find("://") == std::string::npos;
    if (shown) words.push_back(fmt::format("{} \"{}\"", keyword, found->second));
  }
  return words.empty() ? "with libpq's defaults" : fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace pgcoffer::pg
