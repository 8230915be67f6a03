// COPY lines made binary for the server. What it makes of them is compared in tests/e2e/test_text_as_binary.py.

#include "rows/binary_lines.hpp"

#include <fmt/format.h>

#include <random>

#include "catch.hpp"
#include "support.hpp"

using namespace rows_test;
using namespace std::string_literals;
using pgcoffer::rows::BinaryLines;

namespace {

std::vector<Column> columns_of(const std::vector<std::string_view>& types) {
  std::vector<Column> columns;
  for (const std::string_view type : types)
    columns.push_back({"c", JsonKind::string, pgcoffer::rows::binary_form(type)});
  return columns;
}

BinaryLines lines_of(const std::vector<std::string_view>& types) {
  std::vector<pgcoffer::rows::BinaryForm> forms;
  for (const Column& column : columns_of(types)) forms.push_back(*column.binary);
  return BinaryLines(forms);
}

bool convert(const std::vector<std::string_view>& types, const std::string& lines, std::string& out) {
  // A heap block of exactly this size, so that a sanitizer sees every read beyond it.
  const std::vector<char> exact(lines.begin(), lines.end());
  return lines_of(types).convert({exact.data(), exact.size()}, out);
}

/// The lines that the binary rows are read as.
std::string back(const std::vector<std::string_view>& types, const std::string& lines) {
  std::string out;
  if (!convert(types, lines, out)) return "not converted";
  return decode(Format::binary, columns_of(types), out).lines;
}

std::string value_back(std::string_view type, const std::string& value) {
  const std::string line = back({type}, value + "\n");
  return line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
}

bool refused(std::string_view type, const std::string& value) {
  return value_back(type, value) == "not converted";
}

}  // namespace

TEST_CASE("values of every known type come out of binary as they went in") {
  const std::vector<std::pair<std::string_view, std::vector<std::string>>> values{
      {"boolean", {"t", "f", "\\N"}},
      {"smallint", {"0", "-32768", "32767"}},
      {"integer", {"-2147483648", "2147483647", "7"}},
      {"bigint", {"-9223372036854775808", "9223372036854775807"}},
      {"oid", {"0", "4294967295"}},
      {"real", {"0", "-0", "NaN", "Infinity", "-Infinity", "1e-45", "3.4028235e+38", "123456.7", "1e-05"}},
      {"double precision", {"-0", "NaN", "-Infinity", "5e-324", "1.7976931348623157e+308", "0.1", "1e+22"}},
      {"numeric",
       {"0", "0.000", "-0.1", "NaN", "12345678.00010000", "10000", "9999.9999", "0.00000000000000000001",
        "1" + std::string(130000, '0'), "0." + std::string(16000, '0') + "1"}},
      {"text",
       {"", "\\\\", "\\\\N", "\\\\.", "a\\tb\\nc\\rd", "\\b\\f\\v\x01\x7f", "ünïcödé €", "NULL", "\\N",
        std::string(100, 'x') + "\\\\" + std::string(20, 'y')}},
      {"json", {R"({"a" :  [1,\\n 2, null]})"}},
      {"jsonb", {R"({"a": "line\\\\nbreak"})", "null"}},
      {"bytea", {"\\\\x", "\\\\x00ff5c0a"}},
      {"uuid", {"00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}},
      {"date", {"infinity", "-infinity", "0001-01-01", "1900-02-28", "2000-02-29", "10000-01-01", "5874897-12-31"}},
      {"timestamp without time zone",
       {"infinity", "0001-01-01 00:00:00", "1999-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999",
        "2024-06-30 12:00:00.1"}},
      {"timestamp with time zone", {"-infinity", "2024-03-31 01:59:59.5+00", "294276-12-31 23:59:59.999999+00"}},
      {"integer[]", {"{}", "{1,NULL,3}", "{{1,2},{3,4}}", "{{{1}},{{2}}}", "\\N"}},
      {"text[]",
       {R"({"",NULL,"NULL","null","nUlL"})", R"({"a,b","{c}","\\"","\\\\"," d","e\tf","g\nh"})", "{ünï,plain}"}},
      {"bytea[]", {R"({"\\\\x00ff","\\\\x"})"}},
      {"timestamp without time zone[]", {R"({"2000-01-01 00:00:00",infinity})"}},
      {"numeric[]", {"{1.50,NaN,-0.5}"}},
      {"jsonb[]", {R"({"{\\"a\\": 1}","null"})"}},
      {"double precision[]", {"{1e+22,0.1,-Infinity}"}},
  };
  for (const auto& [type, all] : values) {
    INFO(type);
    std::string lines;
    for (const std::string& value : all) {
      CHECK(value_back(type, value) == value);
      lines += value + "\n";
    }
    CHECK(back({type}, lines) == lines);
  }
}

TEST_CASE("values of the same meaning become that value") {
  CHECK(value_back("timestamp with time zone", "1883-11-18 12:03:58-05") == "1883-11-18 17:03:58+00");
  CHECK(value_back("timestamp with time zone", "2024-01-01 02:00:00+05:30") == "2023-12-31 20:30:00+00");
  CHECK(value_back("timestamp with time zone", "2024-01-01 00:00:00-00:01:15") == "2024-01-01 00:01:15+00");
  CHECK(value_back("integer", "007") == "7");
  CHECK(value_back("text", "\\x41\\101") == "AA");
  CHECK(value_back("uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11") == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
}

TEST_CASE("the server is left to read what it would not have written itself") {
  const std::vector<std::pair<std::string_view, std::vector<std::string>>> values{
      {"boolean", {"", "true", "T", "1"}},
      {"smallint", {"32768", "", "1.0", "+1", " 1", "0x10"}},
      {"integer", {"2147483648", "1_000"}},
      {"oid", {"-1"}},
      {"real", {"1e39", "1e-60", "inf", "nan", "+1", "", "0x1p3", ".5"}},
      {"double precision", {"1e999", "infinity", "-", "1 "}},
      {"numeric", {"", "-", ".5", "5.", "1e3", "Infinity", "+1", "1 ", "0x1"}},
      {"text", {"\\.", "a\\", "a\rb", std::string("a\0b", 3), "\\0", "\\x00", "\\xc3\\xa9", "\\303"}},
      {"bytea", {"abc", "\\\\x0", "\\\\x0g", "\\\\X00"}},
      {"uuid", {"a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", ""}},
      {"date",
       {"0044-03-15 BC", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-04-31", "2024-1-01",
        "01/02/2024", "0000-01-01", "2024-01-01 ", "5874898-01-01", "today"}},
      {"timestamp without time zone",
       {"2024-01-01", "2024-01-01 24:00:00", "2024-01-01 12:60:00", "2024-01-01 12:00:60", "2024-01-01 12:00:00+00",
        "2024-01-01 12:00:00.", "2024-01-01 12:00:00.1234567", "294277-01-01 00:00:00", "0001-01-01 00:00:00 BC",
        "2024-01-01T12:00:00"}},
      {"timestamp with time zone",
       {"2024-01-01 12:00:00", "2024-01-01 12:00:00+16", "2024-01-01 12:00:00 UTC", "2024-01-01 12:00:00+1",
        "2024-01-01 12:00:00+01:60"}},
      {"integer[]",
       {"[0:1]={5,6}", "{1,2", "{1}x", "{1,{2}}", "{{1},{2,3}}", "{{1},{}}", "{ 1}", "{a}", "", "{1,,2}", "{,}",
        "{{{{{{{1}}}}}}}"}},
      {"text[]", {"{null}", "{a b}", "{\"a}", R"({"a"b})", R"({a"b"})", "{}x", R"({"a\\)"}},
  };
  for (const auto& [type, all] : values)
    for (const std::string& value : all) {
      INFO(type << " " << value);
      CHECK(refused(type, value));
    }
  CHECK(back({"integer", "integer"}, "1\n") == "not converted");
  CHECK(back({"integer"}, "1\t2\n") == "not converted");
  CHECK(back({"integer"}, "1") == "not converted");
  CHECK(back({}, "\n") == "not converted");
}

TEST_CASE("rows of many columns and lengths come out as they went in") {
  const std::vector<std::string_view> types{"integer", "text", "timestamp with time zone", "numeric", "text[]", "uuid"};
  std::mt19937_64 random(20261130);
  const auto below = [&](std::uint64_t limit) { return random() % limit; };
  const std::vector<std::string> special{"\\\\", "\\t", "\\n", "\\r", "é", "\x1f"};
  const auto text = [&] {
    std::string word;
    for (std::uint64_t i = below(40); i > 0; --i)
      word += below(8) == 0 ? special[below(special.size())] : std::string(1, static_cast<char>('a' + below(26)));
    return word;
  };
  std::string lines;
  for (int row = 0; row < 2000; ++row) {
    lines += fmt::format("{}\t{}\t", static_cast<std::int32_t>(random()), below(5) == 0 ? "\\N" : text());
    lines += fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:05}1+00\t", 1 + below(12000), 1 + below(12),
                         1 + below(28), below(24), below(60), below(60), below(100000));
    lines += fmt::format("{}{}.{:03}\t{{x{},NULL,\"a b\"}}\t", below(2) == 0 ? "-" : "", 1 + below(1ULL << below(60)),
                         below(1000), below(10));
    lines += fmt::format("{:08x}-0000-4000-8000-{:012x}\n", below(1ULL << 32U), below(1ULL << 48U));
  }
  CHECK(back(types, lines) == lines);
}

TEST_CASE("damaged lines are refused or become rows that can be read") {
  const std::vector<std::string_view> types{"integer",         "text", "date", "numeric", "text[]", "bytea",
                                            "double precision"};
  const std::string line = "12\ta\\tb\t2024-02-29\t-12.5000\t{a,\"b\\\\\\\\\",NULL}\t\\\\x00ff\t1e-05\n";
  CHECK(back(types, line) == line);
  std::mt19937_64 random(7);
  const std::string bytes = "\t\n\\\0\r,{}\"0-.NxeB:9"s;
  for (int i = 0; i < 20000; ++i) {
    std::string damaged = line + line;
    for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % damaged.size();
      if (random() % 3 == 0)
        damaged.erase(at, 1 + random() % 3);
      else
        damaged[at] = bytes[random() % bytes.size()];
    }
    std::string out;
    if (convert(types, damaged, out)) CHECK(decode(Format::binary, columns_of(types), out).rows >= 1);
  }
}

TEST_CASE("only where the server saves something are rows made binary") {
  CHECK(lines_of({"integer", "timestamp with time zone"}).worthwhile());
  CHECK(lines_of({"text[]"}).worthwhile());
  CHECK_FALSE(lines_of({"integer", "text", "jsonb", "boolean"}).worthwhile());
  CHECK_FALSE(lines_of({"numeric", "inet"}).worthwhile());
  CHECK_FALSE(lines_of({"numeric", "int4range"}).worthwhile());
  CHECK_FALSE(lines_of({}).worthwhile());
}
