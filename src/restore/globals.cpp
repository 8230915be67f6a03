#include "restore/globals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "catalog/globals.hpp"
#include "cluster/steps.hpp"
#include "pgcoffer/error.hpp"
#include "restore/target.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr std::string_view kUndefined = "42704";

class GlobalsRestore {
 public:
  GlobalsRestore(const cluster::Globals& wanted, const RestoreOptions& options, Progress& progress,
                 const std::stop_token& stop, RestoreReport& report)
      : wanted_(wanted), options_(options), progress_(progress), stop_(stop), report_(report) {}

  void run(const std::string& encoding) {
    check_options();
    progress_.phase("connect", {});
    target_ = std::make_unique<TargetDatabase>(pg::maintenance(options_.connection), encoding, nullptr, stop_);
    plan();
    if (options_.dry_run) return rehearse();
    ask();
    progress_.phase("globals", {});
    in_transaction();
    tablespaces();
    report_.objects += steps_.list.size();
  }

 private:
  void check_options() const {
    const bool selects = !options_.tables.empty() || !options_.table_names.empty() || options_.data_only ||
                         options_.schema_only || options_.statistics_only || !options_.sections.empty() ||
                         options_.create || !options_.create_database.empty() || options_.clean ||
                         !options_.map_schemas.empty() || !options_.map_tables.empty() || !options_.map_roles.empty() ||
                         !options_.map_tablespaces.empty() || !options_.objects.empty() || !options_.schemas.empty();
    if (selects) {
      throw Error(Kind::usage, "the archive holds roles and tablespaces, no database")
          .hint("Leave out options that select tables, rows or sections, or that create a database.");
    }
    if (options_.no_owner || options_.single_transaction || options_.resumable || options_.resume ||
        options_.skip_refused) {
      throw Error(
          Kind::usage,
          "--no-owner, --single-transaction, --resumable, --resume and --skip-refused mean nothing for roles and "
          "tablespaces")
          .hint(
              "Leave them out: all but tablespaces is one transaction, and repeating the command goes on from there.");
    }
  }

  void plan() {
    pg::Connection& leader = target_->leader();
    const pg::Result self = leader.query(
        "SELECT rolname, rolsuper, "
        "pg_catalog.has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT') AS reads_passwords "
        "FROM pg_catalog.pg_roles WHERE rolname = current_user");
    superuser_ = self[0]["rolsuper"].as_bool();
    role_ = self[0]["rolname"].str();
    std::vector<std::string> ignored;  // grants of roles that are gone here
    const bool passwords = wanted_.passwords && self[0]["reads_passwords"].as_bool();
    const cluster::Globals there = catalog::read_globals(leader, passwords, ignored);
    cluster::StepOptions options;
    options.privileges = !options_.no_privileges;
    options.comments = !options_.leave_out.comments;
    options.security_labels = !options_.leave_out.security_labels;
    options.tablespaces = !options_.leave_out.tablespaces;
    options.server_version = leader.server_version();
    options.current_role = role_;
    steps_ = cluster::steps_to(wanted_, there, options);
    for (const std::string& notice : steps_.notices) warn(notice);
    for (const cluster::Step& step : steps_.list) report_.plan.push_back(step.what);
    if (steps_.list.empty()) report_.plan.emplace_back("roles and tablespaces are as in the archive: nothing to do");
  }

  void ask() const {
    const auto changed = std::ranges::count_if(steps_.list, &cluster::Step::existing);
    if (changed == 0) return;
    const std::string question = fmt::format(
        "The server has some of the roles and tablespaces; {} changes would be made to them. Go on?", changed);
    if (options_.confirm && options_.confirm(question)) return;
    throw Error(Kind::usage, "roles or tablespaces that exist would be changed: not restored")
        .hint("Nothing was changed. `--dry-run` shows the changes; say --yes to make them.");
  }

  /// Everything that can be undone, undone.
  void rehearse() {
    pg::Connection& leader = target_->leader();
    leader.exec("BEGIN");
    const std::vector<std::string> failures = try_all();
    leader.exec("ROLLBACK");
    if (!failures.empty()) refuse(failures);
  }

  void in_transaction() {
    pg::Connection& leader = target_->leader();
    leader.exec("BEGIN");
    const std::vector<std::string> failures = try_all();
    if (failures.empty()) return leader.exec("COMMIT");
    leader.exec("ROLLBACK");
    refuse(failures);
  }

  /// Goes on after a failure, so that all of them can be told.
  std::vector<std::string> try_all() {
    pg::Connection& leader = target_->leader();
    std::vector<std::string> failures;
    for (const cluster::Step& step : steps_.list) {
      if (step.superuser && !superuser_) {
        failures.push_back(fmt::format("{}: only superusers may", step.what));
        permission_ = true;
        continue;
      }
      // What belongs to a tablespace that is not made yet cannot be tried.
      if (!step.transaction) break;
      leader.exec("SAVEPOINT pgcoffer_step");
      try {
        leader.exec(step.sql);
      } catch (const Error& error) {
        if (error.kind() == Kind::interrupted || error.kind() == Kind::connection) throw;
        leader.exec("ROLLBACK TO SAVEPOINT pgcoffer_step");
        const std::string failure = fmt::format("{}: {}", step.what, error.message());
        if (step.parameter && error.sqlstate() == kUndefined) {
          warn(failure + ": left out");  // gone from newer servers
          continue;
        }
        permission_ = permission_ || error.kind() == Kind::permission;
        failures.push_back(failure);
      }
    }
    return failures;
  }

  [[noreturn]] void refuse(const std::vector<std::string>& failures) const {
    throw Error(permission_ ? Kind::permission : Kind::failed,
                fmt::format("{} of {} steps cannot be done as role \"{}\": {}", failures.size(), steps_.list.size(),
                            role_, join(failures, "; ")))
        .hint(superuser_ ? "Nothing was changed."
                         : "Nothing was changed. Restore as a superuser, or write a script (dump --globals -f -) and "
                           "take what this role may do.");
  }

  // CREATE TABLESPACE cannot be undone: each is made by itself, behind everything else.
  void tablespaces() {
    pg::Connection& leader = target_->leader();
    auto step = std::ranges::find(steps_.list, false, &cluster::Step::transaction);
    for (; step != steps_.list.end(); ++step) {
      try {
        leader.exec(step->sql);
      } catch (const Error& error) {
        if (error.kind() == Kind::interrupted) throw;
        const auto done = step - steps_.list.begin();
        throw Error(error.kind(), fmt::format("cannot {}: {}", step->what, error.message()))
            .hint(fmt::format("{}{} of {} steps are done; restoring again goes on from there.",
                              step->transaction
                                  ? ""
                                  : "Make the folder on the server's machine, empty and owned by the "
                                    "server's user, or create the tablespace elsewhere yourself: one that "
                                    "exists is taken as it is. ",
                              done, steps_.list.size()))
            .sqlstate(error.sqlstate());
      }
    }
  }

  void warn(const std::string& text) {
    progress_.warning(text);
    report_.warnings.push_back(text);
  }

  const cluster::Globals& wanted_;
  const RestoreOptions& options_;
  Progress& progress_;
  const std::stop_token& stop_;
  RestoreReport& report_;
  std::unique_ptr<TargetDatabase> target_;
  cluster::Steps steps_;
  std::string role_;
  bool superuser_ = false;
  bool permission_ = false;  ///< something failed for want of a right
};

}  // namespace

void restore_globals(const archive::Manifest& manifest, const RestoreOptions& options, Progress& progress,
                     const std::stop_token& stop, RestoreReport& report) {
  GlobalsRestore(*manifest.globals, options, progress, stop, report).run(manifest.encoding);
}

}  // namespace pgcoffer::restoring
