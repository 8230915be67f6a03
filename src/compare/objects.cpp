#include "compare/objects.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "archive/leave_out.hpp"
#include "base/text.hpp"

namespace pgcoffer::comparing {
namespace {

using Entry = archive::TocEntry;
/// Some kinds have several entries of one identity: a view that stands in for itself, privileges of columns.
using Identity = std::tuple<std::string, std::string, std::string>;
using ByIdentity = std::map<Identity, std::vector<const Entry*>>;

LeaveOut left_out(const archive::Manifest& manifest, LeaveOut leave_out) {
  const auto given = [&](std::string_view option) {
    return std::ranges::find(manifest.options, option) != manifest.options.end();
  };
  leave_out.comments |= given("--no-comments");
  leave_out.security_labels |= given("--no-security-labels");
  leave_out.publications |= given("--no-publications");
  leave_out.subscriptions |= given("--no-subscriptions");
  leave_out.policies |= given("--no-policies");
  leave_out.tablespaces |= given("--no-tablespaces");
  leave_out.table_access_method |= given("--no-table-access-method");
  return leave_out;
}

class Comparison {
 public:
  Comparison(const archive::Manifest& manifest, const CompareOptions& options)
      : options_(options), leave_out_(left_out(manifest, options.leave_out)) {
    owners_ = !options.no_owner && !given(manifest, "--no-owner");
    privileges_ = !options.no_privileges && !given(manifest, "--no-privileges");
    for (const archive::Table& table : manifest.tables) {
      if (table.verdict == "exclude") excluded_.insert({table.schema, table.name});
    }
    partial_ = std::ranges::any_of(manifest.options, [](const std::string& option) {
      static const std::set<std::string> restricting = {
          "--table",         "--table-and-children",         "--schema",
          "--exclude-table", "--exclude-table-and-children", "--exclude-schema",
          "--extension",     "--exclude-extension"};
      return restricting.contains(option.substr(0, option.find(' ')));
    });
  }

  [[nodiscard]] ByIdentity gather(const archive::Toc& toc) const {
    archive::LeftOut out(leave_out_);
    ByIdentity found;
    for (const Entry& entry : toc.entries) {
      if (out(entry) || entry.kind == "TABLE DATA") continue;
      if (entry.section == "data" && options_.schema_only) continue;
      if (!privileges_ && (entry.kind == "ACL" || entry.kind == "DEFAULT ACL")) continue;
      found[{entry.kind, entry.schema, entry.name}].push_back(&entry);
    }
    return found;
  }

  /// What an object is made of. Entries of one identity come in no certain order.
  [[nodiscard]] std::string sql(const std::vector<const Entry*>& entries) const {
    std::vector<std::string> texts;
    for (const Entry* entry : entries) {
      std::string text = entry->create;
      if (owners_) text += entry->owner_sql;
      if (!leave_out_.tablespaces && !entry->tablespace.empty()) text += "-- tablespace " + entry->tablespace + "\n";
      if (!leave_out_.table_access_method && !entry->access_method.empty())
        text += "-- access method " + entry->access_method + "\n";
      texts.push_back(std::move(text));
    }
    std::ranges::sort(texts);
    return join(texts, "");
  }

  /// An object that only the other side has, and that the archive's dump was told not to take.
  [[nodiscard]] bool unwanted(const std::vector<const Entry*>& entries) const {
    const Entry& entry = *entries.front();
    const QualifiedName table{entry.table_schema, entry.table_name};
    if (excluded_.contains(table)) return true;
    return partial_ && !known_.contains(table);
  }

  [[nodiscard]] std::vector<ObjectDifference> run(const archive::Toc& archive, const archive::Toc& other) {
    for (const Entry& entry : archive.entries) {
      if (!entry.table_name.empty()) known_.insert({entry.table_schema, entry.table_name});
    }
    ByIdentity ours = gather(archive);
    ByIdentity theirs = gather(other);
    std::vector<ObjectDifference> differences;
    const auto add = [&](Change change, const Identity& identity, std::string first, std::string second) {
      const auto& [kind, schema, name] = identity;
      differences.push_back({change, kind, schema, name, std::move(first), std::move(second)});
    };
    for (const auto& [identity, entries] : ours) {
      const auto found = theirs.find(identity);
      std::string first = sql(entries);
      if (found == theirs.end()) {
        add(Change::missing, identity, std::move(first), "");
        continue;
      }
      std::string second = sql(found->second);
      if (first != second) add(Change::changed, identity, std::move(first), std::move(second));
      theirs.erase(found);
    }
    for (const auto& [identity, entries] : theirs) {
      if (!unwanted(entries)) add(Change::added, identity, "", sql(entries));
    }
    return differences;
  }

 private:
  [[nodiscard]] static bool given(const archive::Manifest& manifest, std::string_view option) {
    return std::ranges::find(manifest.options, option) != manifest.options.end();
  }

  const CompareOptions& options_;
  LeaveOut leave_out_;
  bool owners_ = true, privileges_ = true, partial_ = false;
  std::set<QualifiedName> excluded_, known_;
};

}  // namespace

std::vector<ObjectDifference> compare_objects(const archive::Manifest& manifest, const archive::Toc& archive,
                                              const archive::Toc& other, const CompareOptions& options) {
  return Comparison(manifest, options).run(archive, other);
}

}  // namespace pgcoffer::comparing
