#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pgcoffer/connect_options.hpp"
#include "pgcoffer/error.hpp"
#include "pgcoffer/keys.hpp"

namespace pgcoffer::cli {

/// -d -h -p -U -W --role, and DATABASE_URL where none of them says anything.
struct ConnectionArguments {
  std::string conninfo, host, port, user, role;
  bool ask_password = false;

  void declare(CLI::App& command);
  /// Asks for the password when told to. Throws Error(usage) without a terminal.
  [[nodiscard]] ConnectOptions resolve() const;
};

/// The key for pseudonyms from a file, or from PGCOFFER_PSEUDONYM_KEY; null when there is none.
[[nodiscard]] std::shared_ptr<const Secret> pseudonym_key(const std::string& file);

/// --encrypt, --key-file, --passphrase-file, --encrypt-to.
struct SealArguments {
  bool encrypt = false;
  std::string key_file, passphrase_file;
  std::vector<std::string> certificates;

  void declare(CLI::App& command);
  /// The same for commands that read an archive, too: --new-key-file, --new-passphrase-file.
  void declare_new(CLI::App& command);
  /// Empty recipients when nothing asks for encryption.
  [[nodiscard]] seal::Recipients resolve() const;

 private:
  void declare(CLI::App& command, const std::string& prefix);
};

/// --key-file, --passphrase-file, --identity; BACKUP_ENCRYPTION_KEY by itself.
struct OpenArguments {
  std::string key_file, passphrase_file, identity;

  void declare(CLI::App& command);
  /// Calls `use` with the identities; when they are none and the archive needs one, asks for the passphrase at the
  /// terminal and calls again. A BACKUP_ENCRYPTION_KEY that is no key matters only to an archive that needs one.
  template <class Use>
  auto with_identities(Use use) const {
    Given given = resolve();
    try {
      return use(std::move(given.identities));
    } catch (const Error& error) {
      if (error.kind() != Kind::wrong_key) throw;
      if (given.malformed) throw Error(*given.malformed);
      if (!may_ask()) throw;
    }
    return use(asked());
  }

 private:
  struct Given {
    seal::Identities identities;
    std::optional<Error> malformed;  ///< what is wrong with BACKUP_ENCRYPTION_KEY
  };
  [[nodiscard]] Given resolve() const;
  [[nodiscard]] bool may_ask() const;
  [[nodiscard]] static seal::Identities asked();
};

/// --section, of dump and restore.
void declare_sections(CLI::App& command, std::vector<std::string>& sections, const char* group);
/// --strict-names, which scripts written for pg_dump have: here to ask for what is not there is always an error.
void declare_strict_names(CLI::App& command, const char* group);

/// --progress, and -v for one of its values.
void declare_progress(CLI::App& command, std::string& progress, const char* group);

/// What --lock-wait-timeout says, "5000", "5s", "2min": a plain number is milliseconds, as for lock_timeout, whose
/// range it has. 0 (for ever) where it was not given. Throws Error(usage).
[[nodiscard]] std::chrono::milliseconds lock_wait_timeout(const std::string& text);

}  // namespace pgcoffer::cli
