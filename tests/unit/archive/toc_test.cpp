#include "archive/toc.hpp"

#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
using sample::failure;

TEST_CASE("a table of contents comes back as it was written") {
  const std::string json = archive::to_json(sample::toc());
  const archive::Toc back = archive::parse_toc(json);
  CHECK(archive::to_json(back) == json);
  REQUIRE(back.entries.size() == 5);
  CHECK(back.entries[0].owner_sql == "ALTER TABLE public.users OWNER TO bob;\n");
  CHECK(back.entries[4].tablespace == "fast disks");
  CHECK(back.entries[4].table_name == "users");
  CHECK(back.entries[4].depends == std::vector<int>{1, 3});
}

TEST_CASE("an empty table of contents is one") {
  CHECK(archive::parse_toc(archive::to_json(archive::Toc{})).entries.empty());
}

TEST_CASE("a damaged table of contents is refused with the place") {
  const auto refusal = [](const std::string& entries) {
    const std::string message = failure(
        Kind::damaged, [&] { (void)archive::parse_toc("{\"format_version\": 1, \"entries\": " + entries + "}"); });
    return message.substr(0, message.find(" | "));
  };
  const std::string start = "archive is damaged: \"toc.json\": field ";
  CHECK(refusal("{}") == start + "entries: is not an array");
  CHECK(refusal(R"([{"id": 1}])") == start + "entries[0].kind: is missing");
  CHECK(refusal(R"([{"id":1,"kind":"TABLE","name":"t","section":"before","depends":[]}])") ==
        start + "entries[0].section: unknown value \"before\"");
  CHECK(refusal(R"([{"id":1,"kind":"T","name":"t","section":"data","depends":[1,"x"]}])") ==
        start + "entries[0].depends[1]: is not a whole number of zero or more");
  CHECK(refusal(R"([{"id":1,"kind":"T","name":"t","section":"data","depends":[]},
                    {"id":1,"kind":"T","name":"u","section":"data","depends":[]}])") ==
        start + "entries[1].id: is used twice");
  CHECK(failure(Kind::newer_format, [] {
          (void)archive::parse_toc(R"({"format_version": 9})");
        }).starts_with("archive has format version 9;"));
}
