#include "compare/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "archive/partitions.hpp"
#include "pgcoffer/error.hpp"
#include "restore/choice.hpp"

namespace pgcoffer::comparing {
namespace {

using restoring::Names;

constexpr const char* kQuoted = "Names in capitals need quotes in a pattern: -t '\"Name\"'.";

const std::string& schema_of(const archive::TocEntry& entry) {
  return entry.kind == "SCHEMA" ? entry.name : entry.schema;
}

bool any_matches(const std::vector<Pattern>& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&](const Pattern& pattern) { return pattern.matches(name); });
}

/// What both sides have, by name.
class Known {
 public:
  Known(const Side& archive, const Side& other) : sides_{&archive, &other} {
    for (const Side* side : sides_) {
      for (const SideTable& table : side->tables()) add(table.name);
      for (const archive::TocEntry& entry : side->toc().entries) {
        if (!entry.table_name.empty()) add({entry.table_schema, entry.table_name});
        if (!schema_of(entry).empty()) schemas_.insert(schema_of(entry));
      }
    }
  }

  /// By a pattern, or by exact names as `restore --tables` takes them. Partitions come along.
  [[nodiscard]] Names tables(const std::vector<std::string>& patterns, const std::vector<std::string>& exact) const {
    Names found;
    for (const std::string& text : exact)
      if (!restoring::add_named(tables_, text, found)) refuse("table", text, kQuoted);
    for (const std::string& text : patterns)
      if (!restoring::add_matching(tables_, text, found)) refuse("table", text, kQuoted);
    for (const Side* side : sides_) archive::add_partitions(side->toc(), found);
    return found;
  }

  [[nodiscard]] std::vector<Pattern> schemas(const std::vector<std::string>& texts) const {
    std::vector<Pattern> patterns;
    for (const std::string& text : texts) {
      const Pattern& pattern = patterns.emplace_back(Pattern::for_name(text));
      if (std::ranges::none_of(schemas_, [&](const std::string& name) { return pattern.matches(name); }))
        refuse("schema", text, "Names in capitals need quotes in a pattern: -n '\"Name\"'.");
    }
    return patterns;
  }

 private:
  void add(const QualifiedName& table) {
    tables_.insert(table);
    schemas_.insert(table.schema);
  }

  [[noreturn]] void refuse(const char* what, const std::string& text, const char* hint) const {
    throw Error(Kind::usage, fmt::format("no {} matches \"{}\", neither in {} nor in {}", what, text,
                                         sides_[0]->title(), sides_[1]->title()))
        .hint(hint);
  }

  std::vector<const Side*> sides_;
  Names tables_;
  std::set<std::string> schemas_;
};

}  // namespace

Selection::Selection(const CompareOptions& options, const Side& archive, const Side& other)
    : partial_(!options.tables.empty() || !options.table_names.empty() || !options.schemas.empty()) {
  const Known known(archive, other);
  tables_ = known.tables(options.tables, options.table_names);
  excluded_tables_ = known.tables(options.exclude_tables, {});
  schemas_ = known.schemas(options.schemas);
  excluded_schemas_ = known.schemas(options.exclude_schemas);
}

bool Selection::has(const QualifiedName& table) const {
  if (excluded_tables_.contains(table) || any_matches(excluded_schemas_, table.schema)) return false;
  return !partial_ || tables_.contains(table) || any_matches(schemas_, table.schema);
}

std::set<int> Selection::entries(const archive::Toc& toc) const {
  restoring::Choice wanted{partial_, tables_, {}}, unwanted{true, excluded_tables_, {}};
  for (const archive::TocEntry& entry : toc.entries) {
    if (any_matches(schemas_, schema_of(entry))) wanted.add(entry);
    if (any_matches(excluded_schemas_, schema_of(entry))) unwanted.add(entry);
  }
  std::set<int> ids;
  for (const archive::TocEntry& entry : toc.entries)
    if (wanted.has(entry) && !unwanted.has(entry)) ids.insert(entry.id);
  return ids;
}

}  // namespace pgcoffer::comparing
