#include "catch.hpp"
#include "support.hpp"

using namespace rows_test;

namespace {

std::string csv(std::string_view lines) {
  std::string out;
  pgcoffer::rows::append_csv(lines, out);
  return out;
}

}  // namespace

TEST_CASE("CSV tells NULL from an empty string") {
  CHECK(csv("\\N\t\t\\\\N\n") == ",\"\",\\N\r\n");
}

TEST_CASE("CSV quotes what it must, and nothing else") {
  CHECK(csv("a b\tx,y\tsay \"hi\"\t3.50\n") == "a b,\"x,y\",\"say \"\"hi\"\"\",3.50\r\n");
  CHECK(csv("two\\nlines\tcr\\r\ttab\\t\t back\\\\slash\n") == "\"two\nlines\",\"cr\r\",tab\t,\" back\\slash\"\r\n");
}

TEST_CASE("a value that is an end marker is quoted") {
  CHECK(csv("\\\\.\n") == "\"\\.\"\r\n");
}

TEST_CASE("CSV records stand one after the other") {
  CHECK(csv("1\n2\n3\n") == "1\r\n2\r\n3\r\n");
  CHECK(csv("") == "");
  const std::string longer(1000, 'x');
  CHECK(csv(longer + "\t1\n") == longer + ",1\r\n");
}

TEST_CASE("the header record has the columns' names") {
  std::string out;
  pgcoffer::rows::append_csv_header({{"id", JsonKind::number}, {"a \"b\", c", JsonKind::string}}, out);
  CHECK(out == "id,\"a \"\"b\"\", c\"\r\n");
}
