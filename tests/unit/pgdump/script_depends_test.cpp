#include "catch.hpp"
#include "pgdump/script_text.hpp"

using pgcoffer::pgdump::Entry;

namespace {

Entry entry(int id, std::string_view kind, std::string_view name, std::string_view create) {
  Entry made;
  made.id = id;
  made.kind = kind;
  made.schema = std::string_view("s");
  made.name = name;
  made.create = create;
  return made;
}

}  // namespace

TEST_CASE("a comment needs what it is of, which need not stand right before it") {
  std::vector<Entry> entries{
      entry(1, "TABLE", "t", "CREATE TABLE s.t (\n    i integer NOT NULL\n);\n"),
      entry(2, "COMMENT", "TABLE t", "COMMENT ON TABLE s.t IS 'of the table';\n"),
      entry(3, "CONSTRAINT", "t t_pkey", "ALTER TABLE ONLY s.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (i);\n"),
      entry(4, "INDEX", "other", "CREATE INDEX other ON s.t USING btree (i);\n"),
      entry(5, "COMMENT", "INDEX other", "COMMENT ON INDEX s.other IS 'of the index';\n"),
      entry(6, "COMMENT", "INDEX t_pkey", "COMMENT ON INDEX s.t_pkey IS 'of the constraint''s';\n")};
  pgcoffer::pgdump::add_dependencies(entries);
  CHECK(entries[1].depends == std::vector<int>{1});
  CHECK(entries[4].depends == std::vector<int>{4});
  CHECK(entries[5].depends == std::vector<int>{3});
  CHECK(entries[5].section == entries[2].section);
}
