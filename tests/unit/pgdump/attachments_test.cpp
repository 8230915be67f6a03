#include "pgdump/attachments.hpp"

#include "catch.hpp"

using pgcoffer::pgdump::Entry;

namespace {

Entry table(int id, const std::string& name, const std::string& create, std::vector<int> depends = {}) {
  Entry entry;
  entry.id = id;
  entry.kind = "TABLE";
  entry.schema = "s";
  entry.name = name;
  entry.create = create;
  entry.depends = std::move(depends);
  return entry;
}

}  // namespace

TEST_CASE("what attaches a partition gets an entry of its own") {
  std::vector<Entry> entries{table(7, "p", "CREATE TABLE s.p (\n    i integer\n)\nPARTITION BY RANGE (i);\n"),
                             table(3, "p 1",
                                   "CREATE TABLE s.\"p 1\" (\n    i integer DEFAULT ';'::text\n);\nALTER TABLE ONLY "
                                   "s.p ATTACH PARTITION s.\"p 1\" FOR "
                                   "VALUES FROM (';') TO (9);\n\nALTER TABLE ONLY s.\"p 1\" REPLICA IDENTITY FULL;\n",
                                   {7, 2})};
  Entry comment;
  comment.id = 9;
  comment.kind = "COMMENT";
  entries.push_back(comment);
  entries.push_back(table(10, "q", "CREATE TABLE s.q (\n    i integer\n);\n"));
  pgcoffer::pgdump::part_attachments(entries);
  REQUIRE(entries.size() == 5);
  CHECK(entries[1].create ==
        "CREATE TABLE s.\"p 1\" (\n    i integer DEFAULT ';'::text\n);\nALTER TABLE ONLY s.\"p 1\" REPLICA IDENTITY "
        "FULL;\n");
  CHECK(entries[1].depends == std::vector<int>{2});
  CHECK(entries[2].kind == "COMMENT");
  CHECK(entries[3].kind == "TABLE ATTACH");
  CHECK(entries[3].name == "p 1");
  CHECK(entries[3].id == 11);
  CHECK(entries[3].create == "ALTER TABLE ONLY s.p ATTACH PARTITION s.\"p 1\" FOR VALUES FROM (';') TO (9);\n");
  CHECK(entries[3].depends == std::vector<int>{3, 7});
  CHECK(entries[4].name == "q");
}

TEST_CASE("a text that looks like an attachment is none") {
  std::vector<Entry> entries{table(
      1, "t",
      "CREATE TABLE s.t (\n    a text DEFAULT 'x;\nALTER TABLE ONLY s.p ATTACH PARTITION s.t DEFAULT;'::text\n);\n")};
  pgcoffer::pgdump::part_attachments(entries);
  CHECK(entries.size() == 1);
}
