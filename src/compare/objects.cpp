#include "compare/objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "archive/leave_out.hpp"
#include "base/text.hpp"
#include "compare/definition.hpp"

namespace pgcoffer::comparing {
namespace {

using Entry = archive::TocEntry;
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
  Comparison(const archive::Manifest& manifest, const CompareOptions& options, const Between& between,
             const Selection& selection)
      : options_(options), leave_out_(left_out(manifest, options.leave_out)), between_(between), selection_(selection) {
    owners_ = !options.no_owner && !given(manifest, "--no-owner");
    has_data_ = manifest.has_data;
    old_ = manifest.server_version_num < 150000;
    privileges_ = !options.no_privileges && !given(manifest, "--no-privileges");
    for (const archive::Table& table : manifest.tables) {
      if (table.verdict == "exclude") excluded_.insert({table.schema, table.name});
    }
    partial_ = took_a_selection(manifest);
  }

  [[nodiscard]] ByIdentity gather(const archive::Toc& toc) const {
    archive::LeftOut out(leave_out_);
    const std::set<int> selected = selection_.entries(toc);
    ByIdentity found;
    for (const Entry& entry : toc.entries) {
      if (out(entry) || entry.kind == "TABLE DATA" || !selected.contains(entry.id)) continue;
      if (schema_only_ && (entry.section == "data" || entry.kind == "MATERIALIZED VIEW DATA")) continue;
      if (!privileges_ && (entry.kind == "ACL" || entry.kind == "DEFAULT ACL")) continue;
      found[identity(entry, between_.pg_dump)].push_back(&entry);
    }
    return found;
  }

  /// What an object is made of. Entries of one identity come in no certain order.
  [[nodiscard]] std::string sql(const std::vector<const Entry*>& entries) const {
    std::vector<std::string> texts;
    for (const Entry* entry : entries) {
      std::string text = entry->create;
      if (owners_) text += entry->owner_sql;
      if (!leave_out_.tablespaces && !entry->tablespace.empty())
        text += fmt::format("SET default_tablespace = {};\n", quote_ident(entry->tablespace));
      if (!leave_out_.table_access_method && !entry->access_method.empty())
        text += fmt::format("SET default_table_access_method = {};\n", quote_ident(entry->access_method));
      texts.push_back(std::move(text));
    }
    std::ranges::sort(texts, {}, without_needless_quotes);
    return join(texts, "");
  }

  /// Every database has it, and pg_dump leaves it out where it is as it comes.
  [[nodiscard]] bool is_untold_schema(const std::vector<const Entry*>& entries) const {
    return between_.pg_dump && entries.front()->kind == "SCHEMA" && entries.front()->name == "public";
  }

  /// Versions before 15 let everybody make objects in it: pg_dump says so only to newer ones.
  [[nodiscard]] bool is_untold_grant(const std::vector<const Entry*>& entries) const {
    constexpr std::string_view as_it_comes =
        "REVOKE USAGE ON SCHEMA public FROM PUBLIC;\nGRANT ALL ON SCHEMA public TO PUBLIC;\n";
    const Entry& entry = *entries.front();
    return between_.pg_dump && !between_.versions && entry.kind == "ACL" && entry.name == "SCHEMA public" &&
           entry.create == as_it_comes;
  }

  /// pg_dump leaves it out, but with --quote-all-identifiers.
  [[nodiscard]] bool is_comment_as_it_comes(const std::vector<const Entry*>& entries) const {
    const Entry& entry = *entries.front();
    return between_.pg_dump && entry.kind == "COMMENT" &&
           same_definition(entry.create, "COMMENT ON SCHEMA public IS 'standard public schema';");
  }

  /// An object that only the other side has, and that the archive's dump was told not to take.
  [[nodiscard]] bool unwanted(const std::vector<const Entry*>& entries) const {
    const Entry& entry = *entries.front();
    const QualifiedName table{entry.table_schema, entry.table_name};
    if (excluded_.contains(table)) return true;
    return partial_ && !known_.contains(table);
  }

  /// Values of sequences and statistics, which a side has of none that did not take them: a policy may leave them out,
  /// and a database is not asked for statistics.
  [[nodiscard]] static bool is_not_taken(const Entry& entry, const archive::Toc& by) {
    const bool statistics = entry.kind.ends_with("STATISTICS DATA");
    return (statistics || entry.kind == "SEQUENCE SET") && std::ranges::none_of(by.entries, [&](const Entry& other) {
             return statistics ? other.kind.ends_with("STATISTICS DATA") : other.kind == entry.kind;
           });
  }

  [[nodiscard]] std::vector<ObjectDifference> run(const archive::Toc& archive, const archive::Toc& other) {
    const bool has_data =
        std::ranges::any_of(archive.entries, [](const Entry& entry) { return entry.section == "data"; });
    schema_only_ = options_.schema_only || (!has_data && !has_data_);
    for (const Entry& entry : archive.entries) {
      if (!entry.table_name.empty()) known_.insert({entry.table_schema, entry.table_name});
    }
    ByIdentity ours = gather(archive);
    ByIdentity theirs = gather(other);
    std::vector<ObjectDifference> differences;
    const auto add = [&](Change change, const Entry& entry, std::string first, std::string second) {
      const bool perhaps = change == Change::changed && entry.kind != "SEQUENCE SET" &&
                           (between_.pg_dump || (between_.versions && holds_deparsed_text(entry.kind)));
      differences.push_back(
          {change, entry.kind, entry.schema, entry.name, std::move(first), std::move(second), perhaps});
    };
    for (const auto& [identity, entries] : ours) {
      const auto found = theirs.find(identity);
      std::string first = sql(entries);
      if (found == theirs.end()) {
        if (is_untold_schema(entries) || is_comment_as_it_comes(entries) || is_not_taken(*entries.front(), other))
          continue;
        add(Change::missing, *entries.front(), std::move(first), "");
        continue;
      }
      std::string second = sql(found->second);
      // Who owns it pg_dump says since version 15 only.
      if (is_untold_schema(entries) && first.empty() && old_) second.clear();
      if (!same_definition(first, second)) add(Change::changed, *entries.front(), std::move(first), std::move(second));
      theirs.erase(found);
    }
    for (const auto& [identity, entries] : theirs) {
      if (!unwanted(entries) && !is_untold_schema(entries) && !is_untold_grant(entries) &&
          !is_comment_as_it_comes(entries) && !is_not_taken(*entries.front(), archive))
        add(Change::added, *entries.front(), "", sql(entries));
    }
    return differences;
  }

 private:
  [[nodiscard]] static bool given(const archive::Manifest& manifest, std::string_view option) {
    return std::ranges::find(manifest.options, option) != manifest.options.end();
  }

  const CompareOptions& options_;
  LeaveOut leave_out_;
  bool owners_ = true, privileges_ = true, partial_ = false, schema_only_ = false, has_data_ = false;
  bool old_ = false;  ///< the archive is of a server before 15
  const Between& between_;
  const Selection& selection_;
  std::set<QualifiedName> excluded_, known_;
};

}  // namespace

bool took_a_selection(const archive::Manifest& manifest) {
  return std::ranges::any_of(manifest.options, [](const std::string& option) {
    static const std::set<std::string> restricting = {
        "--table",         "--table-and-children",         "--schema",
        "--exclude-table", "--exclude-table-and-children", "--exclude-schema",
        "--extension",     "--exclude-extension"};
    return restricting.contains(option.substr(0, option.find(' ')));
  });
}

std::vector<ObjectDifference> compare_objects(const archive::Manifest& manifest, const archive::Toc& archive,
                                              const archive::Toc& other, const Between& between,
                                              const CompareOptions& options, const Selection& selection) {
  return Comparison(manifest, options, between, selection).run(archive, other);
}

}  // namespace pgcoffer::comparing
