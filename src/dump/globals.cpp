#include "dump/globals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "archive/layout.hpp"
#include "archive/plain_script.hpp"
#include "archive/writer.hpp"
#include "base/time.hpp"
#include "catalog/globals.hpp"
#include "dump/check_options.hpp"
#include "dump/database.hpp"
#include "dump/databases.hpp"
#include "dump/describe.hpp"
#include "dump/output.hpp"
#include "dump/source.hpp"
#include "pgcoffer/error.hpp"
#include "policy/policy.hpp"
#include "policy/redact.hpp"

namespace pgcoffer::dumping {
namespace {

cluster::GlobalsSqlOptions sql_options(const DumpOptions& options) {
  const cluster::DatabaseSqlOptions kept = database_options(options);
  return {kept.privileges, kept.comments, kept.security_labels, kept.tablespaces};
}

/// Without what the options leave out.
void leave_out(cluster::Globals& globals, const DumpOptions& options) {
  const cluster::GlobalsSqlOptions kept = sql_options(options);
  if (!kept.tablespaces) globals.tablespaces.clear();
  if (!kept.privileges) globals.parameters.clear();
  for (cluster::Role& role : globals.roles) {
    if (!kept.comments) role.comment.clear();
    if (!kept.security_labels) role.labels.clear();
  }
  for (cluster::Tablespace& tablespace : globals.tablespaces) {
    if (!kept.privileges) tablespace.acl.reset();
    if (!kept.comments) tablespace.comment.clear();
    if (!kept.security_labels) tablespace.labels.clear();
  }
}

class GlobalsDump {
 public:
  GlobalsDump(const DumpOptions& options, Progress& progress, const std::stop_token& stop)
      : options_(options), progress_(progress), stop_(stop) {}

  DumpReport run() {
    (void)check_options(options_);
    if (options_.container == Container::plain) {
      write_script();
    } else {
      write_archive();
    }
    return std::move(report_);
  }

 private:
  void write_archive() {
    archive::Writer writer(create_archive(options_), compression(options_), options_.recipients);
    read();
    archive::Manifest manifest = describe_source(*source_, options_);
    if (options_.all_databases)
      manifest.databases = DatabasesDump(options_, progress_, stop_, report_)
                               .into_folder(databases_, writer.folder(std::string(archive::kDatabases)));
    manifest.has_data = false;
    manifest.policy = options_.policy;
    manifest.warnings = report_.warnings;
    manifest.globals = globals_;
    manifest.finished = utc_now();
    progress_.phase("finish", {});
    check_stop();
    writer.finish(manifest, toc());
    report_.archive_id = manifest.archive_id;
    for (const archive::StoredFile& file : manifest.files) report_.stored_bytes += file.bytes;
  }

  void write_script() {
    archive::PlainScript script(options_.path, options_.replace, compression(options_), durability(options_));
    read();
    if (std::ranges::any_of(globals_.roles, [](const cluster::Role& role) { return role.password.has_value(); }))
      warn("the script holds password verifiers: whoever can read it can try out passwords");
    script.write(archive::script_preamble(client_encoding(source_->leader())));
    script.write(archive::script(toc(), "pre-data", {}));
    if (options_.all_databases) DatabasesDump(options_, progress_, stop_, report_).into_script(databases_, script);
    check_stop();
    script.commit();
    report_.stored_bytes = script.stored_bytes();
  }

  void read() {
    const policy::Policy policy = policy::load_policy(options_.policy.empty() ? "full" : options_.policy, stop_);
    if (policy.no_credentials && options_.role_passwords) {
      throw Error(Kind::policy, "policy refuses: passwords of roles are credentials")
          .hint("Leave out --role-passwords, or choose another policy.");
    }
    progress_.phase("connect", {});
    source_ = std::make_unique<SourceDatabase>(pg::maintenance(options_.connection), stop_, source_settings(options_));
    progress_.phase("catalog", {});
    pg::Connection& leader = source_->leader();
    leader.exec("SET client_encoding = " + quote_literal(client_encoding(leader)));
    std::vector<std::string> warnings;
    globals_ = catalog::read_globals(leader, options_.role_passwords, warnings);
    leave_out(globals_, options_);
    if (options_.all_databases) databases_ = list_databases(leader, options_, warnings);
    if (policy.no_credentials) withhold(warnings);
    for (const std::string& text : warnings) warn(text);
    report_.objects = toc().entries.size();
  }

  void withhold(std::vector<std::string>& warnings) {
    const auto from = [&](std::vector<cluster::Setting>& settings, const std::string& holder) {
      std::ranges::move(policy::withhold_settings(settings, holder), std::back_inserter(warnings));
    };
    for (cluster::Role& role : globals_.roles) from(role.settings, fmt::format("role \"{}\"", role.name));
    from(globals_.settings, "all roles");
  }

  [[nodiscard]] archive::Toc toc() const {
    archive::Toc toc;
    for (const cluster::GlobalEntry& item : entries(globals_, sql_options(options_))) {
      archive::TocEntry entry;
      entry.id = static_cast<int>(toc.entries.size() + 1);
      entry.kind = item.kind;
      entry.name = item.name;
      entry.owner = item.owner;
      entry.section = "pre-data";
      entry.create = item.create;
      entry.drop = item.drop;
      toc.entries.push_back(std::move(entry));
    }
    return toc;
  }

  void warn(const std::string& text) {
    progress_.warning(text);
    report_.warnings.push_back(text);
  }

  void check_stop() const {
    if (stop_.stop_requested()) throw Error(Kind::interrupted, "interrupted");
  }

  const DumpOptions& options_;
  Progress& progress_;
  const std::stop_token& stop_;
  std::unique_ptr<SourceDatabase> source_;
  cluster::Globals globals_;
  std::vector<std::string> databases_;  ///< to be dumped, too
  DumpReport report_;
};

}  // namespace

DumpReport dump_globals(const DumpOptions& options, Progress& progress, const std::stop_token& stop) {
  return GlobalsDump(options, progress, stop).run();
}

}  // namespace pgcoffer::dumping
