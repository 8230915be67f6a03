#include <algorithm>
#include <thread>

#include "audit/audit.hpp"
#include "audit/report_file.hpp"
#include "cli/audit_report.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "convert/open_any.hpp"
#include "rows/pseudonym.hpp"

namespace pgcoffer::cli {
namespace {

struct Arguments {
  OpenArguments open;
  std::string path, policy, pseudonym_key_file;
  std::vector<std::string> outputs;
  audit::Options options;
  bool json = false;
};

void run(Arguments& arguments, Context& context) {
  for (const std::string& file : arguments.outputs) audit::check_report_file(file);
  audit::Options& options = arguments.options;
  if (options.jobs == 0) options.jobs = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
  if (!arguments.policy.empty()) options.policy = policy::load_policy(arguments.policy, context.stop);
  if (const auto key = pseudonym_key(arguments.pseudonym_key_file))
    options.pseudonym_key = rows::pseudonym_key_id(*key);
  const audit::Report report = arguments.open.with_identities([&](const seal::Identities& identities) {
    return audit::audit(*converting::open_any(arguments.path, identities), arguments.path, identities, options,
                        context.stop);
  });
  for (const std::string& file : arguments.outputs) audit::write_report(report, file);
  if (arguments.json) {
    print_text(stdout, to_json(report));
  } else {
    print_audit(report);
  }
  if (!report.passed()) context.exit_code = kPolicy;
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("audit", "Look for what must not be in an archive, and report on it");
  command.footer(
      "Reads every value: password hashes, tokens, keys and other credentials by their shape, e-mail addresses, "
      "cards'\n"
      "numbers and other personal data, columns that are called like these; whether what the policy left out is "
      "absent,\n"
      "and whether foreign keys hold. The report tells where and of what kind, never a value. Exit code 5 on a "
      "finding.\n"
      "The schema, large objects and the texts of the database and its policy are read, too, for credentials,\n"
      "e-mail addresses, IBANs, cards' and social security numbers. Of a whole server (dump --all-databases) one "
      "report tells what is "
      "in\n"
      "its roles and tablespaces and in every database.\n"
      "Personal data is a finding where the policy leaves it out, or with --personal-data; else a note.\n\n"
      "Examples:\n  pgcoffer audit shop.zip -o audit.json audit.html\n  pgcoffer audit shop.zip --policy policy.json "
      "--accept public.posts.body:jwt");
  command.add_option("archive", arguments->path, "Archive: directory or zip file, or one of pg_dump's")
      ->type_name("PATH")
      ->required();
  command.add_option("--policy", arguments->policy, "Hold the archive against this policy: built-in or file")
      ->type_name("FILE|NAME");
  command
      .add_option("--pseudonym-key-file", arguments->pseudonym_key_file,
                  "Pseudonyms must have been made with this key (64 hex digits); otherwise PGCOFFER_PSEUDONYM_KEY")
      ->type_name("FILE");
  command.add_flag("--personal-data", arguments->options.personal_data, "Personal data is a finding");
  command
      .add_option("--accept", arguments->options.accept,
                  "A finding that is none: schema.table.column, or schema.table.column:kind; of a whole server in all "
                  "databases, or in one: \"shop: schema.table.column\" (repeatable)")
      ->type_name("OBJECT")
      ->allow_extra_args(false);
  command
      .add_option("-o,--output", arguments->outputs, "Write the report to these files: .json, .md (Markdown), .html")
      ->type_name("FILE")
      ->expected(1, 3);  // one of each kind
  command.add_flag("--json", arguments->json, "Print the report as JSON");
  command.add_option("-j,--jobs", arguments->options.jobs, "Threads; default: as many as cores, 8 at most")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  arguments->options.jobs = 0;
  arguments->open.declare(command);
  command.callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace pgcoffer::cli
