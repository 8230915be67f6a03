#include "rows/insert_encoder.hpp"

#include "catch.hpp"

using namespace pgcoffer::rows;

namespace {

const std::vector<Column> columns = {{"id", JsonKind::number}, {"On", JsonKind::boolean}, {"text", JsonKind::string}};

std::string inserted(const std::vector<std::string>& lines, const InsertStyle& style,
                     const std::vector<Column>& of = columns) {
  InsertEncoder encoder("public.t", of, style);
  std::string out;
  for (const std::string& line : lines) encoder.add(line, out);
  encoder.end(out);
  return out;
}

}  // namespace

TEST_CASE("a row becomes a statement") {
  CHECK(inserted({"1\tt\ta'b\n", "-2.5e+10\tf\t\\N\n", "NaN\t\\N\t\n"}, {}) ==
        "INSERT INTO public.t VALUES (1, true, 'a''b');\n"
        "INSERT INTO public.t VALUES (-2.5e+10, false, NULL);\n"
        "INSERT INTO public.t VALUES ('NaN', NULL, '');\n");
  CHECK(inserted({"1\tt\ta\\tb\\\\c\\nd\n"}, {}) == "INSERT INTO public.t VALUES (1, true, E'a\tb\\\\c\nd');\n");
  CHECK(inserted({}, {}) == "");
}

TEST_CASE("statements say what they are told to") {
  CHECK(inserted({"1\tt\ta\n"}, {true, true, true, 1}) ==
        "INSERT INTO public.t (id, \"On\", text) OVERRIDING SYSTEM VALUE VALUES (1, true, 'a') ON CONFLICT DO "
        "NOTHING;\n");
  CHECK(inserted({"1\tt\ta\n", "2\tt\tb\n", "3\tt\tc\n"}, {false, false, false, 2}) ==
        "INSERT INTO public.t VALUES\n\t(1, true, 'a'),\n\t(2, true, 'b');\n"
        "INSERT INTO public.t VALUES\n\t(3, true, 'c');\n");
}

TEST_CASE("rows without columns are inserted one by one") {
  CHECK(inserted({"\n", "\n"}, {true, false, true, 10}, {}) ==
        "INSERT INTO public.t DEFAULT VALUES ON CONFLICT DO NOTHING;\n"
        "INSERT INTO public.t DEFAULT VALUES ON CONFLICT DO NOTHING;\n");
}
