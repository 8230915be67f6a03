#include "audit/replaced.hpp"

#include "audit/columns.hpp"
#include "catch.hpp"

using namespace pgcoffer;

namespace {

/// The kinds that a value of such a column is seen to hold, with a blank behind each.
std::string found(const std::string& verdict, const std::string& how, const std::string& value,
                  const std::string& type = "text") {
  archive::Column column;
  column.type = type;
  column.verdict = verdict;
  column.how = how;
  audit::ColumnContent content;
  content.add(value, audit::text_of(type), 1, audit::Replaced(column));
  std::string result;
  for (const content::Kind kind : content::all_kinds())
    if (content.seen(kind).rows > 0) result += std::string(to_string(kind)) + " ";
  return result;
}

}  // namespace

TEST_CASE("Only values that a rule made cannot be real ones") {
  for (const char* verdict : {"null", "constant", "pseudonym", "sha256", "noise", "date-shift"})
    CHECK_FALSE(audit::may_be_real(verdict));
  for (const char* verdict : {"", "keep", "omit", "template", "mask", "redact-json", "truncate"})
    CHECK(audit::may_be_real(verdict));
}

TEST_CASE("Addresses at reserved domains are made up where a rule writes values") {
  CHECK(found("template", "mail", "user7@example.com").empty());
  CHECK(found("redact-json", "a; they become x@example.com", R"({"a": "x@example.com"})").empty());
  CHECK(found("template", "mail", "ann@x.ch") == "email ");
  CHECK(found("template", "mail", "user7@example.com +49 ann@x.ch") == "email ");
  CHECK(found("redact-json", "b", R"({"a": "ann@x.ch", "b": "+49 911 1234567"})") == "email phone ");
  CHECK(found("truncate", "to 100", "user7@example.com") == "email ");
  CHECK(found("keep", "", "user7@example.com") == "email ");
}

TEST_CASE("What a mask leaves by design is not told, and what it leaves whole is") {
  CHECK(found("mask", "keeps the domain", "***@x.ch").empty());
  CHECK(found("mask", "keeps the domain; the others become x", "xxx@x.ch").empty());
  CHECK(found("mask", "keeps 8 at the end", "***ann@x.ch").empty());
  CHECK(found("mask", "keeps 13 at the start", "+49 911 12345**").empty());
  CHECK(found("mask", "the others become 0", "+4900000000").empty());
  CHECK(found("mask", "keeps 9 at the end", "******** ann@x.ch") == "email ");
  CHECK(found("mask", "keeps 23 at the start", "DE89370400440532013000 ******") == "iban ");
  CHECK(found("mask", "keeps the domain", "ann@x.ch") == "email ");
  CHECK(found("mask", "keeps 4 at the end; the others become #", "+49 911 1234567") == "phone ");
}

TEST_CASE("A credential is told of whatever a mask left of the text around it") {
  CHECK(found("mask", "keeps 41 at the end", "*** ghp_abcdefghijklmnopqrstuvwxyz0123456789") == "github-token ");
}

TEST_CASE("Addresses of machines that were cut are nets, unless all of their bits stayed") {
  CHECK(found("truncate", "to 24", "192.0.2.0", "inet").empty());
  CHECK(found("truncate", "to 24", "2001:db8:1::/48", "cidr").empty());
  CHECK(found("truncate", "to 32", "2001:db8:1::", "inet").empty());
  CHECK(found("truncate", "to 32", "192.0.2.7", "inet") == "ip ");
  CHECK(found("truncate", "to 64", "2001:db8::7", "inet") == "ip ");
  CHECK(found("truncate", "to 24", "192.0.2.7") == "ip ");
}
