#include "cli/options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <limits>

#include "base/file.hpp"
#include "cli/terminal.hpp"
#include "seal/seal.hpp"

namespace pgcoffer::cli {
namespace {

constexpr const char* kKeyVariable = "BACKUP_ENCRYPTION_KEY";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

Secret key_from_file(const std::string& path) {
  return seal::parse_key(read_secret_file(path), fmt::format("file \"{}\"", path));
}

Secret key_from_environment() {
  return seal::parse_key(environment(kKeyVariable), kKeyVariable);
}

Secret passphrase_from_file(const std::string& path) {
  const Secret whole(read_secret_file(path));
  const std::string_view first = whole.view().substr(0, whole.view().find_first_of("\r\n"));
  if (first.empty()) {
    throw Error(Kind::usage, fmt::format("passphrase file \"{}\" has an empty first line", path))
        .hint("Write the passphrase on its first line.");
  }
  return Secret(std::string(first));
}

}  // namespace

void ConnectionArguments::declare(CLI::App& command) {
  constexpr const char* group = "Connection";
  command.add_option("-d,--dbname", conninfo, "Database name, conninfo string or URI (postgresql://user@host:port/db)")
      ->group(group)
      ->type_name("CONNINFO");
  command.add_option("-h,--host", host, "Server's host or socket folder")->group(group)->type_name("HOST");
  command.add_option("-p,--port", port, "Server's port")->group(group)->type_name("PORT");
  command.add_option("-U,--username", user, "Role to connect as")->group(group)->type_name("NAME");
  command.add_option("--role", role, "Act as this role: SET ROLE after connecting")->group(group)->type_name("NAME");
  CLI::Option* ask = command.add_flag("-W,--password", ask_password, "Ask for the password")->group(group);
  command
      .add_flag_callback(
          "-w,--no-password", [] {}, "For scripts that have it: never ask for the password, as without -W")
      ->group(group)
      ->excludes(ask);
}

ConnectOptions ConnectionArguments::resolve() const {
  ConnectOptions options;
  options.conninfo = conninfo;
  options.host = host;
  options.port = port;
  options.user = user;
  options.role = role;
  // DATABASE_URL is what applications have; it speaks only where nothing else does.
  const bool silent = conninfo.empty() && host.empty() && port.empty() && user.empty() &&
                      environment("PGHOST").empty() && environment("PGDATABASE").empty() &&
                      environment("PGSERVICE").empty();
  if (silent) options.conninfo = environment("DATABASE_URL");
  if (ask_password) options.password = std::make_shared<const Secret>(ask_secret("Password: "));
  return options;
}

std::shared_ptr<const Secret> pseudonym_key(const std::string& file) {
  constexpr const char* variable = "PGCOFFER_PSEUDONYM_KEY";
  if (!file.empty()) return std::make_shared<const Secret>(key_from_file(file));
  const std::string value = environment(variable);
  return value.empty() ? nullptr : std::make_shared<const Secret>(seal::parse_key(value, variable));
}

void SealArguments::declare(CLI::App& command) {
  declare(command, "--");
}

void SealArguments::declare_new(CLI::App& command) {
  declare(command, "--new-");
}

void SealArguments::declare(CLI::App& command, const std::string& prefix) {
  constexpr const char* group = "Encryption";
  command
      .add_flag("--encrypt", encrypt,
                "Encrypt; where nothing below says to whom: with the key in BACKUP_ENCRYPTION_KEY (64 hex digits), "
                "else a passphrase that is asked for")
      ->group(group);
  command.add_option(prefix + "key-file", key_file, "Encrypt to the 32-byte key in this file (64 hex digits)")
      ->group(group)
      ->type_name("PATH");
  command
      .add_option(prefix + "passphrase-file", passphrase_file, "Encrypt to the passphrase on this file's first line")
      ->group(group)
      ->type_name("PATH");
  command.add_option("--encrypt-to", certificates, "Encrypt to this X.509 certificate; may be repeated")
      ->group(group)
      ->type_name("CERT.pem");
}

seal::Recipients SealArguments::resolve() const {
  seal::Recipients recipients;
  if (!key_file.empty()) recipients.key = key_from_file(key_file);
  if (!passphrase_file.empty()) recipients.passphrase = passphrase_from_file(passphrase_file);
  for (const std::string& path : certificates) recipients.certificates.emplace_back(path);
  if (!encrypt || !recipients.empty()) return recipients;
  if (!environment(kKeyVariable).empty()) {
    recipients.key = key_from_environment();
  } else if (is_terminal()) {
    recipients.passphrase = ask_new_secret("Passphrase for the archive: ");
  } else {
    throw Error(Kind::usage, "--encrypt has no key to encrypt to")
        .hint(
            "Set BACKUP_ENCRYPTION_KEY (`pgcoffer key generate` makes one), or give --key-file, --passphrase-file or "
            "--encrypt-to.");
  }
  return recipients;
}

void OpenArguments::declare(CLI::App& command) {
  constexpr const char* group = "Decryption";
  command.add_option("--key-file", key_file, "32-byte key (64 hex digits); otherwise BACKUP_ENCRYPTION_KEY is tried")
      ->group(group)
      ->type_name("PATH");
  command.add_option("--passphrase-file", passphrase_file, "Passphrase on this file's first line")
      ->group(group)
      ->type_name("PATH");
  command.add_option("--identity", identity, "Private key of a certificate that the archive is encrypted to")
      ->group(group)
      ->type_name("KEY.pem");
}

OpenArguments::Given OpenArguments::resolve() const {
  Given given;
  seal::Identities& identities = given.identities;
  if (!key_file.empty()) {
    identities.key = key_from_file(key_file);
  } else if (passphrase_file.empty() && identity.empty() && !environment(kKeyVariable).empty()) {
    try {
      identities.key = key_from_environment();
    } catch (const Error& error) {
      given.malformed = error;
    }
  }
  if (!passphrase_file.empty()) identities.passphrase = passphrase_from_file(passphrase_file);
  if (!identity.empty()) identities.identity = identity;
  return given;
}

bool OpenArguments::may_ask() const {
  return key_file.empty() && passphrase_file.empty() && identity.empty() && environment(kKeyVariable).empty() &&
         is_terminal();
}

seal::Identities OpenArguments::asked() {
  seal::Identities identities;
  identities.passphrase = ask_secret("Passphrase of the archive: ");
  return identities;
}

void declare_sections(CLI::App& command, std::vector<std::string>& sections, const char* group) {
  command
      .add_option(
          "--section", sections,
          "Only pre-data (what comes before the rows), data or post-data (indexes, constraints, triggers …); may "
          "be repeated")
      ->group(group)
      ->type_name("SECTION")
      ->expected(1)
      ->take_all();
}

void declare_strict_names(CLI::App& command, const char* group) {
  command
      .add_flag_callback(
          "--strict-names", [] {}, "For scripts that have it: to ask for what is not there is always an error")
      ->group(group);
}

void declare_progress(CLI::App& command, std::string& progress, const char* group) {
  CLI::Option* how = command.add_option("--progress", progress, "auto, plain, json or none")
                         ->group(group)
                         ->type_name("MODE")
                         ->capture_default_str();
  command
      .add_flag_callback(
          "-v,--verbose", [&progress] { progress = "plain"; }, "Say what is done, as --progress plain does")
      ->group(group)
      ->excludes(how);
}

std::chrono::milliseconds lock_wait_timeout(const std::string& text) {
  if (text.empty()) return {};
  constexpr long long most = std::numeric_limits<int>::max();
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const long long factor = unit.empty() || unit == "ms" ? 1
                           : unit == "s"                ? 1000
                           : unit == "min"              ? 60'000
                           : unit == "h"                ? 3'600'000
                                                        : 0;
  if (error != std::errc() || factor == 0 || value < 0 || value > most / factor) {
    throw Error(Kind::usage, fmt::format("--lock-wait-timeout: \"{}\" is not a duration up to 596 hours", text))
        .hint("Write milliseconds, or a number with a unit: 500ms, 5s, 2min.");
  }
  return std::chrono::milliseconds(value * factor);
}

}  // namespace pgcoffer::cli
