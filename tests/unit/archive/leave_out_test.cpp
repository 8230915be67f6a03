#include "archive/leave_out.hpp"

#include <catch.hpp>

namespace pgcoffer::archive {
namespace {

TocEntry entry(int id, const char* kind, std::vector<int> depends = {}) {
  TocEntry made;
  made.id = id;
  made.kind = kind;
  made.depends = std::move(depends);
  return made;
}

std::vector<std::string> left(const LeaveOut& what) {
  const std::vector<TocEntry> entries = {entry(1, "TABLE"),
                                         entry(2, "COMMENT", {1}),
                                         entry(3, "TABLE ACCESS METHOD", {1}),
                                         entry(4, "SECURITY LABEL", {1}),
                                         entry(5, "ACL", {1}),
                                         entry(6, "ROW SECURITY", {1}),
                                         entry(7, "POLICY", {1, 6}),
                                         entry(8, "PUBLICATION"),
                                         entry(9, "COMMENT", {8}),
                                         entry(10, "PUBLICATION TABLE", {1, 8}),
                                         entry(11, "PUBLICATION TABLES IN SCHEMA", {8}),
                                         entry(12, "SUBSCRIPTION"),
                                         entry(13, "SECURITY LABEL", {12}),
                                         entry(14, "SUBSCRIPTION TABLE", {12}),
                                         entry(15, "INDEX", {1})};
  LeftOut left_out(what);
  std::vector<std::string> out;
  for (const TocEntry& each : entries) {
    if (left_out(each)) out.push_back(each.kind);
  }
  return out;
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("what a restore leaves out, by kind") {
  CHECK(left({}).empty());
  CHECK(left({.comments = true}) == Kinds{"COMMENT", "COMMENT"});
  CHECK(left({.security_labels = true}) == Kinds{"SECURITY LABEL", "SECURITY LABEL"});
  CHECK(left({.publications = true}) ==
        Kinds{"PUBLICATION", "COMMENT", "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA"});
  CHECK(left({.subscriptions = true}) == Kinds{"SUBSCRIPTION", "SECURITY LABEL", "SUBSCRIPTION TABLE"});
  CHECK(left({.policies = true}) == Kinds{"ROW SECURITY", "POLICY"});
  CHECK(left({.table_access_method = true}) == Kinds{"TABLE ACCESS METHOD"});
  CHECK(left({.tablespaces = true}).empty());
}

TEST_CASE("tablespaces and access methods stay away where they are left out") {
  TocEntry table = entry(1, "TABLE");
  table.create = "CREATE TABLE t ();\n";
  table.tablespace = "fast";
  table.access_method = "columnar";
  CHECK(statements(table, {}) ==
        "SET default_tablespace = fast;\nSET default_table_access_method = columnar;\nCREATE TABLE t ();\n"
        "SET default_table_access_method = heap;\nSET default_tablespace = '';\n");
  CHECK(statements(table, {.tablespaces = false, .access_methods = false}) == "CREATE TABLE t ();\n");
}

}  // namespace pgcoffer::archive
