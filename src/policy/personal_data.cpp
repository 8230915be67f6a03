#include "policy/personal_data.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/personal_names.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;
using catalog::ValueClass;

constexpr std::array kinds{
    std::pair{PersonalData::name, "name"},
    std::pair{PersonalData::email, "email"},
    std::pair{PersonalData::phone, "phone"},
    std::pair{PersonalData::address, "address"},
    std::pair{PersonalData::birth_date, "birth-date"},
    std::pair{PersonalData::ip, "ip"},
    std::pair{PersonalData::government_id, "government-id"},
    std::pair{PersonalData::bank, "bank"},
};

/// Of the words above those that are no people when a table is called after them.
constexpr WordSet no_tables_of_people("account billing shipping delivery invoice booking reservation next emergency");
/// Tables whose rows say where somebody lives.
constexpr WordSet places("address location residence");

bool is_time(const Column& column) {
  return column.base_type == "date" || column.base_type.starts_with("timestamp");
}

/// Whether a column of this type can hold such data.
bool can_hold(const Column& column, PersonalData kind) {
  if (column.value_class == ValueClass::boolean || column.type_kind == 'e') return false;
  const std::string& type = column.base_type;
  if (is_time(column)) return kind == PersonalData::birth_date;
  if (type == "interval" || type.starts_with("time ") || type == "money" || type.ends_with("range")) return false;
  if (type == "uuid" || type == "tsvector" || type == "oid") return false;
  if (type == "point" || type.find("geography") != std::string::npos || type.find("geometry") != std::string::npos)
    return kind == PersonalData::address;
  if (type == "inet" || type == "cidr") return kind == PersonalData::ip || kind == PersonalData::address;
  if (column.value_class == ValueClass::number)
    return kind == PersonalData::phone || kind == PersonalData::birth_date || kind == PersonalData::government_id ||
           kind == PersonalData::bank || kind == PersonalData::address || kind == PersonalData::ip;
  return true;
}

/// Whether its rows are those of people by what stands in them, whatever the table is called: a first name, or an
/// e-mail address, which companies and teams have as well.
bool has_people_columns(const Table& table, const Words& name) {
  constexpr WordSet groups(
      "team company organization organisation shop store warehouse site tenant workspace project vendor supplier "
      "branch office department group community school brand merchant agency bank server hospital hotel restaurant "
      "channel list domain app application event form campaign product newsletter");
  constexpr WordSet marks("firstname lastname surname nickname dob birthday");
  if (any_of(name, groups)) return false;
  return std::ranges::any_of(table.columns, [&](const Column& column) {
    const Words w = personal_words(column.name);
    if (column.value_class != ValueClass::text || !personal_data_by_name(w, column, false, false)) return false;
    return marks.contains(w.back()) || w == Words{"mail"} || w == Words{"email"} || w == Words{"email", "address"} ||
           ends_with(w, {"first", "name"}) || ends_with(w, {"last", "name"});
  });
}

bool has_address(const Table& table) {
  return std::ranges::any_of(table.columns, [](const Column& column) {
    const Words w = personal_words(column.name);
    return !w.empty() && (w.back() == "city" || is_street(w.back()));
  });
}

}  // namespace

std::vector<PersonalData> personal_data_kinds() {
  std::vector<PersonalData> result;
  for (const auto& [kind, name] : kinds) result.push_back(kind);
  return result;
}

std::string_view to_string(PersonalData kind) noexcept {
  for (const auto& [known, name] : kinds)
    if (known == kind) return name;
  return "";
}

bool is_about_people(const QualifiedName& name) {
  constexpr WordSet tails(
      "data detail info information profile record archive history table list backup field login entity");
  Words w = words(name.name);
  while (w.size() > 1 && tails.contains(w.back())) w.pop_back();
  if (ends_with(w, {"credit", "card"})) return true;
  return !w.empty() && is_person(w.back()) && !no_tables_of_people.contains(w.back());
}

std::optional<PersonalData> detect_personal_data(const Table& table, const QualifiedName& name, const Column& column) {
  const Words table_words = words(name.name);
  const bool of_places = !table_words.empty() && places.contains(table_words.back());
  const Words w = personal_words(column.name);
  const bool of_people = is_about_people(name);
  auto kind = personal_data_by_name(w, column, of_people, of_places);
  if (!kind && !of_people) {
    kind = personal_data_by_name(w, column, true, of_places);
    if (kind && !has_people_columns(table, table_words)) kind.reset();
  }
  const bool of_program = any_of(table_words, WordSet("oauth oauth2 oidc openid saml"));
  if (of_program && kind == PersonalData::name && (w == Words{"name"} || has(w, "client"))) return std::nullopt;
  // A state beside a city is that of an address, and no status.
  if (!kind && w == Words{"state"} && has_address(table)) return PersonalData::address;
  if (!kind || !can_hold(column, *kind)) return std::nullopt;
  // A number that references another table is a key of it: `address`, `phone_id`.
  const bool references = std::ranges::any_of(table.foreign_keys, [&](const auto& key) {
    return key.columns.size() == 1 && key.columns.front() == column.name;
  });
  if (references && column.value_class == ValueClass::number) return std::nullopt;
  const bool number_of_row = w.back() == "id" && column.value_class == ValueClass::number;
  if (number_of_row && *kind != PersonalData::government_id) return std::nullopt;
  return kind;
}

}  // namespace pgcoffer::policy
