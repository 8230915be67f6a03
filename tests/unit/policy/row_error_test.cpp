#include "policy/row_error.hpp"

#include "catch.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;

namespace {

std::string shown(const char* sqlstate, const std::string& message) {
  return without_values(Error(Kind::failed, message).sqlstate(sqlstate)).message();
}

}  // namespace

TEST_CASE("errors of data show no value") {
  CHECK(shown("22P02", "invalid input syntax for type integer: \"hunter2\"") ==
        "data exception, invalid input syntax for type integer (the value is not shown)");
  CHECK(shown("23505", "duplicate key (hunter2)") == "integrity constraint violation (the value is not shown)");
  CHECK(shown("22012", "division by zero") == "data exception, division by zero (the value is not shown)");
}

TEST_CASE("of messages in another language nothing is shown, whose quotes are others") {
  CHECK(shown("22P02", "ungültige Eingabesyntax für Typ integer: »hunter2«") ==
        "data exception (the value is not shown)");
  CHECK(shown("22P02", "la sintaxis de entrada no es válida: «hunter2»") == "data exception (the value is not shown)");
}

TEST_CASE("errors of SQL that is made of values, and of functions, show none either") {
  CHECK(shown("42P01", "relation \"hunter2\" does not exist") ==
        "syntax error or access rule violation (the value is not shown)");
  CHECK(shown("P0001", "bad value hunter2") == "an error that a function raises (the value is not shown)");
}

TEST_CASE("functions choose their SQLSTATE") {
  CHECK(shown("UE001", "bad hunter2") == "an error that a function raises (the value is not shown)");
  CHECK(shown("22023", "bad hunter2") == "data exception (the value is not shown)");
  CHECK(shown("42501", "permission denied for hunter2") ==
        "syntax error or access rule violation (the value is not shown)");
  CHECK(shown("57014", "stopped at hunter2") == "operator intervention (the value is not shown)");
}

TEST_CASE("what the server says of itself is shown") {
  CHECK(shown("42501", "permission denied for table x") ==
        "syntax error or access rule violation, permission denied for table x (the value is not shown)");
  CHECK(shown("57014", "canceling statement due to statement timeout") ==
        "operator intervention, canceling statement due to statement timeout (the value is not shown)");
  CHECK(shown("", "the connection was lost") == "the connection was lost");
}
