#include "rows/row_digest.hpp"

#include "catch.hpp"

using pgcoffer::rows::RowDigest;

namespace {

RowDigest of(std::string_view lines) {
  RowDigest digest;
  digest.add_lines(lines);
  return digest;
}

}  // namespace

TEST_CASE("the order of rows and their cut into blocks do not count") {
  RowDigest cut = of("2\tb\n");
  cut.add(of("3\t\\N\n1\ta\n"));
  CHECK(of("1\ta\n2\tb\n3\t\\N\n") == cut);
  CHECK(cut.rows() == 3);
}

TEST_CASE("what differs in a row, or in how often it comes, is seen") {
  CHECK(of("1\ta\n").hex() != of("1\tb\n").hex());
  CHECK(of("1\ta\n").hex() != of("1\ta\n1\ta\n").hex());
  CHECK(of("a\nb\n").hex() != of("ab\n").hex());
  CHECK(of("\n").hex() != of("").hex());
}

TEST_CASE("the digest is the sum of XXH3-128 of the lines, as FORMAT.md says") {
  // `printf '1\ta' | xxh128sum` and `printf '2\tb' | xxh128sum`
  CHECK(of("").hex() == "00000000000000000000000000000000");
  CHECK(of("\n").hex() == "99aa06d3014798d86001c324468d497f");  // of no bytes
}
