#include "review/verdicts_of.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "convert/open_any.hpp"
#include "dump/describe.hpp"
#include "plan/plan.hpp"
#include "policy/policy.hpp"
#include "review/live_database.hpp"

namespace pgcoffer::review {

bool is_archive(const std::string& name) {
  const auto builtin = policy::builtin_names();
  if (std::ranges::find(builtin, name) != builtin.end()) return false;
  std::error_code ignored;
  if (std::filesystem::is_directory(name, ignored)) return true;
  // A policy begins with a brace, a comment or blanks; zip files and pg_dump's with letters.
  std::ifstream file(name, std::ios::binary);
  char first = '\0';
  return file.get(first) && std::string_view("{/ \t\r\n\xEF").find(first) == std::string_view::npos;
}

VerdictSet verdicts_of_archive(const std::string& path, const seal::Identities& identities) {
  const auto archive = converting::open_any(path, identities);
  return {archive->manifest().tables, archive->manifest().pseudonym_key};
}

VerdictSet verdicts_of_policy(const std::string& name, const ConnectOptions& connection, const std::stop_token& stop) {
  const policy::Policy policy = policy::load_policy(name, stop);
  LiveDatabase database(connection, stop);
  catalog::Catalog catalog = database.catalog();
  const policy::Verdicts verdicts = policy::resolve(policy, catalog);
  policy::apply(verdicts, catalog);
  return {dumping::describe_tables(catalog, verdicts, plan::make_plan(catalog, verdicts, {}), {}), ""};
}

}  // namespace pgcoffer::review
