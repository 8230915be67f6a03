#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
using archive::ScriptOptions;

TEST_CASE("a section's script has a comment and the statements of each entry") {
  CHECK(archive::script(sample::toc(), "pre-data", {}) ==
        "\n-- Name: users; Kind: TABLE; Schema: public; Owner: bob\n\n"
        "CREATE TABLE public.users (\n    id bigint NOT NULL,\n    email text,\n    password_hash text,\n"
        "    profile jsonb\n);\n"
        "ALTER TABLE public.users OWNER TO bob;\n"
        "\n-- Name: TABLE users; Kind: ACL; Schema: public\n\n"
        "GRANT SELECT ON TABLE public.users TO reader;\n");
}

TEST_CASE("an entry without statements is left out") {
  CHECK(archive::script(sample::toc(), "data", {}) ==
        "\n-- Name: users_id_seq; Kind: SEQUENCE SET; Schema: public\n\n"
        "SELECT pg_catalog.setval('public.users_id_seq', 3, true);\n");
  CHECK(archive::script(archive::Toc{}, "data", {}).empty());
}

TEST_CASE("owners and privileges can be left out") {
  const std::string without = archive::script(sample::toc(), "pre-data", {.owners = false, .privileges = false});
  CHECK(without.find("CREATE TABLE") != std::string::npos);
  CHECK(without.find("OWNER TO") == std::string::npos);
  CHECK(without.find("GRANT") == std::string::npos);
}

TEST_CASE("tablespace and access method are set for one entry only") {
  archive::TocEntry entry = sample::entry(1, "TABLE", "s", "t", "pre-data", "CREATE TABLE s.t ();");
  entry.tablespace = "fast disks";
  entry.access_method = "columnar";
  CHECK(archive::statements(entry, {}) ==
        "SET default_tablespace = \"fast disks\";\nSET default_table_access_method = columnar;\n"
        "CREATE TABLE s.t ();\n"
        "SET default_table_access_method = heap;\nSET default_tablespace = '';\n");
  entry.tablespace.clear();
  entry.access_method = "heap";
  CHECK(archive::statements(entry, {}) == "CREATE TABLE s.t ();\n");
}

TEST_CASE("a name cannot end the comment that it stands in") {
  archive::Toc toc;
  toc.entries = {sample::entry(1, "TABLE", "s\r\nDROP TABLE a;", "t\nDROP TABLE b;", "pre-data", "SELECT 1;\n")};
  CHECK(archive::script(toc, "pre-data", {}) ==
        "\n-- Name: t DROP TABLE b;; Kind: TABLE; Schema: s  DROP TABLE a;\n\nSELECT 1;\n");
}

TEST_CASE("the preamble names the encoding of the dump") {
  const std::string preamble = archive::script_preamble("LATIN1");
  CHECK(preamble.find("SET client_encoding = 'LATIN1';\n") != std::string::npos);
  CHECK(preamble.find("SELECT pg_catalog.set_config('search_path', '', false);\n") != std::string::npos);
}
