#pragma once

#include "catalog/model.hpp"
#include "policy/personal_names.hpp"
#include "policy/words.hpp"

/// Whose rows those of a table are, by its name and its columns.
namespace pgcoffer::policy {

/// What a table is called without words that leave it what it is: `customer_details`.
[[nodiscard]] Words table_words(const QualifiedName& name);

/// Whether it is of companies, places and things that have names and addresses like people.
[[nodiscard]] bool is_of_group(const Words& of_table);

/// Whether its rows are those of people by what stands in them, whatever the table is called: a first name, or an
/// e-mail address, which companies and teams have as well (`mail_says_it`: that is enough).
[[nodiscard]] bool has_people_columns(const catalog::Table& table, const Words& name, bool mail_says_it = true);

/// Whether the names of tables like this one are those of people: users, customers, `hr.employees`, contact_persons.
[[nodiscard]] bool is_about_people(const QualifiedName& name);

/// What the table says of its columns.
[[nodiscard]] PersonalContext context_of(const catalog::Table& table, const QualifiedName& name);

}  // namespace pgcoffer::policy
