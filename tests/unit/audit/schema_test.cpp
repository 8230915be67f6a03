#include "audit/schema.hpp"

#include "catch.hpp"
#include "error_of.hpp"

using namespace pgcoffer;
using Names = std::vector<std::string>;

namespace {

archive::TocEntry entry(const std::string& kind, const std::string& table, const std::string& create) {
  archive::TocEntry result;
  result.kind = kind;
  result.name = table + " x";
  result.table_schema = "public";
  result.table_name = table;
  result.create = create;
  return result;
}

audit::ForeignKey foreign_key(const std::string& definition) {
  const std::string create = "ALTER TABLE ONLY public.a\n    ADD CONSTRAINT \"Its, name\" " + definition + ";\n";
  return audit::foreign_keys({{entry("FK CONSTRAINT", "a", create)}}).at(0);
}

archive::Table table(const std::string& name) {
  archive::Table result;
  result.schema = "public";
  result.name = name;
  result.kind = "table";
  return result;
}

archive::TocEntry attached(const std::string& parent, const std::string& child) {
  return entry("TABLE ATTACH", child,
               "ALTER TABLE ONLY public." + parent + " ATTACH PARTITION public." + child + " FOR VALUES IN (1);\n");
}

}  // namespace

TEST_CASE("Foreign keys are read from their definitions") {
  const auto key =
      foreign_key("FOREIGN KEY (\"a\"\"b\", \"REFERENCES\") REFERENCES \"S.x\".\"T)\"(id, \"c, d\") ON DELETE CASCADE");
  CHECK(key.name == "Its, name");
  CHECK(key.table == QualifiedName{"public", "a"});
  CHECK(key.columns == Names{"a\"b", "REFERENCES"});
  CHECK(key.referenced == QualifiedName{"S.x", "T)"});
  CHECK(key.referenced_columns == Names{"id", "c, d"});
  CHECK(key.validated);
  CHECK_FALSE(key.period);
}

TEST_CASE("Foreign keys that rows may break, and those over periods") {
  CHECK_FALSE(foreign_key("FOREIGN KEY (a) REFERENCES public.b(id) NOT VALID").validated);
  CHECK_FALSE(foreign_key("FOREIGN KEY (a) REFERENCES public.b(id) NOT ENFORCED").validated);
  CHECK(foreign_key("FOREIGN KEY (a) REFERENCES public.b(id) NOT DEFERRABLE").validated);
  CHECK(foreign_key("FOREIGN KEY (a, PERIOD p) REFERENCES public.b(id, PERIOD q)").period);
}

TEST_CASE("A foreign key that cannot be read is an error") {
  const auto error =
      pgcoffer_test::error_of([] { static_cast<void>(foreign_key("FOREIGN KEY (a) REFERENCES public.b")); });
  REQUIRE(error);
  CHECK(error->kind() == Kind::damaged);
}

TEST_CASE("Partitions at any depth belong to their root") {
  archive::Manifest manifest;
  for (const char* name : {"leaf", "middle", "other", "root"}) manifest.tables.push_back(table(name));
  const archive::Toc toc{{attached("middle", "leaf"), attached("root", "middle")}};
  CHECK(audit::with_partitions(manifest, toc, {"public", "root"}) == std::vector<std::size_t>{0, 1, 3});
  CHECK(audit::with_partitions(manifest, toc, {"public", "other"}) == std::vector<std::size_t>{2});
  const auto catalog = audit::catalog_of(manifest, toc);
  const auto root = catalog.tables[3].oid;
  CHECK(catalog.tables[0].partition_root == root);
  CHECK(catalog.tables[1].partition_root == root);
  CHECK(catalog.tables[2].partition_root == 0);
  CHECK(catalog.tables[3].partition_root == 0);
}

TEST_CASE("Comments of columns come along") {
  archive::Manifest manifest;
  manifest.tables.push_back(table("a"));
  manifest.tables[0].columns.resize(1);
  manifest.tables[0].columns[0].name = "C";
  manifest.tables[0].columns[0].type = "timestamp(3) with time zone";
  const archive::Toc toc{{entry("COMMENT", "a", "COMMENT ON COLUMN public.a.\"C\" IS 'privacy: secret';\n")}};
  const auto catalog = audit::catalog_of(manifest, toc);
  CHECK(catalog.tables[0].columns[0].comment == "'privacy: secret';\n");
  CHECK(catalog.tables[0].columns[0].base_type == "timestamp with time zone");
}
