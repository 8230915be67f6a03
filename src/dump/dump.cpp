#include "pgcoffer/dump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <thread>
#include <utility>

#include "archive/after_restore.hpp"
#include "archive/database_script.hpp"
#include "archive/row_choice.hpp"
#include "archive/writer.hpp"
#include "base/counted.hpp"
#include "base/remains.hpp"
#include "base/time.hpp"
#include "catalog/read.hpp"
#include "dump/audit.hpp"
#include "dump/check_options.hpp"
#include "dump/database.hpp"
#include "dump/describe.hpp"
#include "dump/dump.hpp"
#include "dump/globals.hpp"
#include "dump/large_objects.hpp"
#include "dump/output.hpp"
#include "dump/plain.hpp"
#include "dump/rows.hpp"
#include "dump/rows_before.hpp"
#include "dump/selection.hpp"
#include "dump/source.hpp"
#include "dump/standby.hpp"
#include "dump/unselected.hpp"
#include "dump/unsupported.hpp"
#include "pgcoffer/error.hpp"
#include "plan/chance.hpp"
#include "plan/check_replacements.hpp"
#include "plan/plan.hpp"
#include "plan/setting_keys.hpp"
#include "policy/environment.hpp"
#include "policy/redact.hpp"
#include "subset/left_behind.hpp"
#include "subset/some_nulls.hpp"
#include "subset/subset.hpp"

namespace pgcoffer {
namespace dumping {
namespace {

constexpr unsigned kMostJobs = 8;

/// One dump, from the options to the report.
class Dump {
 public:
  Dump(const DumpOptions& options, Progress& progress, std::stop_token stop, archive::PlainScript* script)
      : options_(options), progress_(progress), stop_(std::move(stop)), script_(script) {}

  DumpReport run() {
    const QuoteAllIdentifiers quoting(options_.quote_all_identifiers);
    sections_ = check_options(options_);
    format_ = wants_binary_rows(options_) ? rows::Format::sql : rows::parse_format(options_.rows);
    compression_ = compression(options_);
    jobs_ = options_.jobs != 0 ? options_.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, kMostJobs);
    if (options_.container != Container::plain) {
      run_archive();
    } else if (script_ != nullptr) {
      write_script(*script_);
    } else {
      archive::PlainScript script(options_.path, options_.replace, compression_, durability(options_));
      write_script(script);
      check_stop();
      script.commit();
      report_.stored_bytes = script.stored_bytes();
    }
    return std::move(report_);
  }

 private:
  void run_archive() {
    archive::Writer writer(create_archive(options_), compression_, options_.recipients);
    decide();
    manifest_ = describe();
    auto contents_then = std::async(std::launch::async, [this] { return toc(); }).share();
    auto contents_stored = std::async(
        std::launch::async, [&writer, contents_then, source = manifest_, quoted = options_.quote_all_identifiers] {
          const QuoteAllIdentifiers quoting(quoted);
          writer.put_contents(source, contents_then.get());
        });
    if (options_.audit) begin_audit(contents_then.get());
    std::vector<TableRows> rows;
    if (sections_.data) rows = dump_rows_phase(writer);
    progress_.phase("finish", {});
    manifest_.tables = describe_tables(catalog_, verdicts_, plan_, rows);
    manifest_.finished = utc_now();
    const archive::Toc& contents = contents_then.get();
    remains_.take(std::exchange(catalog_, {}));
    remains_.take(std::exchange(verdicts_, {}));
    check_stop();
    contents_stored.get();
    writer.seal(manifest_);
    if (audit_) warn(audit_->finish(manifest_, contents));
    writer.commit();
    count(rows);
  }

  [[nodiscard]] plan::PlanOptions plan_options() const {
    // The text of a plain script is the server's own, and so are numbers with digits as they were asked for.
    const bool text = options_.container == Container::plain || options_.extra_float_digits;
    const std::string zone = source_->leader().parameter_status("TimeZone");
    return {.jobs = jobs_,
            .part_size = options_.part_size,
            .via_root = options_.load_via_partition_root,
            .binary = wants_binary_rows(options_),
            .binary_wire = !text,
            .utc = zone == "UTC" || zone == "Etc/UTC"};
  }

  void begin_audit(const archive::Toc& contents) {
    archive::Manifest expected = manifest_;
    // Tables with rows, although none is known yet.
    expected.tables =
        describe_tables(catalog_, verdicts_, plan_, std::vector<TableRows>(sections_.data ? plan_.tables.size() : 0));
    audit_.emplace(*options_.audit, options_.path, expected, contents);
  }

  std::vector<TableRows> dump_rows_phase(archive::Writer& writer) {
    progress_.phase("rows", {plan_.tables.size(), plan_.estimated_bytes()});
    // By hand, a pack is loaded as a whole: its rows must be SQL, and no foreign key may be in force.
    const bool packs = format_ == rows::Format::sql && sections_.pre_data;
    const RowsOptions options{format_,
                              jobs_,
                              plan_.part_size,
                              manifest_.encoding,
                              options_.pseudonym_key.get(),
                              packs,
                              audit_ ? &audit_->collector() : nullptr};
    DumpedRows rows = dumping::dump_rows(*source_, writer, plan_, catalog_, options, progress_);
    manifest_.packs = std::move(rows.packs);
    if (!catalog_.large_objects.empty()) {
      progress_.phase("large objects", {});
      manifest_.large_objects = dump_large_objects(source_->leader(), writer, catalog_.large_objects, plan_.part_size,
                                                   audit_ ? &audit_->collector() : nullptr, progress_);
    }
    return std::move(rows.tables);
  }

  void write_script(archive::PlainScript& script) {
    decide();
    progress_.phase("rows", {plan_.tables.size(), plan_.estimated_bytes()});
    if (!sections_.data) plan_.tables.clear();
    const archive::Toc contents = toc();
    const cluster::DatabaseSqlOptions database = database_options(options_);
    if (options_.create) {
      if (options_.clean) script.write(cluster::drop_sql(catalog_.database.name, options_.if_exists));
      script.write(archive::database_script(catalog_.database, database, catalog_.server.version, encoding()));
      script.write("\n" + cluster::psql_connect(catalog_.database.name) + "\n");
    }
    // With its database goes all that is in it.
    const PlainOptions how{
        encoding(),       options_.clean && !options_.create, options_.if_exists, options_.pseudonym_key.get(),
        options_.inserts, options_.disable_triggers,          options_.superuser};
    const PlainResult result = write_plain(script, *source_, catalog_, plan_, contents, how, progress_);
    if (options_.create) script.write(archive::database_closing_script(catalog_.database, database));
    report_.tables = plan_.tables.size();
    report_.objects = contents.entries.size();
    report_.rows = result.rows;
    report_.encoded_bytes = result.bytes;
    report_.after_restore = archive::after_restore_actions(describe_tables(catalog_, verdicts_, plan_, {}));
  }

  /// Everything that can be refused is refused here, before the first row is read.
  void decide() {
    const policy::Policy policy = policy::load_policy(options_.policy.empty() ? "full" : options_.policy, stop_);
    if (policy.environment) read_environment(*policy.environment);
    for (int attempt = 1; !begin(policy, attempt); ++attempt) progress_.note("tables were written anew: once more");
    if (!options_.ignore_unsupported) refuse_unsupported(catalog_);
    subset::warn_of_left_behind(catalog_, verdicts_);
    policy::apply(verdicts_, catalog_);
    refuse_unreadable(source_->leader(), catalog_, options_.ignore_unsupported);
    if (policy.no_credentials) {
      const std::string holder = fmt::format("database \"{}\"", catalog_.database.name);
      warn(policy::withhold_settings(catalog_.database.settings, holder));
    }
    if (sections_.data) plan::settle_setting_keys(source_->leader(), catalog_, verdicts_);
    plan_ = plan::make_plan(catalog_, verdicts_, plan_options());
    if (plan_.needs_pseudonym_key()) require_pseudonym_key(options_.pseudonym_key.get());
    if (sections_.data) check_unlogged(source_->leader(), catalog_, plan_);
    plan::check_on_server(source_->leader(), plan_, catalog_, verdicts_);
    policy::Refusals refusals(policy::Refusals::Mode::thrown);
    warn(plan::check_replacements(source_->leader(), plan_, catalog_, verdicts_,
                                  subset::some_nulls(catalog_, verdicts_), refusals));
    if (sections_.data) warn(plan::rows_by_chance(source_->leader(), plan_, catalog_, verdicts_));
    if (sections_.data) choose_rows(policy);
    if (options_.enable_row_security && sections_.data)
      warn({"rows that row-level security hides from the role are left out (--enable-row-security)"});
    const bool selects = !options_.tables.empty() || !options_.schemas.empty() || !options_.extensions.empty();
    if (selects && catalog_.objects.empty()) warn({"nothing is selected: no object of the database is dumped"});
    warn(catalog_.warnings);
    warn(verdicts_.warnings);
    if (sections_.data) warn(plan_.warnings);
    if (options_.inserts && sections_.data && !sections_.post_data && !options_.disable_triggers)
      warn(inserts_out_of_order(catalog_, plan_));
    for (const std::string& name : unsupported_names(catalog_))
      warn({fmt::format("left out, since it cannot be dumped: {}", name)});
  }

  void read_environment(const policy::Environment& rules) {
    if (options_.container == Container::plain)
      return warn({"the environment that the policy chooses is left out: a plain script cannot hold it"});
    std::vector<std::string> warnings;
    for (policy::Variable& one : policy::read_environment(rules, warnings))
      environment_.push_back({std::move(one.name), std::move(one.value), one.masked});
    warn(warnings);
  }

  void choose_rows(const policy::Policy& policy) {
    progress_.phase("references", {});
    std::set<catalog::Oid> rows_of;
    for (const plan::TablePlan& table : plan_.tables) rows_of.insert(catalog_.tables[table.table].oid);
    refuse_undone_subset(source_->leader(), options_, policy, rows_of);
    subset::choose_rows(
        plan_, catalog_, verdicts_, {jobs_, plan_.part_size},
        [this](const auto& prepare) -> pg::Connection& { return source_->connect(encoding(), prepare); });
    // A script says nothing of them.
    if (options_.container != Container::plain) look_up_rows_before(source_->leader(), catalog_, verdicts_, plan_);
  }

  /// Takes a snapshot, locks the tables and reads the catalog. False: the snapshot cannot see the rows of some table.
  [[nodiscard]] bool begin(const policy::Policy& policy, int attempt) {
    constexpr int most_attempts = 5;
    progress_.phase("connect", {});
    source_.reset();  // its locks, too
    source_ = std::make_unique<SourceDatabase>(options_.connection, stop_, source_settings(options_));
    progress_.phase("catalog", {});
    source_->leader().exec("SET client_encoding = " + quote_literal(encoding()));
    try {
      read_catalog(policy);
      return true;
    } catch (const Error& error) {
      if (error.sqlstate() != catalog::kWrittenAnew || attempt == most_attempts || !options_.snapshot.empty()) throw;
      return false;
    }
  }

  void read_catalog(const policy::Policy& policy) {
    catalog::Selection selected = selection(options_);
    if (options_.policy.empty() || !selected.statistics) return read_catalog(policy, selected);
    // Statistics hold values: of which tables the server may be asked for them is known when the rest is.
    selected.statistics = false;
    read_catalog(policy, selected);
    selected.statistics = true;
    selected.no_statistics_of = policy::without_statistics(verdicts_, catalog_);
    read_catalog(policy, selected);
    if (const std::size_t tables = selected.no_statistics_of.size(); tables > 0)
      warn(
          {fmt::format("optimizer statistics hold values of rows: those of {} are left out, since the policy changes "
                       "them, their partitions or what they may show",
                       counted(tables, "table"))});
  }

  void read_catalog(const policy::Policy& policy, const catalog::Selection& selected) {
    try {
      catalog::Ahead::Connect second;
      if (jobs_ > 1) second = [this, encoding = encoding()] { return source_->borrow(encoding); };
      catalog_ = catalog::read_catalog(source_->leader(), selected, options_.lock_wait_timeout, second,
                                       catalog::known_catalogs(), &remains_);
      verdicts_ = policy::resolve(policy, catalog_);
    } catch (const Error& error) {
      if (error.kind() != Kind::failed || error.sqlstate().empty() || error.sqlstate() == catalog::kWrittenAnew) throw;
      throw Error(Kind::failed, "cannot read the catalog: " + error.message())
          .hint(error.hint())
          .sqlstate(error.sqlstate());
    }
  }

  [[nodiscard]] std::string encoding() const { return client_encoding(source_->leader()); }

  /// Takes the objects out of the catalog.
  [[nodiscard]] archive::Toc toc() {
    const QuoteAllIdentifiers quoting(options_.quote_all_identifiers);
    const Sections named = chosen_sections(options_.sections, false, false);
    report_.objects = catalog_.objects.size();
    return make_toc(std::exchange(catalog_.objects, {}), catalog_.tables, plan_,
                    {!options_.no_owner, !options_.no_privileges, sections_, named, options_.leave_out});
  }

  [[nodiscard]] archive::Manifest describe() const {
    archive::Manifest manifest = describe_source(*source_, options_);
    manifest.server_encoding = catalog_.database.encoding;
    manifest.time_zone = source_->leader().parameter_status("TimeZone");
    manifest.collate = catalog_.database.collate;
    manifest.ctype = catalog_.database.ctype;
    manifest.locale_provider = catalog_.database.locale_provider;
    manifest.icu_locale = catalog_.database.locale.value_or("");
    manifest.properties = archived_database(catalog_.database, options_);
    manifest.has_schema = sections_.schema();
    manifest.has_data = sections_.data;
    manifest.policy = options_.policy;
    if (plan_.needs_pseudonym_key()) manifest.pseudonym_key = rows::pseudonym_key_id(*options_.pseudonym_key);
    manifest.environment = environment_;
    manifest.warnings = report_.warnings;
    manifest.unsupported = unsupported_names(catalog_);
    return manifest;
  }

  void count(const std::vector<TableRows>& rows) {
    report_.archive_id = manifest_.archive_id;
    report_.tables = rows.size();
    const auto add = [&](const std::vector<archive::Part>& parts) {
      report_.parts += parts.size();
      for (const archive::Part& part : parts) {
        report_.encoded_bytes += part.encoded_bytes;
        report_.stored_bytes += part.stored_bytes;
      }
    };
    for (const TableRows& table : rows) {
      report_.rows += table.rows;
      add(table.parts);
    }
    for (const archive::LargeObject& object : manifest_.large_objects) add(object.parts);
    report_.after_restore = archive::after_restore_actions(manifest_.tables);
    for (const archive::Table& table : manifest_.tables)
      if (archive::holds_some_rows(table))
        report_.some_rows.push_back(
            {display_name({table.schema, table.name}), table.rows, table.of_rows, table.of_rows_estimated});
  }

  void warn(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      progress_.warning(text);
      report_.warnings.push_back(text);
    }
  }

  void check_stop() const {
    if (stop_.stop_requested()) throw Error(Kind::interrupted, "interrupted");
  }

  const DumpOptions& options_;
  Progress& progress_;
  std::stop_token stop_;
  archive::PlainScript* script_;  ///< of the caller; null: our own
  Sections sections_;
  rows::Format format_ = rows::Format::sql;
  compress::Setting compression_;
  unsigned jobs_ = 1;
  std::unique_ptr<SourceDatabase> source_;
  catalog::Catalog catalog_;
  policy::Verdicts verdicts_;
  plan::Plan plan_;
  std::vector<archive::Variable> environment_;
  archive::Manifest manifest_;
  std::optional<Audit> audit_;
  DumpReport report_;
  Remains remains_;
};

}  // namespace

DumpReport dump_database(const DumpOptions& options, Progress& progress, const std::stop_token& stop,
                         archive::PlainScript* script) {
  return Dump(options, progress, stop, script).run();
}

}  // namespace dumping

DumpReport dump(const DumpOptions& options, Progress& progress, const std::stop_token& stop) {
  const auto start = std::chrono::steady_clock::now();
  try {
    DumpReport report = options.globals || options.all_databases ? dumping::dump_globals(options, progress, stop)
                                                                 : dumping::dump_database(options, progress, stop);
    report.elapsed = std::chrono::steady_clock::now() - start;
    return report;
  } catch (const Error&) {
    // Whatever broke first because of it, the reason is the request.
    if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
    throw;
  }
}

}  // namespace pgcoffer
