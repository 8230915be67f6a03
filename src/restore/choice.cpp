#include "restore/choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "archive/partitions.hpp"
#include "base/pattern.hpp"
#include "pgcoffer/error.hpp"
#include "restore/written_name.hpp"

namespace pgcoffer::restoring {
namespace {

/// Every relation that the archive knows: with rows or only by its definition.
Names known_relations(const archive::Manifest& manifest, const archive::Toc& toc) {
  Names names;
  for (const archive::Table& table : manifest.tables) names.insert({table.schema, table.name});
  for (const archive::TocEntry& entry : toc.entries) {
    if (!entry.table_name.empty()) names.insert({entry.table_schema, entry.table_name});
  }
  return names;
}

/// Sequences that belong to no table, which are relations as well: `-t` chooses them as pg_dump's does.
std::map<QualifiedName, int> free_sequences(const archive::Toc& toc) {
  std::map<QualifiedName, int> sequences;
  for (const archive::TocEntry& entry : toc.entries)
    if (entry.kind == "SEQUENCE" && entry.table_name.empty())
      sequences.emplace(QualifiedName{entry.schema, entry.name}, entry.id);
  return sequences;
}

template <class Matches>
bool add_those(const Names& known, Matches matches, Names& chosen) {
  bool found = false;
  for (const QualifiedName& name : known) {
    if (!matches(name)) continue;
    chosen.insert(name);
    found = true;
  }
  return found;
}

/// In quotes, unless it has some of its own.
std::string as_written(const std::string& text) {
  return text.find('"') == std::string::npos ? '"' + text + '"' : text;
}

[[noreturn]] void no_table_matches(const std::string& text) {
  throw Error(Kind::usage, fmt::format("no table in the archive matches {}", as_written(text)))
      .hint("`pgcoffer inspect` lists the tables. Names in capitals need quotes in a pattern: -t '\"Name\"'.");
}

/// What is made for another entry, and is of no use without it.
bool is_attachment(const archive::TocEntry& entry) {
  static const std::set<std::string, std::less<>> kinds = {"COMMENT", "ACL", "SECURITY LABEL", "SEQUENCE SET"};
  return kinds.contains(entry.kind);
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

/// The kinds of the table of contents that a word stands for.
std::set<std::string> kinds_of(const std::string& word) {
  static const std::map<std::string, std::set<std::string>> wider = {
      {"ROUTINE", {"FUNCTION", "PROCEDURE", "AGGREGATE"}},
      {"TYPE", {"TYPE", "DOMAIN", "SHELL TYPE"}},
      {"CONSTRAINT", {"CONSTRAINT", "CHECK CONSTRAINT", "FK CONSTRAINT"}},
      {"LANGUAGE", {"PROCEDURAL LANGUAGE"}},
      {"MATVIEW", {"MATERIALIZED VIEW"}}};
  const std::string kind = upper(word);
  const auto found = wider.find(kind);
  return found == wider.end() ? std::set{kind} : found->second;
}

/// What people call it: a function or operator without its arguments, an operator class without its access method, a
/// trigger without its table, or with a dot between them.
std::vector<std::string> names_of(const archive::TocEntry& entry) {
  std::vector<std::string> names = {entry.name};
  if (const auto open = entry.name.find('('); open != std::string::npos && open > 0 && entry.name.ends_with(')'))
    names.push_back(entry.name.substr(0, entry.name[open - 1] == ' ' ? open - 1 : open));
  if (const auto method = entry.name.rfind(" USING ");
      entry.kind.starts_with("OPERATOR ") && method != std::string::npos)
    names.push_back(entry.name.substr(0, method));
  if (const std::string own = own_name(entry); own != entry.name) {
    names.push_back(own);
    names.push_back(entry.table_name + "." + own);
  }
  return names;
}

/// "S D".f(integer), of a name in quotes and arguments that are as in the table of contents.
bool is_called_in_quotes(const archive::TocEntry& entry, const std::string& text) {
  const std::size_t open = find_unquoted(text, '(');
  if (!has_quotes(text) || open == std::string::npos) return false;
  const auto names = quoted_names(text.substr(0, open));
  if (!names || names->size() > 2 || (names->size() == 2 && names->front() != entry.schema)) return false;
  return entry.name == names->back() + text.substr(open);
}

bool is_called(const archive::TocEntry& entry, const std::string& text) {
  return is_called_in_quotes(entry, text) || std::ranges::any_of(names_of(entry), [&](const std::string& name) {
           return name == text || (!entry.schema.empty() && entry.schema + "." + name == text);
         });
}

bool matches(const archive::TocEntry& entry, const Pattern& pattern) {
  return std::ranges::any_of(names_of(entry), [&](const std::string& name) {
    return pattern.matches(QualifiedName{entry.schema, name});
  });
}

/// The schema and all that is in it.
void add_schemas(const archive::Toc& toc, const std::string& text, Choice& choice) {
  const Pattern pattern = Pattern::for_name(text);
  bool found = false;
  for (const archive::TocEntry& entry : toc.entries) {
    const std::string& schema = entry.kind == "SCHEMA" ? entry.name : entry.schema;
    if (schema.empty() || !pattern.matches(schema)) continue;
    choice.add(entry);
    found = true;
  }
  if (found) return;
  throw Error(Kind::usage, fmt::format("no schema in the archive matches {}", as_written(text)))
      .hint("Names in capitals need quotes in a pattern: -n '\"Name\"'.");
}

/// Names with spaces and parentheses are no patterns, but may be exact names.
std::optional<Pattern> pattern_of(const std::string& text) {
  try {
    return Pattern::for_relation(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void add_object(const archive::Toc& toc, const std::string& text, Choice& choice) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    throw Error(Kind::usage, fmt::format("--object \"{}\" has no colon", text))
        .hint("Write KIND:NAME, such as function:public.total or view:report.");
  }
  const std::set<std::string> kinds = kinds_of(text.substr(0, colon));
  const std::string name = text.substr(colon + 1);
  std::vector<const archive::TocEntry*> of_kind, found;
  for (const archive::TocEntry& entry : toc.entries)
    if (kinds.contains(entry.kind) && !is_attachment(entry)) of_kind.push_back(&entry);
  for (const archive::TocEntry* entry : of_kind)
    if (is_called(*entry, name)) found.push_back(entry);
  if (const auto pattern = pattern_of(name); found.empty() && pattern) {
    for (const archive::TocEntry* entry : of_kind)
      if (matches(*entry, *pattern)) found.push_back(entry);
  }
  if (found.empty()) {
    throw Error(Kind::usage, fmt::format("no object in the archive matches --object {}", as_written(text)))
        .hint(of_kind.empty() ? "It holds none of that kind: `pgcoffer inspect` lists the kinds."
                              : "Kind and name are those of toc.json: function:public.total(integer), view:report, "
                                "trigger:orders.notify.");
  }
  const bool empty =
      std::ranges::none_of(found, [](const archive::TocEntry* entry) { return makes_something(*entry); });
  if (empty) {
    throw Error(Kind::usage, fmt::format("--object \"{}\" makes nothing by itself", text))
        .hint(kinds.contains("TABLE DATA") ? "A table's rows alone: --tables NAME --data-only."
                                           : "It is in every database, or comes with something else.");
  }
  for (const archive::TocEntry* entry : found) choice.add(*entry);
}

}  // namespace

bool add_matching(const Names& known, const std::string& pattern, Names& chosen) {
  const Pattern parsed = Pattern::for_relation(pattern);
  return add_those(
      known, [&](const QualifiedName& name) { return parsed.matches(name); }, chosen);
}

bool add_named(const Names& known, const std::string& text, Names& chosen) {
  const auto in_schema = [&](const QualifiedName& name) { return name.schema + "." + name.name == text; };
  const auto called = [&](const QualifiedName& name) { return name.name == text; };
  return add_those(known, in_schema, chosen) || add_those(known, called, chosen) || add_matching(known, text, chosen);
}

bool makes_something(const archive::TocEntry& entry) {
  return !entry.create.empty() || !entry.owner_sql.empty();
}

std::string own_name(const archive::TocEntry& entry) {
  const std::string prefix = entry.table_name + " ";
  return !entry.table_name.empty() && entry.name.starts_with(prefix) ? entry.name.substr(prefix.size()) : entry.name;
}

bool is_relation(const archive::TocEntry& entry) {
  static const std::set<std::string, std::less<>> kinds = {"TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE",
                                                           "FOREIGN TABLE"};
  return kinds.contains(entry.kind);
}

bool Choice::has(const archive::TocEntry& entry) const {
  if (!partial || entries.contains(entry.id)) return true;
  if (relations.contains({entry.table_schema, entry.table_name})) return true;
  return is_attachment(entry) && std::ranges::any_of(entry.depends, [&](int id) { return entries.contains(id); });
}

bool Choice::has(const archive::Table& table) const {
  return !partial || relations.contains({table.schema, table.name});
}

void Choice::add(const archive::TocEntry& entry) {
  if (is_relation(entry) && !entry.table_name.empty() && entry.table_name == entry.name)
    relations.insert({entry.table_schema, entry.table_name});
  else
    entries.insert(entry.id);
}

void add_parts_of_domains(const archive::Toc& toc, Choice& choice) {
  std::map<int, const archive::TocEntry*> domains;
  for (const archive::TocEntry& entry : toc.entries)
    if (entry.kind == "DOMAIN" && choice.entries.contains(entry.id)) domains.emplace(entry.id, &entry);
  for (const archive::TocEntry& entry : toc.entries) {
    const bool part = entry.kind == "DOMAIN DEFAULT" || (entry.kind == "CHECK CONSTRAINT" && entry.table_name.empty());
    if (!part) continue;
    const bool of_chosen = std::ranges::any_of(entry.depends, [&](int id) {
      const auto domain = domains.find(id);
      return domain != domains.end() && domain->second->schema == entry.schema &&
             (entry.name == domain->second->name || entry.name.starts_with(domain->second->name + " "));
    });
    if (of_chosen) choice.entries.insert(entry.id);
  }
}

Choice choose(const archive::Manifest& manifest, const archive::Toc& toc, const RestoreOptions& options) {
  Choice choice;
  choice.partial =
      !options.tables.empty() || !options.table_names.empty() || !options.objects.empty() || !options.schemas.empty();
  if (!choice.partial) return choice;
  Names known = known_relations(manifest, toc), chosen;
  const auto sequences = free_sequences(toc);
  for (const auto& [name, id] : sequences) known.insert(name);
  for (const std::string& text : options.table_names)
    if (!add_named(known, text, chosen)) no_table_matches(text);
  for (const std::string& text : options.tables)
    if (!add_matching(known, text, chosen)) no_table_matches(text);
  for (const QualifiedName& name : chosen) {
    if (const auto sequence = sequences.find(name); sequence != sequences.end())
      choice.entries.insert(sequence->second);
    else
      choice.relations.insert(name);
  }
  for (const std::string& text : options.objects) add_object(toc, text, choice);
  for (const std::string& text : options.schemas) add_schemas(toc, text, choice);
  archive::add_partitions(toc, choice.relations);
  add_parts_of_domains(toc, choice);
  return choice;
}

}  // namespace pgcoffer::restoring
