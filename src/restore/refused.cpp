#include "restore/refused.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <utility>

#include "pgcoffer/error.hpp"
#include "restore/choice.hpp"
#include "restore/lookup.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr std::size_t kTogether = 100;

/// Whether the error says that the server does not take the definition.
bool is_refusal(const Error& error) {
  const std::string& state = error.sqlstate();
  if (state.size() != 5 || state == "55P03") return false;  // lock_not_available
  const std::string kind = state.substr(0, 2);  // connection, rollback, resources, operator, system, internal
  constexpr std::array others{"08", "25", "40", "53", "57", "58", "XX"};
  return std::ranges::find(others, kind) == others.end();
}

class Trial {
 public:
  Trial(pg::Connection& connection, const SchemaMaker& maker) : connection_(connection), maker_(maker) {}

  void run(const Entries& entries) {
    for (std::size_t first = 0; first < entries.size(); first += kTogether) {
      const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = begin + static_cast<std::ptrdiff_t>(std::min(kTogether, entries.size() - first));
      const bool whole = std::none_of(begin, end, [this](const auto* entry) { return needs_refused(*entry); }) &&
                         made(Entries(begin, end));
      if (whole) continue;
      for (auto entry = begin; entry != end; ++entry) try_one(**entry);
    }
  }

  Refused result;

 private:
  [[nodiscard]] bool needs_refused(const archive::TocEntry& entry) const {
    return std::ranges::any_of(entry.depends, [this](int id) { return result.ids.contains(id); });
  }

  bool made(const Entries& entries) {
    connection_.exec("SAVEPOINT pgcoffer_trial");
    try {
      std::atomic<std::uint64_t> count = 0;
      maker_.make(connection_, entries, count);
    } catch (const Error& error) {
      if (!is_refusal(error)) throw;
      connection_.exec("ROLLBACK TO pgcoffer_trial; RELEASE pgcoffer_trial");
      why_ = error.message();
      return false;
    }
    connection_.exec("RELEASE pgcoffer_trial");
    return true;
  }

  void try_one(const archive::TocEntry& entry) {
    const auto needed = std::ranges::find_if(entry.depends, [this](int id) { return result.ids.contains(id); });
    if (needed != entry.depends.end())
      refuse(entry, "needs " + names_.at(*needed));
    else if (!made({&entry}))
      refuse(entry, why_);
  }

  void refuse(const archive::TocEntry& entry, std::string why) {
    result.ids.insert(entry.id);
    names_.emplace(entry.id, describe(entry));
    result.objects.push_back({describe(entry), std::move(why)});
  }

  pg::Connection& connection_;
  const SchemaMaker& maker_;
  std::map<int, std::string> names_;
  std::string why_;
};

}  // namespace

Refused find_refused(pg::Connection& connection, const SchemaMaker& maker, const Plan& plan) {
  Entries after;
  for (const Step& step : plan.steps) after.insert(after.end(), step.entries.begin(), step.entries.end());
  // By their place in the archive: steps stand in another order, and what is needed comes first. Large objects of an
  // archive of pg_dump may have got their ids last.
  std::ranges::sort(after, {},
                    [](const archive::TocEntry* entry) { return std::pair(entry->kind != "BLOB", entry->id); });
  Trial trial(connection, maker);
  connection.exec("BEGIN");
  for (const Entries* entries : {&plan.before, static_cast<const Entries*>(&after), &plan.last}) trial.run(*entries);
  connection.exec("ROLLBACK");
  return std::move(trial.result);
}

void leave_out(Refused& refused, Selected& selected) {
  std::map<QualifiedName, std::string> tables;
  for (const archive::TocEntry* entry : selected.pre_data)
    if (is_relation(*entry) && refused.ids.contains(entry->id))
      tables.emplace(QualifiedName{entry->schema, entry->name}, describe(*entry));
  std::erase_if(selected.tables, [&](const archive::Table* table) {
    const auto found = tables.find(table->load_into.value_or(QualifiedName{table->schema, table->name}));
    if (found == tables.end()) return false;
    refused.objects.push_back({"rows of " + display_name({table->schema, table->name}), "need " + found->second});
    return true;
  });
  const auto is_refused = [&](const archive::TocEntry* entry) {
    return refused.ids.contains(entry->id) ||
           std::ranges::any_of(entry->depends, [&](int id) { return refused.ids.contains(id); });
  };
  for (Entries* entries : {&selected.pre_data, &selected.data, &selected.post_data, &selected.statistics})
    std::erase_if(*entries, is_refused);
}

}  // namespace pgcoffer::restoring
