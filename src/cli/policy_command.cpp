#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/policy_report.hpp"
#include "cli/report.hpp"
#include "draft/draft.hpp"
#include "policy/explain.hpp"
#include "review/check.hpp"
#include "review/compare.hpp"
#include "review/find_object.hpp"
#include "review/verdicts_of.hpp"

namespace pgcoffer::cli {
namespace {

struct Arguments {
  ConnectionArguments connection;
  OpenArguments open;
  std::string policy, object, other;
  bool counts = false, json = false;
};

void declare_json(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Print the result as JSON");
}

void check(const Arguments& arguments, Context& context) {
  const policy::Policy policy = policy::load_policy(arguments.policy, context.stop);
  review::LiveDatabase database(arguments.connection.resolve(), context.stop);
  const review::Check result = review::check_policy(database, policy, arguments.counts);
  if (arguments.json) {
    print_json(to_json(result), stdout);
  } else {
    print_check(result);
  }
  if (!result.refusals.empty()) context.exit_code = kPolicy;
}

void explain(const Arguments& arguments, Context& context) {
  const policy::Policy policy = policy::load_policy(arguments.policy, context.stop);
  review::LiveDatabase database(arguments.connection.resolve(), context.stop);
  const review::Place place = review::find_object(database.catalog(), arguments.object);
  const policy::Resolution resolution = policy::examine(policy, database.catalog());
  const policy::Explanation result = policy::explain(policy, database.catalog(), resolution, place.table, place.column);
  if (arguments.json) {
    print_json(to_json(result), stdout);
  } else {
    print_explanation(result);
  }
}

review::VerdictSet verdicts(const std::string& name, const Arguments& arguments, Context& context) {
  if (!review::is_archive(name)) return review::verdicts_of_policy(name, arguments.connection.resolve(), context.stop);
  return arguments.open.with_identities(
      [&](const seal::Identities& identities) { return review::verdicts_of_archive(name, identities); });
}

void diff(const Arguments& arguments, Context& context) {
  const auto changes = review::compare_verdicts(verdicts(arguments.policy, arguments, context),
                                                verdicts(arguments.other, arguments, context));
  if (arguments.json) {
    print_json(to_json(changes), stdout);
  } else {
    print_changes(changes);
  }
}

void add_check(CLI::App& policy, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      *policy.add_subcommand("check", "Tell what a policy does to a database, and what stands against it");
  command.footer(
      "Exit code 5 when the policy cannot be used: rules that match nothing, constraints that would break, and with\n"
      "\"strict\" tables and columns that have come since it was written. No row is read without --counts.\n\n"
      "Example:\n  pgcoffer policy check policy.json -d shop --counts");
  command.add_option("policy", arguments->policy, "Policy file or built-in policy")->type_name("FILE|NAME")->required();
  command.add_flag("--counts", arguments->counts, "Count rows kept and left out, and those whose parent is left out");
  declare_json(command, arguments->json);
  arguments->connection.declare(command);
  command.callback([arguments, &context] { check(*arguments, context); });
}

void add_explain(CLI::App& policy, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *policy.add_subcommand("explain", "Tell which rule decides a table or column, and why");
  command.footer("Example:\n  pgcoffer policy explain policy.json public.users.email -d shop");
  command.add_option("policy", arguments->policy, "Policy file or built-in policy")->type_name("FILE|NAME")->required();
  command.add_option("object", arguments->object, "schema.table or schema.table.column")->type_name("NAME")->required();
  declare_json(command, arguments->json);
  arguments->connection.declare(command);
  command.callback([arguments, &context] { explain(*arguments, context); });
}

void add_diff(CLI::App& policy, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *policy.add_subcommand("diff", "Tell what differs between the verdicts of archives or policies");
  command.footer(
      "Policies are applied to the database of -d; archives have their verdicts in them.\n\n"
      "Examples:\n  pgcoffer policy diff shop-may.zip policy.json -d shop\n  pgcoffer policy diff shop-may.zip "
      "shop-june.zip");
  command.add_option("before", arguments->policy, "Archive, policy file or built-in policy")
      ->type_name("PATH|NAME")
      ->required();
  command.add_option("after", arguments->other, "The same, later")->type_name("PATH|NAME")->required();
  declare_json(command, arguments->json);
  arguments->open.declare(command);
  arguments->connection.declare(command);
  command.callback([arguments, &context] { diff(*arguments, context); });
}

struct InitArguments {
  ConnectionArguments connection;
  draft::Options options;
  std::string output;
};

void init(const InitArguments& arguments, Context& context) {
  std::error_code ignored;
  const bool to_file = !arguments.output.empty() && arguments.output != "-";
  if (to_file && std::filesystem::exists(arguments.output, ignored))
    throw Error(Kind::exists, fmt::format("\"{}\" exists", arguments.output))
        .hint("A policy that people may have changed is never overwritten: remove it, or name another file.");
  review::LiveDatabase database(arguments.connection.resolve(), context.stop);
  const draft::Draft draft = draft::make_draft(database, arguments.options, context.stop);
  if (to_file) {
    write_file(arguments.output, draft.policy, 0644);
  } else {
    print_text(stdout, draft.policy);
  }
  for (const std::string& problem : draft.problems) print_line(stderr, "pgcoffer: to be decided by hand: " + problem);
  print_line(stderr, fmt::format("pgcoffer: {} and {}, of which {} left out or changed", counted(draft.tables, "table"),
                                 counted(draft.columns, "column"),
                                 draft.left_out == 1 ? "1 is" : human_count(draft.left_out) + " are"));
}

void add_init(CLI::App& policy, Context& context) {
  auto arguments = std::make_shared<InitArguments>();
  CLI::App& command = *policy.add_subcommand("init", "Write a first policy for a database, with its reasons");
  command.footer(
      "Looks at names, types, comments and some rows of every table, and writes a strict policy that leaves out\n"
      "credentials: a rule for each table and column, behind a comment that says what was seen, never a value.\n\n"
      "Examples:\n  pgcoffer policy init -d shop -o policy.json\n  pgcoffer policy check policy.json -d shop");
  command.add_option("-o,--output", arguments->output, "New file for the policy; default: standard output")
      ->type_name("FILE");
  command.add_option("--rows", arguments->options.rows, "Rows of each table to look at; 0: none; default: 1000")
      ->type_name("N")
      ->check(CLI::Range(0U, 1000000U));
  command.add_flag("--personal-data", arguments->options.personal_data, "Leave out personal data, too");
  arguments->connection.declare(command);
  command.callback([arguments, &context] { init(*arguments, context); });
}

}  // namespace

void add_policy(CLI::App& app, Context& context) {
  CLI::App& command = *app.add_subcommand("policy", "Write policies, and look at what they do to a database");
  command.require_subcommand(1);
  add_init(command, context);
  add_check(command, context);
  add_explain(command, context);
  add_diff(command, context);
}

}  // namespace pgcoffer::cli
