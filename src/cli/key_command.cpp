#include <fmt/format.h>

#include "archive/reader.hpp"
#include "base/digest.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"

namespace pgcoffer::cli {
namespace {

struct RewrapArguments {
  std::string path;
  OpenArguments open;
  std::string key_file, passphrase_file;
  std::vector<std::string> certificates;
};

void rewrap(const RewrapArguments& arguments) {
  SealArguments seal;
  seal.key_file = arguments.key_file;
  seal.passphrase_file = arguments.passphrase_file;
  seal.certificates = arguments.certificates;
  const seal::Recipients recipients = seal.resolve();
  if (recipients.empty()) {
    throw Error(Kind::usage, "no new recipient given")
        .hint("Give --new-key-file, --new-passphrase-file or --new-encrypt-to.");
  }
  arguments.open.with_identities(
      [&](const seal::Identities& identities) { archive::rewrap(arguments.path, identities, recipients); });
  print_line(
      stderr,
      fmt::format("pgcoffer: \"{}\" opens with the new recipients only; copies made before still open with the old",
                  arguments.path));
}

}  // namespace

void add_key(CLI::App& app, Context& /*context*/) {
  CLI::App& command = *app.add_subcommand("key", "Make keys, change who can open an archive");
  command.require_subcommand(1);
  CLI::App& generate = *command.add_subcommand("generate", "Print a new random 32-byte key as 64 hex digits");
  generate.footer(
      "Example:\n  export BACKUP_ENCRYPTION_KEY=$(pgcoffer key generate)\n\nKeep a copy where the backups are not: "
      "without it they cannot be opened.");
  generate.callback([] { print_line(stdout, to_hex(random_bytes(32))); });

  auto arguments = std::make_shared<RewrapArguments>();
  CLI::App& change = *command.add_subcommand("rewrap", "Seal the archive's key anew; the parts stay as they are");
  change.footer("Example:\n  pgcoffer key rewrap shop.zip --key-file old.key --new-key-file new.key");
  change.add_option("archive", arguments->path, "Archive: directory or zip file")->type_name("PATH")->required();
  constexpr const char* group = "New recipients";
  change.add_option("--new-key-file", arguments->key_file, "32-byte key (64 hex digits)")
      ->group(group)
      ->type_name("PATH");
  change.add_option("--new-passphrase-file", arguments->passphrase_file, "Passphrase on this file's first line")
      ->group(group)
      ->type_name("PATH");
  change.add_option("--new-encrypt-to", arguments->certificates, "X.509 certificate; may be repeated")
      ->group(group)
      ->type_name("CERT.pem");
  arguments->open.declare(change);
  change.callback([arguments] { rewrap(*arguments); });
}

}  // namespace pgcoffer::cli
