#include "base/changed_lines.hpp"

#include "catch.hpp"

using pgcoffer::changed_lines;
using Lines = std::vector<std::string>;

TEST_CASE("only lines that two texts do not share are shown, in their order") {
  CHECK(changed_lines("a\nb\nc\n", "a\nx\nc\n") == Lines{"- b", "+ x"});
  CHECK(changed_lines("a\nb\n", "b\nc\n") == Lines{"- a", "+ c"});
  CHECK(changed_lines("a\nb\na\n", "a\na\n") == Lines{"- b"});
}

TEST_CASE("blanks around lines and empty lines do not count") {
  CHECK(changed_lines("  a \n\nb\t", "a\n b\n\n").empty());
  CHECK(changed_lines("", "a\n") == Lines{"+ a"});
}

TEST_CASE("texts too long to be aligned are shown whole where they differ") {
  std::string first, second;
  for (int i = 0; i < 3000; ++i) {
    first += "a" + std::to_string(i) + "\n";
    second += "b" + std::to_string(i) + "\n";
  }
  CHECK(changed_lines(first, second).size() == 6000);
}
