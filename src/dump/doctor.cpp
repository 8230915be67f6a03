#include "pgcoffer/doctor.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "catalog/read.hpp"
#include "dump/output.hpp"
#include "dump/selection.hpp"
#include "dump/source.hpp"
#include "dump/standby.hpp"
#include "dump/unsupported.hpp"
#include "pgcoffer/error.hpp"
#include "plan/chance.hpp"
#include "plan/check_replacements.hpp"
#include "plan/plan.hpp"
#include "plan/setting_keys.hpp"
#include "plan/statements.hpp"
#include "policy/policy.hpp"
#include "subset/left_behind.hpp"
#include "subset/periods.hpp"
#include "subset/some_nulls.hpp"

namespace pgcoffer {
namespace dumping {
namespace {

using Result = Examination::Result;

class Doctor {
 public:
  explicit Doctor(const DumpOptions& options) : options_(options) {}

  std::vector<Examination> run() {
    if (!look("connection", [&] { connect(); })) return std::move(findings_);
    server();
    if (look("tables", [&] { catalog(); })) {
      unsupported();
      look("policy", [&] { policy(); });
      look("rows", [&] { check_unlogged(source_->leader(), catalog_, plan_); });
      space();
    }
    return std::move(findings_);
  }

 private:
  void add(Result result, std::string subject, std::string finding, std::string mend = "") {
    findings_.push_back({result, std::move(subject), std::move(finding), std::move(mend)});
  }

  template <class Action>
  bool look(const char* subject, Action action) {
    try {
      action();
      return true;
    } catch (const Error& error) {
      add(Result::bad, subject, error.message(), error.hint());
      return false;
    }
  }

  void connect() {
    source_ = std::make_unique<SourceDatabase>(options_.connection, std::stop_token(), source_settings(options_));
    source_->leader().exec("SET client_encoding = " + quote_literal(client_encoding(source_->leader())));
    const pg::Connection::Endpoint endpoint = source_->leader().endpoint();
    add(Result::good, "connection",
        fmt::format("to database {} on {} port {} as {}", quote_ident(endpoint.dbname), endpoint.host, endpoint.port,
                    quote_ident(endpoint.user)));
  }

  void server() {
    pg::Connection& leader = source_->leader();
    add(Result::good, "server",
        fmt::format("version {}, encoding {}", leader.parameter_status("server_version"),
                    leader.parameter_status("server_encoding")));
    const pg::Result row = leader.query(R"(
      SELECT pg_catalog.current_setting('max_connections')::int - pg_catalog.current_setting('superuser_reserved_connections')::int AS allowed,
             (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend') AS used)");
    const auto left = row[0]["allowed"].as_int() - row[0]["used"].as_int();
    if (left < static_cast<std::int64_t>(options_.jobs)) {
      add(Result::warning, "connections", fmt::format("{} are free, {} are wanted", left, options_.jobs),
          "Use fewer jobs (-j), or try when fewer clients are connected.");
    }
  }

  void catalog() {
    catalog_ = catalog::read_catalog(source_->leader(), selection(options_), options_.lock_wait_timeout);
    refuse_unreadable(source_->leader(), catalog_, true);  // hidden parts are told with the objects
    std::size_t tables = 0;
    for (const catalog::Table& table : catalog_.tables) {
      if (!table.rows_selected) continue;
      ++tables;
      bytes_ += plan::estimated_bytes(table);
    }
    add(Result::good, "tables",
        fmt::format("{} with {} on the server's disk can be locked and read; {} in all", counted(tables, "table"),
                    human_bytes(bytes_), counted(catalog_.objects.size(), "object")));
    for (const std::string& warning : catalog_.warnings)
      add(Result::warning, "server", warning, "Is there a newer pgcoffer?");
  }

  void unsupported() {
    for (const catalog::Unsupported& object : catalog_.unsupported) {
      const bool hidden = !object.hidden.empty();
      add(Result::bad, "objects",
          fmt::format("{} {} cannot be dumped{}", object.kind, object.name,
                      hidden ? fmt::format(": this role may not see its {}", object.hidden) : ""),
          fmt::format("Dump {}without it with --ignore-unsupported: the manifest lists it.",
                      hidden ? "as a superuser, or " : ""));
    }
  }

  void policy() {
    const bool given = !options_.policy.empty();
    policy::Verdicts verdicts = policy::resolve(policy::load_policy(given ? options_.policy : "full"), catalog_);
    subset::warn_of_left_behind(catalog_, verdicts);
    policy::apply(verdicts, catalog_);
    if (given) plan::settle_setting_keys(source_->leader(), catalog_, verdicts);
    plan_ = plan::make_plan(catalog_, verdicts, {1, options_.part_size});
    if (!given) return;
    subset::refuse_periods(catalog_, verdicts);
    plan::check_on_server(source_->leader(), plan_, catalog_, verdicts);
    policy::Refusals refusals(policy::Refusals::Mode::thrown);
    std::vector<std::string> warnings = plan::check_replacements(source_->leader(), plan_, catalog_, verdicts,
                                                                 subset::some_nulls(catalog_, verdicts), refusals);
    warnings.insert(warnings.begin(), verdicts.warnings.begin(), verdicts.warnings.end());
    std::ranges::move(plan::rows_by_chance(source_->leader(), plan_, catalog_, verdicts), std::back_inserter(warnings));
    add(Result::good, "policy", fmt::format("{} works on this database", verdicts.policy));
    for (const std::string& warning : warnings)
      add(Result::warning, "policy", warning, "See that this is what you want.");
  }

  void place(const std::filesystem::path& folder) {
    try {
      if (options_.container != Container::plain) {
        check_place(options_);
      } else if (std::filesystem::exists(options_.path) && !options_.replace) {
        add(Result::bad, "place", fmt::format("\"{}\" exists", options_.path.string()),
            "Choose another name, or replace it with --force.");
      }
    } catch (const Error& error) {
      add(Result::bad, "place", error.message(), error.hint());
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0 && errno != ENOENT) {
      add(Result::bad, "place",
          fmt::format("folder \"{}\": {}", folder.string(), std::generic_category().message(errno)),
          "Choose another place, or run as a user who may write there.");
    }
  }

  void space() {
    if (options_.path.empty() || options_.path == "-") return;
    const std::filesystem::path folder = std::filesystem::absolute(options_.path).parent_path();
    place(folder);
    std::error_code error;
    const std::filesystem::space_info info = std::filesystem::space(folder, error);
    if (error) {
      add(Result::bad, "space", fmt::format("folder \"{}\": {}", folder.string(), error.message()),
          "Make the folder, or choose another place.");
    } else if (info.available == 0) {
      add(Result::bad, "space", fmt::format("no space is left in \"{}\"", folder.string()),
          "Make room, or choose another place.");
    } else if (info.available < bytes_) {
      add(Result::warning, "space",
          fmt::format("{} are free in \"{}\", the tables take {} on the server", human_bytes(info.available),
                      folder.string(), human_bytes(bytes_)),
          "Compressed row text is often a third of that or less, but make sure.");
    } else {
      add(Result::good, "space", fmt::format("{} are free in \"{}\"", human_bytes(info.available), folder.string()));
    }
  }

  const DumpOptions& options_;
  std::unique_ptr<SourceDatabase> source_;
  catalog::Catalog catalog_;
  plan::Plan plan_;
  std::uint64_t bytes_ = 0;
  std::vector<Examination> findings_;
};

}  // namespace
}  // namespace dumping

std::vector<Examination> examine(const DumpOptions& options) {
  return dumping::Doctor(options).run();
}

}  // namespace pgcoffer
