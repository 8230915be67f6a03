#include "audit/audit.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "archive/row_choice.hpp"
#include "audit/databases.hpp"
#include "audit/judge.hpp"
#include "audit/manifest_texts.hpp"
#include "audit/scan.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "cluster/of_database.hpp"

namespace pgcoffer::audit {
namespace {

std::string user_name() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const bool known = getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
  return known ? entry.pw_name : std::to_string(geteuid());
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// The dump left out personal data, or was told to.
bool leaves_out_personal_data(const archive::Manifest& manifest) {
  if (manifest.policy == "no-personal-data") return true;
  return std::ranges::any_of(manifest.tables, [](const archive::Table& table) {
    return std::ranges::any_of(
        table.columns, [](const archive::Column& column) { return column.rule == "built-in no-personal-data"; });
  });
}

std::vector<LeftOut> left_out(const archive::Manifest& manifest) {
  std::vector<LeftOut> result;
  for (const archive::Table& table : manifest.tables) {
    const std::string name = display_name({table.schema, table.name});
    if (table.verdict != "keep") {
      result.push_back({name,
                        table.verdict,
                        shown(archive::row_choice(table)),
                        shown(table.reason),
                        shown(table.rule),
                        {},
                        {},
                        false});
      if (archive::holds_some_rows(table)) {
        result.back().rows = table.rows;
        result.back().of_rows = table.of_rows;
        result.back().of_rows_estimated = table.of_rows_estimated;
      }
    }
    for (const archive::Column& column : table.columns)
      if (!column.verdict.empty() && column.verdict != "keep")
        result.push_back({name + "." + quote_ident(column.name),
                          column.verdict,
                          shown(policy::described(column.verdict, column.rule, column.how)),
                          shown(column.reason),
                          shown(column.rule),
                          {},
                          {},
                          false});
  }
  return result;
}

void count(const Collector& seen, Report& report) {
  for (const archive::Table& table : report.manifest.tables) {
    if (!table.has_rows) continue;
    ++report.tables;
    report.rows += table.rows;
  }
  for (const TableContent& table : seen.tables())
    for (const ColumnContent& column : table.columns) report.values += column.values();
  report.large_objects = report.manifest.large_objects.size();
}

void add_broken_keys(Report& report) {
  for (const ForeignKeyResult& key : report.foreign_keys)
    if (key.outcome == ForeignKeyResult::Outcome::broken)
      report.findings.push_back(
          {key.table,
           "foreign-key",
           fmt::format("{} keys of \"{}\" reference no row of {}", key.missing, key.name, key.references),
           0,
           0,
           {}});
}

void add_other_key(const std::string& wanted, Report& report) {
  const std::string& used = report.manifest.pseudonym_key;
  if (wanted.empty() || used.empty() || used == wanted) return;
  report.findings.push_back(
      {"pseudonym key",
       "policy",
       fmt::format("pseudonyms were made with key {}, and not with the one given, which is {}", used, wanted),
       0,
       0,
       {}});
}

/// In a cluster without the database's name, too: then it holds in all of them.
bool accepts(const std::string& accepted, const Finding& finding) {
  const std::string place = place_name(finding.database, finding.object);
  return std::ranges::any_of(std::array{finding.object, place}, [&](const std::string& name) {
    return accepted == name || accepted == name + ":" + finding.kind;
  });
}

/// Moves findings that were accepted beforehand away.
void accept(const std::vector<std::string>& accepted, Report& report) {
  for (const std::string& one : accepted) {
    std::vector<Finding>& all = report.findings;
    // std::ranges' own is beyond what clang 14 reads of the standard library.
    const auto found =
        std::stable_partition(all.begin(), all.end(), [&](const Finding& finding) { return !accepts(one, finding); });
    if (found == all.end()) report.unused_accepts.push_back(one);
    report.accepted.insert(report.accepted.end(), found, all.end());
    all.erase(found, all.end());
  }
}

/// What is seen, with nothing accepted yet.
Report report_on(Collector& seen, const archive::Manifest& manifest, const archive::Toc& toc, const std::string& path,
                 const Options& options) {
  Report report;
  report.audited = utc_now();
  report.by = user_name();
  report.on = host_name();
  report.path = path;
  report.manifest = manifest;
  report.personal_data = options.personal_data || leaves_out_personal_data(manifest) ||
                         (options.policy && options.policy->no_personal_data);
  seen.finish();
  judge_content(toc, seen, report);
  if (options.policy) {
    report.policy = options.policy->name;
    judge_verdicts(toc, *options.policy, report);
  }
  add_other_key(options.pseudonym_key, report);
  report.foreign_keys = seen.foreign_keys();
  add_broken_keys(report);
  report.left_out = left_out(report.manifest);
  count(seen, report);
  return report;
}

Report read(const archive::Reader& reader, const std::string& path, const Options& options,
            const std::stop_token& stop) {
  Collector seen(reader.manifest(), reader.toc());
  scan(reader, seen, options.jobs, stop);
  return report_on(seen, reader.manifest(), reader.toc(), path, options);
}

/// What was left out of one database is looked for in all of them, and in what belongs to the server.
Options for_all(const archive::Manifest& manifest, const std::string& path, const seal::Identities& identities,
                const Options& options) {
  Options all = options;
  all.personal_data = all.personal_data || leaves_out_personal_data(manifest);
  for (const archive::ArchivedDatabase& database : manifest.databases)
    all.personal_data =
        all.personal_data || leaves_out_personal_data(archive::open_database(path, database, identities)->manifest());
  return all;
}

}  // namespace

Report audit(const archive::Reader& reader, const std::string& path, const seal::Identities& identities,
             const Options& options, const std::stop_token& stop) {
  const Options all = for_all(reader.manifest(), path, identities, options);
  Report report = read(reader, path, all, stop);
  for (const archive::ArchivedDatabase& database : reader.manifest().databases) {
    const auto within = archive::open_database(path, database, identities);
    try {
      add_database(database, read(*within, path, all, stop), report);
    } catch (const Error& error) {
      throw cluster::of_database(database.name, error);
    }
  }
  accept(options.accept, report);
  if (report.unused_accepts.empty()) return report;
  throw Error(pgcoffer::Kind::usage, fmt::format("there is no finding \"{}\" to accept", report.unused_accepts.front()))
      .hint(
          "Name one as the report does, schema.table.column or schema.table.column:kind, of a whole server with "
          "\"shop: \" "
          "before it; or take it out.");
}

Report judge(Collector& seen, const archive::Manifest& manifest, const archive::Toc& toc, const std::string& path,
             const Options& options) {
  Report report = report_on(seen, manifest, toc, path, options);
  accept(options.accept, report);
  return report;
}

}  // namespace pgcoffer::audit
