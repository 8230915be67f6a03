#include "plan/tids.hpp"

#include <pgcoffer/error.hpp>
#include <vector>

#include "catch.hpp"

using namespace pgcoffer;
using plan::parse_tid;

TEST_CASE("places of rows come out as they went in") {
  const std::vector<std::uint64_t> places{parse_tid("(0,1)"), parse_tid("(0,2)"), parse_tid("(0,291)"),
                                          parse_tid("(7,1)"), parse_tid("(4294967294,65535)")};
  plan::Tids tids;
  for (const std::uint64_t place : places) tids.add(place);
  std::vector<std::uint64_t> found;
  tids.for_each([&](std::uint64_t place) { found.push_back(place); });
  CHECK(found == places);
  CHECK(tids.size() == places.size());
  CHECK(tids.literal() == R"t({"(0,1)","(0,2)","(0,291)","(7,1)","(4294967294,65535)"})t");
  CHECK(plan::Tids().literal() == "{}");
}

TEST_CASE("what is no place of a row is an error") {
  for (const char* text : {"", "(1)", "(1,2", "1", "(a,b)", "(1,70000)"}) CHECK_THROWS_AS(parse_tid(text), Error);
}
