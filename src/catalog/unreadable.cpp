#include "catalog/unreadable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace pgcoffer::catalog {

std::string described(const Unsupported& object) {
  return fmt::format("{} {}{}", object.kind, object.name,
                     object.hidden.empty() ? "" : fmt::format(" (this role may not see its {})", object.hidden));
}

void Unreadable::add_schema(const std::string& name) {
  const std::string quoted = quote_always(name);
  if (std::ranges::find(schemas_, quoted) != schemas_.end()) return;
  schemas_.push_back(quoted);
  if (first_.empty()) first_ = display_name({name, "*"});
}

void Unreadable::add_table(const QualifiedName& name) {
  add(tables_, name);
}

void Unreadable::add_sequence(const QualifiedName& name) {
  add(sequences_, name);
}

void Unreadable::add_hidden_rows(const QualifiedName& table) {
  add(hidden_, table);
}

void Unreadable::add_object(const std::string& name) {
  objects_.push_back(name);
}

void Unreadable::add_large_objects(std::string why) {
  large_objects_ = std::move(why);
}

void Unreadable::add(std::vector<std::string>& to, const QualifiedName& name) {
  to.push_back(quote_always(name));
  if (first_.empty()) first_ = display_name(name);
}

Error Unreadable::error(const std::string& role) const {
  std::vector<std::string> reasons, remedies;
  std::size_t count = 0;
  const auto tell = [&](const std::vector<std::string>& names, const char* one, const char* many, const char* remedy) {
    if (names.empty()) return;
    const bool single = names.size() == 1;
    count += names.size();
    reasons.push_back(fmt::format(fmt::runtime(single ? one : many), fmt::arg("names", join_first(names)),
                                  fmt::arg("count", names.size()), fmt::arg("role", role)));
    remedies.push_back(fmt::format(fmt::runtime(remedy), fmt::arg("role", role), fmt::arg("s", single ? "" : "s"),
                                   fmt::arg("their", single ? "its" : "their")));
  };
  tell(schemas_, "cannot read schema {names}: role \"{role}\" lacks the privilege USAGE",
       "cannot read {count} schemas: role \"{role}\" lacks the privilege USAGE on {names}",
       "Grant USAGE on the schema{s} to role \"{role}\"");
  tell(tables_, "cannot read table {names}: role \"{role}\" lacks the privilege SELECT",
       "cannot read {count} tables: role \"{role}\" lacks the privilege SELECT on {names}",
       "Grant SELECT on the table{s} to role \"{role}\"");
  tell(sequences_, "cannot read sequence {names}: role \"{role}\" lacks the privilege SELECT",
       "cannot read {count} sequences: role \"{role}\" lacks the privilege SELECT on {names}",
       "Grant SELECT on the sequence{s} to role \"{role}\"");
  tell(hidden_, "cannot read table {names}: its row-level security hides rows from role \"{role}\"",
       "cannot read {count} tables: row-level security hides rows from role \"{role}\" in {names}",
       "Dump as a role with BYPASSRLS or, where FORCE ROW LEVEL SECURITY is not set, as {their} owner");
  std::vector<std::string> hints;
  if (from_tables())
    hints.push_back(fmt::format("{}, or leave {} out with -T{}.", join(remedies, ". "), count > 1 ? "them" : "it",
                                count > 1 ? "" : fmt::format(" '{}'", first_)));
  if (!objects_.empty()) {
    reasons.push_back(fmt::format("cannot read all of {}", join_first(objects_)));
    hints.push_back(
        "Dump as a superuser, or go on without what it may not see with --ignore-unsupported: the manifest then lists "
        "it.");
  }
  if (!large_objects_.empty()) {
    reasons.push_back(fmt::format("cannot read the large objects: {}", large_objects_));
    hints.push_back(
        "Read large objects as their owner, as a role with SELECT on all of them, or as a superuser; or leave them out "
        "(-B, --no-large-objects).");
  }
  return Error(Kind::permission, join(reasons, "; ")).hint(join(hints, " ")).sqlstate("42501").object(first_);
}

}  // namespace pgcoffer::catalog
