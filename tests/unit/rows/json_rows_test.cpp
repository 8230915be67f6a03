#include "catch.hpp"
#include "support.hpp"

using namespace rows_test;

namespace {

struct Case {
  JsonKind kind;
  std::string field;  ///< COPY text
  std::string json;
};

/// The field becomes the value, and the value the field again.
void check_both_ways(const Case& sample) {
  const std::vector<Column> columns{{"c", sample.kind}};
  const std::string part = encode_json(columns, sample.field + "\n");
  CHECK(part == "{\"c\":" + sample.json + "}\n");
  CHECK(decode_json(columns, part).lines == sample.field + "\n");
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("rows are objects with the columns' names as keys") {
  const std::vector<Column> columns{
      {"id", JsonKind::number}, {"a \"b\"\n\\é", JsonKind::string}, {"ok", JsonKind::boolean}};
  const std::string part = encode_json(columns, "1\tx\tt\n2\t\\N\tf\n");
  CHECK(part ==
        "{\"id\":1,\"a \\\"b\\\"\\n\\\\é\":\"x\",\"ok\":true}\n{\"id\":2,\"a \\\"b\\\"\\n\\\\é\":null,\"ok\":false}\n");
  const Decoded decoded = decode_json(columns, part);
  CHECK(decoded.lines == "1\tx\tt\n2\t\\N\tf\n");
  CHECK(decoded.rows == 2);
}

TEST_CASE("tables without rows or without columns") {
  CHECK(encode_json({{"c", JsonKind::string}}, "").empty());
  CHECK(decode_json({{"c", JsonKind::string}}, "").rows == 0);
  CHECK(encode_json({}, "\n\n") == "{}\n{}\n");
  CHECK(decode_json({}, "{}\n{}\n").lines == "\n\n");
  CHECK(decode_json({}, "{}\n{}\n").rows == 2);
}

TEST_CASE("numbers keep every digit") {
  for (const Case& sample : {
           Case{JsonKind::number, "9223372036854775807", "9223372036854775807"},
           Case{JsonKind::number, "-9223372036854775808", "-9223372036854775808"},
           Case{JsonKind::number, "123456789012345678901234567890.12345678900",
                "123456789012345678901234567890.12345678900"},
           Case{JsonKind::number, "0.00", "0.00"},
           Case{JsonKind::number, "-0", "-0"},
           Case{JsonKind::number, "1e+20", "1e+20"},
           Case{JsonKind::number, "4.9406564584124654e-324", "4.9406564584124654e-324"},
           Case{JsonKind::number, "NaN", "\"NaN\""},
           Case{JsonKind::number, "Infinity", "\"Infinity\""},
           Case{JsonKind::number, "-Infinity", "\"-Infinity\""},
           Case{JsonKind::number, "007", "\"007\""},
           Case{JsonKind::number, "", "\"\""},
           Case{JsonKind::number, std::string(131'072, '9') + "." + std::string(16'383, '0'),
                std::string(131'072, '9') + "." + std::string(16'383, '0')},
       }) {
    check_both_ways(sample);
  }
}

TEST_CASE("booleans, strings and NULL") {
  for (const Case& sample : {
           Case{JsonKind::boolean, "t", "true"},
           Case{JsonKind::boolean, "f", "false"},
           Case{JsonKind::boolean, "\\N", "null"},
           Case{JsonKind::boolean, "true", "\"true\""},
           Case{JsonKind::string, "", "\"\""},
           Case{JsonKind::string, "\\N", "null"},
           Case{JsonKind::string, "\\\\N", "\"\\\\N\""},
           Case{JsonKind::string, "null", "\"null\""},
           Case{JsonKind::string, "\\b\\f\\n\\r\\t\\v\\\\", "\"\\b\\f\\n\\r\\t\\u000b\\\\\""},
           Case{JsonKind::string, "\x01\x1f\x7f/\"'", "\"\\u0001\\u001f\x7f/\\\"'\""},
           Case{JsonKind::string, "é€😀\u2028", "\"é€😀\u2028\""},
           Case{JsonKind::string, "\\\\x00ff5c", "\"\\\\x00ff5c\""},
           Case{JsonKind::string, "0044-03-15 00:00:00 BC", "\"0044-03-15 00:00:00 BC\""},
           Case{JsonKind::string, "[1,5)", "\"[1,5)\""},
       }) {
    check_both_ways(sample);
  }
}

TEST_CASE("strings of every length are read and written") {
  for (std::size_t length = 0; length < 100; ++length) {
    check_both_ways({JsonKind::string, std::string(length, 'x'), "\"" + std::string(length, 'x') + "\""});
    check_both_ways({JsonKind::string, std::string(length, 'x') + "\\\\", "\"" + std::string(length, 'x') + "\\\\\""});
  }
  check_both_ways({JsonKind::string, std::string(3'000'000, 'x'), "\"" + std::string(3'000'000, 'x') + "\""});
}

TEST_CASE("json values are embedded byte for byte") {
  for (const std::string json : {"{}", "[]", "1", "-0", "1e400", "1.50", "\"text\"", "true", "{\"a\": 1, \"a\": 2}",
                                 "{\"b\" :1 ,  \"a\":[ 1.50,2e5 ]}", "{\"é\": \"😀\"}", "{\"x\": {\"$json\": \"z\"}}",
                                 "[{\"$json\": \"z\"}]", "{\"a\": 1, \"$json\": \"z\"}", "{\"$json2\": 1}"}) {
    check_both_ways({JsonKind::json, json, json});
  }
  check_both_ways({JsonKind::json, R"({"a": "x\\ny\\"q\\"\\\\ \\u00e9"})", R"({"a": "x\ny\"q\"\\ \u00e9"})"});
  check_both_ways({JsonKind::json, nested(60), nested(60)});
}

TEST_CASE("json values that would not survive are wrapped") {
  for (const Case& sample : {
           Case{JsonKind::json, "null", R"({"$json":"null"})"},
           Case{JsonKind::json, " 1", R"({"$json":" 1"})"},
           Case{JsonKind::json, "{} ", R"({"$json":"{} "})"},
           Case{JsonKind::json, "{\\n\"a\":\\t1}", R"({"$json":"{\n\"a\":\t1}"})"},
           Case{JsonKind::json, R"({"$json": "x"})", R"({"$json":"{\"$json\": \"x\"}"})"},
           Case{JsonKind::json, R"({"$json": 1, "b": 2})", R"({"$json":"{\"$json\": 1, \"b\": 2}"})"},
           Case{JsonKind::json, R"({"\\u0024json": "x"})", R"({"$json":"{\"\\u0024json\": \"x\"}"})"},
           Case{JsonKind::json, R"("\\ud800")", R"({"$json":"\"\\ud800\""})"},
           Case{JsonKind::json, "", R"({"$json":""})"},
           Case{JsonKind::json, "{broken", R"({"$json":"{broken"})"},
           Case{JsonKind::json, "nullnull", R"({"$json":"nullnull"})"},
           Case{JsonKind::json, "\\N", "null"},
       }) {
    check_both_ways(sample);
  }
  check_both_ways({JsonKind::json, nested(61), "{\"$json\":\"" + nested(61) + "\"}"});
  check_both_ways({JsonKind::json, nested(500'000), "{\"$json\":\"" + nested(500'000) + "\"}"});
}

TEST_CASE("arrays") {
  for (const Case& sample : {
           Case{JsonKind::number_array, "{}", "[]"},
           Case{JsonKind::number_array, "{1,-2.50,NULL}", "[1,-2.50,null]"},
           Case{JsonKind::number_array, "{NaN,Infinity,-Infinity,-0}", R"(["NaN","Infinity","-Infinity",-0])"},
           Case{JsonKind::number_array, "{{1,2},{3,4}}", "[[1,2],[3,4]]"},
           Case{JsonKind::number_array, "{{{{{{1}}}}}}", "[[[[[[1]]]]]]"},
           Case{JsonKind::number_array, "[0:2]={1,2,3}", "\"[0:2]={1,2,3}\""},
           Case{JsonKind::number_array, "1 2 3", "\"1 2 3\""},
           Case{JsonKind::number_array, "\\N", "null"},
           Case{JsonKind::boolean_array, "{t,f,NULL}", "[true,false,null]"},
           Case{JsonKind::string_array, "{a,NULL,\"NULL\",\"null\",\"\"}", R"(["a",null,"NULL","null",""])"},
           Case{JsonKind::string_array, "{1,t,nullx}", R"(["1","t","nullx"])"},
           Case{JsonKind::string_array, "{\"a b\",\"{\",\"}\",\",\"}", R"(["a b","{","}",","])"},
           Case{JsonKind::string_array, R"({"say \\"hi\\"","back\\\\slash"})", R"(["say \"hi\"","back\\slash"])"},
           Case{JsonKind::string_array, R"({"\t\n\v\f\r",é})", R"(["\t\n\u000b\f\r","é"])"},
           Case{JsonKind::string_array, "{\x01,[],()}", R"x(["\u0001","[]","()"])x"},
           Case{JsonKind::string_array, R"([0:1]={a,"b c"})", R"("[0:1]={a,\"b c\"}")"},
       }) {
    check_both_ways(sample);
  }
}

TEST_CASE("array literals that no server writes are kept as strings") {
  for (const std::string field : {"", "{", "{1", "{1,}", "{,1}", "{1}x", "{ 1}", "{1 }", "{{}}", "{{1},2", "{\"a\"b}",
                                  "{\"a", "{{{{{{{1}}}}}}}", "}"}) {
    const std::vector<Column> columns{{"c", JsonKind::number_array}};
    const std::string part = encode_json(columns, field + "\n");
    CHECK(part.starts_with("{\"c\":\""));
    CHECK(decode_json(columns, part).lines == field + "\n");
  }
}

TEST_CASE("rows written by others are read") {
  const std::vector<Column> columns{
      {"id", JsonKind::number}, {"s", JsonKind::string}, {"j", JsonKind::json}, {"a", JsonKind::string_array}};
  const auto lines = [&](std::string_view part) { return decode_json(columns, part).lines; };
  CHECK(lines(R"({"a":["x"],"j":{"k":1},"s":"t","id":7})") == "7\tt\t{\"k\":1}\t{x}\n");
  CHECK(lines(" { \"id\" : 7 , \"s\" : \"t\" ,\t\"j\" : [ 1 ,\t2 ] , \"a\" : [ \"x\" , [ ] , null ] } \r\n") ==
        "7\tt\t[ 1 ,\\t2 ]\t{x,{},NULL}\n");
  CHECK(lines(R"({"\u0069d":7,"s":"\u0041\/\ud83d\ude00\u000b","j":{ "$json" : "nu\u006cl" },"a":"{}"})") ==
        "7\tA/😀\\v\tnull\t{}\n");
  CHECK(lines(R"({"id":"7","s":null,"j":{"$json":1},"a":[]})") == "7\t\\N\t{\"$json\":1}\t{}\n");
}

TEST_CASE("rows that lack keys are put apart by what they have") {
  const std::vector<Column> columns{{"id", JsonKind::number}, {"name", JsonKind::string}, {"at", JsonKind::string}};
  const auto decoder = pgcoffer::rows::make_decoder(Format::json, columns);
  const std::string part =
      "{\"id\":1,\"name\":\"a\",\"at\":null}\n"
      "{\"name\":\"b\\t\"}\n"
      "{\"at\":\"2024-05-01T12:00:00Z\", \"id\": 3}\n"
      "{\"at\":\"x\",\"name\":\"y\",\"id\":4}\n"
      "{\"name\":null}\n";
  std::string scratch;
  std::uint64_t rows = 0;
  std::vector<pgcoffer::rows::SparseRows> sparse(7);
  CHECK(decoder->copy_lines(part, scratch, rows, sparse) == "1\ta\t\\N\n4\ty\tx\n");
  CHECK(rows == 2);
  REQUIRE(sparse.size() == 2);
  CHECK(sparse[0].columns == std::vector<std::size_t>{1});
  CHECK(sparse[0].lines == "b\\t\n\\N\n");
  CHECK(sparse[0].rows == 2);
  CHECK(sparse[1].columns == std::vector<std::size_t>{0, 2});
  CHECK(sparse[1].lines == "3\t2024-05-01T12:00:00Z\n");
  CHECK(error_of([&] { (void)decoder->copy_lines("{}\n", scratch, rows, sparse); }) ==
        "rows are damaged: line 1: the object has no keys");
}
