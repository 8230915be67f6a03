#include "policy/personal_neighbours.hpp"

#include <algorithm>

#include "policy/personal_ids.hpp"
#include "policy/personal_names.hpp"

namespace pgcoffer::policy {

using catalog::Column;
using catalog::Table;
using catalog::ValueClass;

bool city_beside(const Table& table, const Words& w) {
  // home_pin_code: one word more than home_city.
  const std::size_t of_it = ends_with(w, {"pin", "code"}) ? 2 : 1;
  if (w.size() < of_it) return false;
  return std::ranges::any_of(table.columns, [&](const Column& column) {
    const Words other = personal_words(column.name);
    return !other.empty() && other.size() == w.size() - of_it + 1 &&
           (other.back() == "city" || other.back() == "postcode") &&
           std::equal(other.begin(), other.end() - 1, w.begin());
  });
}

bool holds_account(const Table& table) {
  return std::ranges::any_of(table.columns, [](const Column& column) {
    const Words w = personal_words(column.name);
    return !w.empty() && is_bank(w);
  });
}

bool looks_like_mail(const Table& table) {
  const auto has = [&](const Words& name) {
    return std::ranges::any_of(table.columns, [&](const Column& column) { return words(column.name) == name; });
  };
  return (has({"subject"}) && (has({"to"}) || has({"cc"}))) || (has({"to"}) && has({"cc"}));
}

bool logs_in(const Table& table) {
  const auto has = [&](const auto& test) {
    return std::ranges::any_of(table.columns, [&](const Column& column) { return test(words(column.name)); });
  };
  constexpr WordSet of_machines("host port server protocol balance currency iban");
  return has([](const Words& w) {
           return ends_with_one(w, "user name,password,password hash") || w == Words{"email"};
         }) &&
         !has([&](const Words& w) { return any_of(w, of_machines); });
}

bool has_client_secret(const Table& table) {
  return std::ranges::any_of(table.columns, [](const Column& column) {
    const Words w = words(column.name);
    // Stripe's is that of a payment.
    return ends_with_one(w, "client secret,redirect uri,redirect url") && !has(w, "stripe");
  });
}

bool has_column_of(const Table& table, const PhraseList& phrases) {
  return std::ranges::any_of(table.columns,
                             [&](const Column& column) { return ends_with_one(personal_words(column.name), phrases); });
}

bool runs_by_itself(const Table& table) {
  constexpr WordSet parts("heartbeat pid hostname queue");
  return std::ranges::any_of(table.columns, [&](const Column& column) { return any_of(words(column.name), parts); });
}

bool is_user_beside_password(const Table& table, const Words& w) {
  if (w.size() != 2 || !has(w, "user") || has(w, "password")) return false;
  const std::string& what = w[0] == "user" ? w[1] : w[0];
  return std::ranges::any_of(table.columns, [&](const Column& column) {
    const Words other = personal_words(column.name);
    return other.size() == 2 && has(other, what) && has(other, "password");
  });
}

/// Whether it is the user_id of a table of users: the row's own, and no reference. Texts as long as programs make their
/// ids say nothing.
bool is_own_id(const Table& table, const Column& column, const Words& w) {
  const Words of_table = words_of_table(table.name.name);
  const auto has_length = [&](std::string_view length) { return column.full_type.ends_with(length); };
  const bool made = has_length("(32)") || has_length("(36)") || has_length("(64)") || column.full_type == "text";
  return !made && w == Words{"user", "id"} && !of_table.empty() && of_table.back() == "user";
}

bool is_named_beside(const Table& table, const Column& column, const Words& w) {
  if (column.value_class != ValueClass::text || column.array || w.empty()) return false;
  const auto any = [&](const auto& test) {
    return std::ranges::any_of(table.columns, [&](const Column& other) { return test(personal_words(other.name)); });
  };
  // user_id and userId reference somebody.
  if (column.name == "userid" || column.name == "USERID" || column.name == "uname")
    return any([](const Words& other) { return ends_with_one(other, "password,passwd,pass,pwd,secret"); }) &&
           !any([](const Words& other) {
             return other == Words{"user", "name"} || other == Words{"login"};
           });
  const bool password = any([](const Words& other) { return ends_with_one(other, "password,passwd,pass,pwd"); });
  const bool login = any([](const Words& other) { return ends_with_one(other, "user name,login,login name"); });
  if (is_own_id(table, column, w) && password && !login) return true;
  // external_name beside external_email
  constexpr WordSet things(
      "company business organization organisation shop store site sender from domain app application product team "
      "group "
      "department list campaign school support sales file event project");
  if (w.size() == 2 && w.back() == "name" && !things.contains(w[0]))
    return any([&](const Words& other) { return other == Words{w[0], "email"}; });
  if (!is_person(w.back())) return false;
  return any([&](const Words& other) {
    return other.size() == w.size() + 1 && std::equal(w.begin(), w.end(), other.begin()) &&
           (is_phone_word(other.back()) || other.back() == "email");
  });
}

}  // namespace pgcoffer::policy
