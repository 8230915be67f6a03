// Rows in binary. What the server itself writes for many values is compared in tests/e2e/test_binary_rows.py.

#include <random>

#include "catch.hpp"
#include "rows/binary_part.hpp"
#include "rows/binary_row_text.hpp"
#include "rows/row_digest.hpp"
#include "support.hpp"

using namespace rows_test;
using namespace std::string_literals;
using pgcoffer::Kind;
using pgcoffer::rows::add_binary_rows;
using pgcoffer::rows::count_binary_rows;
using pgcoffer::rows::RowDigest;

namespace {

std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xffU);
  return text;
}

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  std::string digits;
  for (const char c : hex)
    if (c != ' ') digits += c;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

std::string field(const std::string& value) {
  return number(value.size(), 4) + value;
}

const std::string kNull = number(0xffffffff, 4);

std::string part_of(const std::vector<std::string>& rows) {
  std::string part = "PGCOPY\n\377\r\n\0"s + number(0, 8);
  for (const std::string& row : rows) part += row;
  return part + "\377\377";
}

Column column(std::string_view form) {
  return {"c", JsonKind::string, pgcoffer::rows::binary_form(form)};
}

/// The line that a value of this form becomes, without its newline.
std::string text_of(std::string_view form, const std::string& value) {
  const Decoded decoded = decode(Format::binary, {column(form)}, part_of({number(1, 2) + field(value)}));
  CHECK(decoded.rows == 1);
  return decoded.lines.substr(0, decoded.lines.size() - 1);
}

std::string error_text(std::string_view form, const std::string& value) {
  CHECK(kind_of([&] { (void)text_of(form, value); }) == Kind::damaged);
  return error_of([&] { (void)text_of(form, value); });
}

std::string of_double(double value) {
  return text_of("double precision", number(std::bit_cast<std::uint64_t>(value), 8));
}

std::string of_float(float value) {
  return text_of("real", number(std::bit_cast<std::uint32_t>(value), 4));
}

const std::vector<Column> kMany = {column("integer"), column("text"), column("numeric[]"), column("inet")};

std::string one_of_many() {
  return number(4, 2) + field(number(7, 4)) + field("tab\there") +
         field(number(1, 4) + number(1, 4) + number(1700, 4) + number(2, 4) + number(1, 4) +
               field(bytes_of("0001 0000 0000 0001 0001")) + kNull) +
         field(bytes_of("02 20 00 04 0a000001"));
}

}  // namespace

TEST_CASE("rows in binary become lines of COPY text") {
  const Decoded decoded =
      decode(Format::binary, kMany, part_of({one_of_many(), number(4, 2) + kNull + kNull + kNull + kNull}));
  CHECK(decoded.lines == "7\ttab\\there\t{1.0,NULL}\t10.0.0.1\n\\N\t\\N\t\\N\t\\N\n");
  CHECK(decoded.rows == 2);
}

TEST_CASE("a digest of binary rows is the sum over their bytes, in whatever order and parts they are") {
  const std::string nulls = number(4, 2) + kNull + kNull + kNull + kNull;
  RowDigest digest, expected, cut;
  CHECK(add_binary_rows(part_of({one_of_many(), nulls, nulls}), kMany.size(), digest) == 3);
  for (const std::string& row : {one_of_many(), nulls, nulls}) expected.add_row(row);
  CHECK(digest == expected);
  CHECK(add_binary_rows(part_of({nulls}), kMany.size(), cut) == 1);
  CHECK(add_binary_rows(part_of({nulls, one_of_many()}), kMany.size(), cut) == 2);
  CHECK(cut == digest);
  CHECK(count_binary_rows(part_of({one_of_many(), nulls}), kMany.size()) == 2);
}

TEST_CASE("a digest of binary rows is that of FORMAT.md") {
  // `printf '\0\1\0\0\0\1x' | xxh128sum`
  RowDigest digest;
  CHECK(add_binary_rows(part_of({number(1, 2) + field("x")}), 1, digest) == 1);
  CHECK(digest.hex() == "78f6611393509edb77fffcb752aeba80");
}

TEST_CASE("the walk over binary rows finds what does not fit together") {
  const std::string part = part_of({one_of_many(), one_of_many()});
  const auto error = [](const std::string& text) {
    RowDigest digest;
    CHECK(kind_of([&] { (void)add_binary_rows(text, kMany.size(), digest); }) == Kind::damaged);
    return error_of([&] { (void)add_binary_rows(text, kMany.size(), digest); });
  };
  CHECK(error(part + "x") == "rows are damaged: something stands behind the end of the rows (row 3)");
  CHECK(error(part_of({one_of_many(), number(3, 2)})) ==
        "rows are damaged: 3 values where the table has 4 columns (row 2)");
  CHECK(error(part_of({number(4, 2) + number(0xfffffffe, 4)})) ==
        "rows are damaged: a value has a negative length (row 1)");
  CHECK(error(part_of({number(4, 2) + number(0x7fffffff, 4)})) == "rows are damaged: a value ends too early (row 1)");
  for (std::size_t size = 0; size < part.size(); ++size) (void)error(part.substr(0, size));
}

TEST_CASE("a part in binary is made of the rows in COPY's messages") {
  const std::string header = "PGCOPY\n\377\r\n\0"s + number(0, 8);
  const std::string row = number(1, 2) + field("x");
  std::string rows(pgcoffer::rows::binary_row(header + row));
  rows += pgcoffer::rows::binary_row(row);
  CHECK(pgcoffer::rows::binary_row("\377\377").empty());
  CHECK(pgcoffer::rows::binary_row(header + "\377\377").empty());
  CHECK(encode(Format::binary, Target, {column("text")}, rows) == part_of({row, row}));
}

TEST_CASE("a single row becomes the line that it would be in a part") {
  std::vector<pgcoffer::rows::BinaryForm> forms;
  for (const Column& one : kMany) forms.push_back(*one.binary);
  pgcoffer::rows::BinaryRowText made(forms);
  const std::string nulls = number(4, 2) + kNull + kNull + kNull + kNull;
  std::string lines = "before\n";
  for (const std::string& row : {one_of_many(), nulls, one_of_many()}) made.append(row, lines);
  CHECK(lines == "before\n" + decode(Format::binary, kMany, part_of({one_of_many(), nulls, one_of_many()})).lines);
  const auto error = [&](const std::string& row) { return error_of([&] { made.append(row, lines); }); };
  CHECK(error(nulls + "x") == "rows are damaged: a value has bytes to spare");
  CHECK(error("\377\377") == "rows are damaged: the rows end where one more is expected");
  CHECK(error(number(3, 2)) == "rows are damaged: 3 values where the table has 4 columns");
  for (std::size_t size = 0; size < nulls.size(); ++size) CHECK_FALSE(error(nulls.substr(0, size)).empty());
  CHECK(error(number(4, 2) + field("123")) == "rows are damaged: a value ends too early");
  CHECK(made.column() == 0);
}

TEST_CASE("bytea of any size becomes hexadecimal digits, between the row's other values") {
  const std::vector<Column> columns{column("bytea"), column("text"), column("bytea")};
  std::vector<pgcoffer::rows::BinaryForm> forms;
  for (const Column& one : columns) forms.push_back(*one.binary);
  pgcoffer::rows::BinaryRowText made(forms);
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const unsigned size : {0U, 1U, 15U, 16U, 17U, 31U, 32U, 256U, 16383U, 16384U, 16385U, 32768U, 40000U, 100001U}) {
    std::string bytes, digits;
    while (bytes.size() < size) bytes += all;
    bytes.resize(size);
    for (const char byte : bytes) {
      digits += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4U];
      digits += "0123456789abcdef"[static_cast<unsigned char>(byte) & 0xfU];
    }
    const std::string row = number(3, 2) + field(bytes) + field("a\tb") + field(bytes);
    std::string line;
    made.append(row, line);
    const bool same = line == "\\\\x" + digits + "\ta\\tb\t\\\\x" + digits + "\n";
    CHECK(same);
    CHECK(line == decode(Format::binary, columns, part_of({row})).lines);
    CHECK(made.expected_size(row) >= line.size());
    CHECK(made.expected_size(row) < line.size() + 64);
  }
}

TEST_CASE("numbers in binary are printed as the server prints them") {
  CHECK(text_of("boolean", "\1"s) == "t");
  CHECK(text_of("smallint", number(0x8000, 2)) == "-32768");
  CHECK(text_of("bigint", number(0x8000000000000000, 8)) == "-9223372036854775808");
  CHECK(text_of("oid", number(0xffffffff, 4)) == "4294967295");
  CHECK(text_of("numeric", bytes_of("0000 0000 c000 0000")) == "NaN");
  CHECK(text_of("numeric", bytes_of("0000 0000 d000 0020")) == "Infinity");
  CHECK(text_of("numeric", bytes_of("0000 0000 f000 0020")) == "-Infinity");
  CHECK(text_of("numeric", bytes_of("0000 0000 0000 0003")) == "0.000");
  CHECK(text_of("numeric", bytes_of("0001 fffe 4000 0008 04d2")) == "-0.00001234");
  CHECK(text_of("numeric", bytes_of("0002 0001 0000 0001 0001 0002")) == "10002.0");
  CHECK(error_text("numeric", bytes_of("0001 0000 0000 0000 2710")).find("above 9999") != std::string::npos);
  CHECK(error_text("integer", number(1, 2)).find("ends too early") != std::string::npos);
  CHECK(error_text("integer", number(1, 8)).find("bytes to spare") != std::string::npos);
}

TEST_CASE("floating point numbers have the server's shortest digits") {
  CHECK(of_double(0.1) == "0.1");
  CHECK(of_double(-0.0) == "-0");
  CHECK(of_double(1e14) == "100000000000000");
  CHECK(of_double(1e15) == "1e+15");
  CHECK(of_double(0.0001) == "0.0001");
  CHECK(of_double(0.00001) == "1e-05");
  CHECK(of_double(5e-324) == "5e-324");
  CHECK(of_double(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(of_float(999999.0F) == "999999");
  CHECK(of_float(1e6F) == "1e+06");
  CHECK(of_float(3.4028235e38F) == "3.4028235e+38");
  // Half-way between two numbers: the server goes further on.
  CHECK(of_double(1e23) == "9.999999999999999e+22");
  CHECK(of_double(9007199254740992.0) == "9.007199254740992e+15");
}

TEST_CASE("dates and times in binary are printed in ISO style, in UTC") {
  CHECK(text_of("date", number(0, 4)) == "2000-01-01");
  CHECK(text_of("date", number(0x7fffffff, 4)) == "infinity");
  CHECK(text_of("date", number(0xffffffff - 730119, 4)) == "0001-12-31 BC");
  CHECK(text_of("timestamp without time zone", number(0xffffffffffffffff, 8)) == "1999-12-31 23:59:59.999999");
  CHECK(text_of("timestamp with time zone", number(1'500'000, 8)) == "2000-01-01 00:00:01.5+00");
  CHECK(text_of("timestamp with time zone", number(0x8000000000000000, 8)) == "-infinity");
  CHECK(text_of("time without time zone", number(86'400'000'000, 8)) == "24:00:00");
  CHECK(text_of("time with time zone", number(0, 8) + number(static_cast<std::uint32_t>(-19800), 4)) ==
        "00:00:00+05:30");
  const std::string highest = number(0x7fffffffffffffff, 8) + number(0x7fffffff, 4) + number(0x7fffffff, 4);
  CHECK(text_of("interval", highest) == "infinity");
  CHECK(text_of("finite interval", highest) == "178956970 years 7 mons 2147483647 days 2562047788:00:54.775807");
  CHECK(text_of("interval", number(1'000'000, 8) + number(static_cast<std::uint32_t>(-1), 4) + number(14, 4)) ==
        "1 year 2 mons -1 days +00:00:01");
  CHECK(error_text("time without time zone", number(86'400'000'001, 8)).find("not within a day") != std::string::npos);
}

TEST_CASE("arrays and ranges in binary are printed with bounds and quotes where they need them") {
  const auto array = [](const std::string& dimensions, const std::string& elements) {
    return number(1, 4) + number(1, 4) + number(25, 4) + dimensions + elements;
  };
  CHECK(text_of("text[]", array(number(3, 4) + number(0, 4), field("null") + field("a\"\\") + field(""))) ==
        R"([0:2]={"null","a\\"\\\\",""})");
  CHECK(text_of("text[]", number(0, 8) + number(25, 4)) == "{}");
  CHECK(error_text("text[]", array(number(0x7fffffff, 4) + number(1, 4), "")).find("dimensions") != std::string::npos);
  CHECK(error_text("integer[]", array(number(1, 4) + number(1, 4), kNull)).find("another type") != std::string::npos);
  CHECK(text_of("int4range", "\2"s + field(number(1, 4)) + field(number(5, 4))) == "[1,5)");
  CHECK(text_of("daterange", "\x18"s) == "(,)");
  CHECK(text_of("numrange", "\1"s) == "empty");
  CHECK(text_of("tsrange", "\x12"s + field(number(0, 8))) == "[\"2000-01-01 00:00:00\",)");
  CHECK(text_of("int4multirange", number(1, 4) + field("\2"s + field(number(1, 4)) + field(number(5, 4)))) ==
        "{[1,5)}");
}

TEST_CASE("bytes and addresses in binary are printed as the server prints them") {
  CHECK(text_of("bytea", "\0\xff"s) == "\\\\x00ff");
  CHECK(text_of("uuid", bytes_of("00112233445566778899aabbccddeeff")) == "00112233-4455-6677-8899-aabbccddeeff");
  CHECK(text_of("bit varying", number(10, 4) + bytes_of("aac0")) == "1010101011");
  CHECK(text_of("macaddr8", bytes_of("0102030405060708")) == "01:02:03:04:05:06:07:08");
  CHECK(text_of("cidr", bytes_of("02 08 01 04 0a000000")) == "10.0.0.0/8");
  CHECK(text_of("inet", bytes_of("03 80 00 10 20010db8000000000000000000000001")) == "2001:db8::1");
  CHECK(text_of("inet", bytes_of("03 60 00 10 00000000000000000000ffff0a000001")) == "::ffff:10.0.0.1/96");
  CHECK(text_of("inet", bytes_of("03 80 00 10 00000000000000000000000000000000")) == "::");
  CHECK(text_of("jsonb", "\1{\"a\": \"\\n\"}"s) == R"({"a": "\\n"})");
}

TEST_CASE("texts in binary are escaped whatever their length") {
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = '\\';
      std::string expected(size, 'x');
      expected.replace(at, 1, "\\\\");
      CHECK(text_of("text", text) == expected);
    }
  }
  CHECK(text_of("text", "\b\f\n\r\t\v\1") == "\\b\\f\\n\\r\\t\\v\1");
  CHECK(error_text("text", "a\0b"s).find("NUL") != std::string::npos);
}

TEST_CASE("types whose binary form is not the same everywhere have none") {
  using pgcoffer::rows::binary_form_of;
  for (const char* type :
       {"regclass", "money", "xml", "point", "tsvector", "public.mood", "public.mood[]", "\"char\"", "record"})
    CHECK_FALSE(binary_form_of(type, false, 180000));
  CHECK(binary_form_of("public.mood", true, 180000)->name == "text");
  CHECK(binary_form_of("interval", false, 160000)->name == "finite interval");
  CHECK(binary_form_of("interval[]", false, 170000)->name == "interval[]");
  CHECK(pgcoffer::rows::same_bytes(*pgcoffer::rows::binary_form("interval"),
                                   *pgcoffer::rows::binary_form("finite interval")));
  CHECK_FALSE(
      pgcoffer::rows::same_bytes(*pgcoffer::rows::binary_form("integer"), *pgcoffer::rows::binary_form("date")));
}

TEST_CASE("damaged parts in binary are told") {
  const std::string part = part_of({one_of_many()});
  const auto error = [](const std::string& text) {
    CHECK(kind_of([&] { (void)decode(Format::binary, kMany, text); }) == Kind::damaged);
    return error_of([&] { (void)decode(Format::binary, kMany, text); });
  };
  CHECK(error("COPY t FROM stdin;\n").find("not a binary COPY file") != std::string::npos);
  CHECK(error(part + "x").find("behind the end") != std::string::npos);
  CHECK(error(part_of({number(3, 2)})).find("3 values where the table has 4 columns (row 1") != std::string::npos);
  for (std::size_t size = 0; size < part.size(); ++size) (void)error(part.substr(0, size));
}

TEST_CASE("whatever bytes the decoder of binary rows is given, it returns lines or throws Error") {
  std::vector<std::string> forms = {"boolean",
                                    "smallint",
                                    "bigint",
                                    "real",
                                    "double precision",
                                    "numeric",
                                    "text",
                                    "jsonb",
                                    "bytea",
                                    "uuid",
                                    "date",
                                    "time with time zone",
                                    "timestamp with time zone",
                                    "interval",
                                    "inet",
                                    "cidr",
                                    "macaddr",
                                    "bit",
                                    "numrange",
                                    "tstzmultirange",
                                    "text[]",
                                    "numrange[]"};
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string value(random() % 48, '\0');
    for (char& c : value) c = static_cast<char>(random() % 3 == 0 ? random() : random() % 4);
    const std::string& form = forms[random() % forms.size()];
    std::string part = part_of({number(1, 2) + field(value)});
    if (random() % 4 == 0) part[random() % part.size()] = static_cast<char>(random());
    try {
      const Decoded decoded = decode(Format::binary, {column(form)}, part);
      CHECK(std::ranges::count(decoded.lines, '\n') == static_cast<std::ptrdiff_t>(decoded.rows));
    } catch (const pgcoffer::Error& error) {
      CHECK(error.kind() == Kind::damaged);
    }
    std::string many = part_of({one_of_many(), one_of_many()});
    for (auto left = 1 + random() % 3; left > 0; --left) many[random() % many.size()] = static_cast<char>(random());
    try {
      (void)decode(Format::binary, kMany, many);
    } catch (const pgcoffer::Error& error) {
      CHECK(error.kind() == Kind::damaged);
    }
  }
}
