#include "policy/resemblance.hpp"

#include <algorithm>

#include "catch.hpp"
#include "policy/credentials.hpp"
#include "policy/personal_data.hpp"
#include "tables.hpp"

using namespace pgcoffer;

namespace {

using Columns = std::vector<const char*>;

const catalog::Table& table_of(tables::Database& database, const char* table, const Columns& columns) {
  std::vector<catalog::Column> made;
  made.reserve(columns.size());
  for (const char* name : columns) made.push_back(tables::column(name, "text"));
  return database.table(table, made);
}

}  // namespace

TEST_CASE("what no rule knows is found where it is called as personal data are elsewhere") {
  const auto found = [](const char* table, const Columns& columns) {
    tables::Database database;
    const auto& whole = table_of(database, table, columns);
    CHECK_FALSE(policy::detect_personal_data(whole, whole.name, whole.columns.front()));
    return policy::is_called_like_personal_data(whole, whole.name, whole.columns.front());
  };
  CHECK(found("patients", {"physician_of_record", "id", "status", "created_at"}));
  CHECK(found("checks", {"physician_contact", "id", "status", "created_at"}));
  CHECK_FALSE(found("checks", {"physician_contact_type", "id", "status", "created_at"}));
  CHECK_FALSE(found("projects", {"colour", "id", "owner", "created_at"}));
}

TEST_CASE("what no rule knows is found where it is called as credentials are elsewhere") {
  const auto found = [](const char* table, const Columns& columns) {
    tables::Database database;
    const auto& whole = table_of(database, table, columns);
    return policy::is_called_like_credential(whole, whole.name, whole.columns.front());
  };
  CHECK(found("recovery_codes", {"verifier", "id", "user_id", "created_at"}));
  CHECK(found("quotes", {"url_key", "number", "total", "user_id", "status"}));
  CHECK_FALSE(found("pages", {"url_key", "number", "total", "user_id", "status"}));
  // Of these other rules know what they are.
  for (const char* name : {"postal_code", "postcode", "zip_code", "codigo_postal", "card_brand", "webauthn_handle",
                           "private_phone", "encrypted_dob", "s3_key", "private_netmask", "code_cost"}) {
    CAPTURE(name);
    for (const char* table : {"users", "user_cards", "auth_keys", "recovery_codes"})
      CHECK_FALSE(found(table, {name, "id", "api_key", "password", "registration_token"}));
  }
  // By too few columns nothing is told.
  CHECK_FALSE(found("recovery_codes", {"verifier", "id"}));
  // A word behind it says what it is, a number is none, and a rule knows better.
  CHECK_FALSE(found("recovery_codes", {"verifier_type", "id", "user_id", "created_at"}));
  CHECK_FALSE(found("file_keys", {"object_key", "id", "size", "created_at"}));
  CHECK_FALSE(found("api_keys", {"verify_key", "secret", "user_id", "created_at"}));
  CHECK_FALSE(found("commits", {"commit_hash", "author_email", "message", "token"}));
}

TEST_CASE("the traits of a column are its words, its table's and those of its neighbours") {
  tables::Database database;
  const auto& table =
      database.table("user_tokens", {tables::column("resetToken", "text"), tables::column("expires_at", "text")});
  std::vector<std::string> traits = policy::traits_of(table, table.name, table.columns.front());
  std::ranges::sort(traits);
  CHECK(traits == std::vector<std::string>{"N=at", "N=expire", "P=token token", "P=user token", "T=token", "T=user",
                                           "b=reset token", "f=reset", "l=token", "t=text", "w=reset", "w=token"});
}
