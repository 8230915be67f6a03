#include "catalog/unreadable.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pgcoffer::catalog {

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
  return Error(Kind::permission, join(reasons, "; "))
      .hint(fmt::format("{}, or leave {} out with -T{}.", join(remedies, ". "), count > 1 ? "them" : "it",
                        count > 1 ? "" : fmt::format(" '{}'", first_)))
      .sqlstate("42501")
      .object(first_);
}

}  // namespace pgcoffer::catalog
