#pragma once

#include "catalog/model.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {

/// Whether there is a city of the same address: `shipping_city` beside `shipping_state`.
[[nodiscard]] bool city_beside(const catalog::Table& table, const Words& w);

/// Whether there is the number of an account at a bank, or of a card.
[[nodiscard]] bool holds_account(const catalog::Table& table);

/// A subject and whom it goes to, or to whom else.
[[nodiscard]] bool looks_like_mail(const catalog::Table& table);

/// Whether the rows of accounts are those of people who log in, and not of banks or machines.
[[nodiscard]] bool logs_in(const catalog::Table& table);

/// Programs that log in have such a secret.
[[nodiscard]] bool has_client_secret(const catalog::Table& table);

/// Whether a column's name ends with one of the phrases.
[[nodiscard]] bool has_column_of(const catalog::Table& table, const PhraseList& phrases);

/// Whether its rows are those of processes: workers and agents are no people then.
[[nodiscard]] bool runs_by_itself(const catalog::Table& table);

/// Whether it is what one logs in with by the password beside it: `user_portal` beside `password_portal`.
[[nodiscard]] bool is_user_beside_password(const catalog::Table& table, const Words& w);

/// Whether it is a name by what stands beside it: `physician` beside `physician_phone`, and a text `userid` beside the
/// password that belongs to it.
[[nodiscard]] bool is_named_beside(const catalog::Table& table, const catalog::Column& column, const Words& w);

}  // namespace pgcoffer::policy
