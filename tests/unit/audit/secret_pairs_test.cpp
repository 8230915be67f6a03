#include "audit/secret_pairs.hpp"

#include "catch.hpp"

using namespace pgcoffer;

namespace {

using Rows = std::vector<std::vector<const char*>>;

catalog::Table table(std::size_t columns) {
  catalog::Table result;
  result.columns.resize(columns);
  for (catalog::Column& column : result.columns) column.base_type = column.type = "text";
  return result;
}

void read(audit::SecretPairs& pairs, const Rows& rows) {
  std::uint64_t number = 0;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string_view value = row[c] == nullptr ? "" : row[c];
      pairs.add(c, row[c] == nullptr ? nullptr : &value);
    }
    pairs.end_row(++number);
  }
}

/// How many secrets are told, column by column.
std::vector<std::uint64_t> told(const audit::SecretPairs& pairs, std::size_t columns) {
  std::vector<audit::ColumnContent> contents(columns);
  pairs.tell(contents);
  std::vector<std::uint64_t> result;
  for (const auto& content : contents) result.push_back(content.seen(content::Kind::named_secret).rows);
  return result;
}

std::vector<std::uint64_t> found(const Rows& rows) {
  audit::SecretPairs pairs(table(rows.front().size()), std::nullopt);
  read(pairs, rows);
  return told(pairs, rows.front().size());
}

using Counts = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("Secrets beside their names are found in tables of any names") {
  CHECK(found({{"smtp_password", "hunter31"}, {"smtp_host", "mail.example.org"}, {"lang", nullptr}, {"n", "25"}}) ==
        Counts{0, 1});
  CHECK(found({{"x", "SendmailModule::AuthPassword", "\"hunter31\""}, {"x", "DB_PASSWORT", "\"hunter32\""}}) ==
        Counts{0, 0, 2});
  // The values may come first, and parts are seen together.
  audit::SecretPairs one(table(2), std::nullopt), other(one), all(one);
  read(one, {{"hunter31", "smtp_password"}});
  read(other, {{"de", "lang"}, {"Shop", "title"}});
  CHECK(told(one, 2) == Counts{0, 0});
  all.add(one);
  all.add(other);
  CHECK(told(all, 2) == Counts{1, 0});
}

TEST_CASE("Texts beside what is called like credentials are not all secrets") {
  // A lexicon.
  CHECK(found({{"Password", "Passwort"},
               {"user.password", "Passwort"},
               {"Enter your password", "Passwort2"},
               {"a", "b"}}) == Counts{0, 0});
  // What happened, with ids.
  CHECK(found({{"password_reset", "a81b22c3"}, {"password_reset", "a81b22c4"}, {"login", "bob"}, {"logout", "al"}}) ==
        Counts{0, 0});
  CHECK(found({{"api_key", "r2d2c3po"}, {"api_key", "r2d2c3pp"}, {"password", "r2d2c3pq"}, {"oidc", "r2d2c3pr"}}) ==
        Counts{0, 0});
  // Columns of a schema.
  CHECK(found({{"users", "api_key", "varchar2"}, {"users", "name", "varchar2"}, {"users", "id", "number"}}) ==
        Counts{0, 0, 0});
  // Fields of a form.
  CHECK(found({{"user_password", "Your password"}, {"user_password", "Password again"}, {"mail", "Mail"}}) ==
        Counts{0, 0});
  // One row, and tables of many texts.
  CHECK(found({{"smtp_password", "hunter31"}}) == Counts{0, 0});
  CHECK(found({{"smtp_password", "hunter31", "", "", "", "", ""}, {"db_password", "hunter32", "", "", "", "", ""}}) ==
        Counts(7, 0));
}

TEST_CASE("What is known as settings is looked at elsewhere") {
  audit::SecretPairs pairs(table(2), policy::KeyValue{0, 1});
  read(pairs, {{"smtp_password", "hunter31"}, {"db_password", "hunter32"}});
  CHECK(told(pairs, 2) == Counts{0, 0});
}
