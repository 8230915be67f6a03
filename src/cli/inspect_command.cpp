#include "cli/context.hpp"
#include "cli/inspect_pg_dump.hpp"
#include "cli/inspection.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "pgdump/container.hpp"

namespace pgcoffer::cli {
namespace {

struct Arguments {
  OpenArguments open;
  std::string path;
  bool json = false;
};

}  // namespace

void add_inspect(CLI::App& app, Context& /*context*/) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("inspect", "Tell what is in an archive, without reading its parts");
  command.footer("Example:\n  pgcoffer inspect shop.zip");
  command.add_option("archive", arguments->path, "Archive: directory or zip file, or one of pg_dump's")
      ->type_name("PATH")
      ->required();
  command.add_flag("--json", arguments->json, "Print it as JSON");
  arguments->open.declare(command);
  command.callback([arguments] {
    if (pgdump::is_pg_dump(arguments->path)) return inspect_pg_dump(arguments->path, arguments->json);
    arguments->open.with_identities([&](const seal::Identities& identities) {
      const auto reader = archive::open(arguments->path, identities);
      if (arguments->json) return print_json(inspection(*reader), stdout);
      print_inspection(*reader);
    });
  });
}

}  // namespace pgcoffer::cli
