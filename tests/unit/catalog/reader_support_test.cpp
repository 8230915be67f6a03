#include "catalog/reader_support.hpp"

#include "catch.hpp"

using namespace pgcoffer;
using namespace pgcoffer::catalog;

namespace {

pg::Field field(std::string_view text) {
  return {text.data(), text.size(), false};
}

}  // namespace

TEST_CASE("the newest expression that the server knows is taken") {
  const auto locale = [](int version) {
    return since(version, {{0, "NULL"}, {150000, "colliculocale"}, {170000, "colllocale"}});
  };
  CHECK(locale(130016) == "NULL");
  CHECK(locale(149999) == "NULL");
  CHECK(locale(150000) == "colliculocale");
  CHECK(locale(169999) == "colliculocale");
  CHECK(locale(170000) == "colllocale");
  CHECK(locale(190001) == "colllocale");
}

TEST_CASE("clauses stand one a line, with commas between") {
  Clauses clauses;
  clauses.add("INTERNALLENGTH", "4");
  clauses.flag("PASSEDBYVALUE", true);
  clauses.flag("HYPOTHETICAL", false);
  clauses.add("STORAGE", "plain");
  CHECK(clauses.text() == "(\n    INTERNALLENGTH = 4,\n    PASSEDBYVALUE,\n    STORAGE = plain\n)");
}

TEST_CASE("what a catalog says for none makes no clause") {
  Clauses clauses;
  clauses.add_if_any("SEND", pg::Field("", 0, true));
  clauses.add_if_any("RECEIVE", field("-"));
  clauses.add_if_any("ANALYZE", field(""));
  clauses.add_if_any("OUTPUT", field("base.number_out"));
  CHECK(clauses.text() == "(\n    OUTPUT = base.number_out\n)");
}
