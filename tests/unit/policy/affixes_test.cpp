#include "policy/affixes.hpp"

#include "catch.hpp"
#include "tables.hpp"

using pgcoffer::policy::affixes_of;
using tables::column;

TEST_CASE("what most columns have before or behind their names is taken off") {
  tables::Database db;
  const auto& users =
      db.table("phpbb_users", {column("user_id", "bigint"), column("user_ip", "text"), column("user_sig", "text"),
                               column("user_jabber", "text"), column("reset", "text")});
  CHECK(affixes_of(users).taken_off("user_sig") == "sig");
  CHECK(affixes_of(users).taken_off("reset") == "reset");
  CHECK(affixes_of(users).taken_off("user_") == "user_");
  const auto& members = db.table("members", {column("id_adh", "bigint"), column("nom_adh", "text"),
                                             column("ville_adh", "text"), column("cp_adh", "text")});
  CHECK(affixes_of(members).taken_off("cp_adh") == "cp");
}

TEST_CASE("affixes that say something, and those of few columns, stay") {
  tables::Database db;
  const auto& mails = db.table("mails", {column("email_count", "text"), column("email_opens", "text"),
                                         column("email_status", "text"), column("email_subject", "text")});
  CHECK(affixes_of(mails).taken_off("email_status") == "email_status");
  const auto& links = db.table("links", {column("user_id", "bigint"), column("address_id", "bigint"),
                                         column("email_id", "bigint"), column("phone_id", "bigint")});
  CHECK(affixes_of(links).taken_off("email_id") == "email_id");
  const auto& few = db.table("few", {column("x_a", "text"), column("x_b", "text")});
  CHECK(affixes_of(few).taken_off("x_a") == "x_a");
  const auto& some = db.table("some", {column("x_a", "text"), column("x_b", "text"), column("c", "text"),
                                       column("d", "text"), column("e", "text")});
  CHECK(affixes_of(some).taken_off("x_a") == "x_a");
  const auto& patients = db.table("patients", {column("nom_pat", "text"), column("tel_pat", "text"),
                                               column("notes", "text"), column("sex", "text")});
  CHECK(affixes_of(patients).taken_off("nom_pat") == "nom");
  const auto& users = db.table("users", {column("use_totp", "text"), column("use_sms", "text")});
  CHECK(affixes_of(users).taken_off("use_totp") == "use_totp");
  const auto& licenses = db.table("licenses", {column("license_name", "text"), column("license_email", "text")});
  CHECK(affixes_of(licenses).taken_off("license_name") == "license_name");
}
