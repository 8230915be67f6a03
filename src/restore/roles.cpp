#include "restore/roles.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <vector>

#include "base/sql_tokens.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "restore/lookup.hpp"
#include "restore/mapping_sql.hpp"

namespace pgcoffer::restoring {
namespace {

/// What a role is wanted for, and by which entry first.
using Wanted = std::map<std::string, std::map<std::string, const archive::TocEntry*>>;

std::string use_of(const archive::TocEntry& entry) {
  return entry.kind == "POLICY" ? "role" : entry.kind == "USER MAPPING" ? "user" : "privileges";
}

void add(const std::string& sql, const std::string& use, const archive::TocEntry& entry, Wanted& wanted) {
  const auto tokens = sql_tokens(sql);
  if (!tokens) return;  // the server will tell
  for (const std::string& role : roles_named(*tokens)) wanted[role].emplace(use, &entry);
}

Wanted wanted_roles(const RestoreOptions& options, const Selected& selected) {
  Wanted wanted;
  for (const Entries* list : {&selected.pre_data, &selected.data, &selected.post_data}) {
    for (const archive::TocEntry* entry : *list) {
      if (!options.no_owner) add(entry->owner_sql, "owner", *entry, wanted);
      if (speaks_of_roles(entry->kind)) add(entry->create, use_of(*entry), *entry, wanted);
    }
  }
  return wanted;
}

void erase_existing(pg::Connection& connection, Wanted& wanted) {
  if (wanted.empty()) return;
  std::vector<std::string> names;
  for (const auto& item : wanted) names.push_back(quote_literal(item.first));
  for (const pg::Row row : connection.query(
           fmt::format("SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN ({})", join(names, ", "))))
    wanted.erase(row[0].str());
}

std::string ways_out(const std::set<std::string>& uses, const std::string& role) {
  std::string without = uses.contains("owner") && uses.contains("privileges") ? "without owners and privileges: -O -x"
                        : uses.contains("owner")                              ? "without owners: -O"
                        : uses.contains("privileges")                         ? "without privileges: -x"
                                                                              : "";
  if (uses.contains("role")) without += without.empty() ? "without policies: --no-policies" : " --no-policies";
  std::string text = fmt::format(
      "Nothing was changed. Create them first (`pgcoffer dump --globals` takes them along), give others their place "
      "(--map-role {}=…)",
      quote_ident(role));
  return text + (without.empty() ? "." : fmt::format(", or restore {}.", without));
}

}  // namespace

bool speaks_of_roles(const std::string& kind) {
  static const std::set<std::string, std::less<>> kinds = {"ACL", "DEFAULT ACL", "POLICY", "USER MAPPING"};
  return kinds.contains(kind);
}

void check_roles(pg::Connection& connection, const RestoreOptions& options, const Selected& selected) {
  Wanted missing = wanted_roles(options, selected);
  erase_existing(connection, missing);
  if (missing.empty()) return;
  std::vector<std::string> texts;
  std::set<std::string> all;
  for (const auto& [role, uses] : missing) {
    std::vector<std::string> parts;
    for (const auto& [use, entry] : uses) {
      const bool privileges = use == "privileges";  // the name says of what
      parts.push_back(privileges ? fmt::format("{} on {}", use, entry->name)
                                 : fmt::format("{} of {}", use, describe(*entry)));
      all.insert(use);
    }
    texts.push_back(fmt::format("\"{}\" ({})", role, join(parts, ", ")));
  }
  throw Error(Kind::not_found, fmt::format("roles that the archive names do not exist here: {}", join_first(texts)))
      .hint(ways_out(all, missing.begin()->first));
}

}  // namespace pgcoffer::restoring
