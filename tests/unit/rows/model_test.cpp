#include "model.hpp"

#include <cstdio>
#include <regex>

#include "catch.hpp"
#include "support.hpp"

namespace rows_test {
namespace {

std::string copy_text(const std::string& value) {
  std::string text;
  for (const char c : value) {
    const std::size_t escape = std::string_view("\b\f\n\r\t\v\\").find(c);
    text += escape == std::string_view::npos ? std::string(1, c) : std::string("\\") + "bfnrtv\\"[escape];
  }
  return text;
}

std::string json_string(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    const std::size_t escape = std::string_view("\b\f\n\r\t\"\\").find(c);
    if (escape != std::string_view::npos) {
      text += std::string("\\") + "bfnrt\"\\"[escape];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      text += code;
    } else {
      text += c;
    }
  }
  return text + "\"";
}

template <std::size_t N>
std::string pick(const std::string_view (&pieces)[N], std::mt19937& random, unsigned most) {
  std::string text;
  for (auto left = random() % (most + 1); left > 0; --left) text += pieces[random() % N];
  return text;
}

std::string random_text(std::mt19937& random) {
  static constexpr std::string_view Pieces[] = {"a",     "NULL",
                                                "null",  "\\",
                                                "\"",    "\n",
                                                "\t",    "\v",
                                                "\r",    "\b",
                                                "\x01",  "{",
                                                "}",     ",",
                                                " ",     "é",
                                                "😀",     "\\N",
                                                "/",     "\\.",
                                                "[",     "]",
                                                "t",     "1",
                                                "$json", "plain words that are long enough",
                                                "\x1f",  "\x7f",
                                                "'",     "\f"};
  return pick(Pieces, random, random() % 8 == 0 ? 40 : 4);
}

std::string random_number(std::mt19937& random) {
  static constexpr std::string_view Pieces[] = {"0",  "-",    "1",   "25",  "9007199254740993", ".",
                                                ".5", "e+20", "E-7", "NaN", "Infinity"};
  return pick(Pieces, random, 4);
}

std::string number_json(const std::string& value) {
  static const std::regex number(R"(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)");
  return std::regex_match(value, number) ? value : json_string(value);
}

std::string random_json(std::mt19937& random) {
  static constexpr std::string_view Pieces[] = {"{",    "}", "[",  "]",  ",",   ":",       "1.50",
                                                "null", " ", "\n", "{}", "[ ]", "\"a\":1", "\"$json\":\"x\""};
  static constexpr std::string_view Whole[] = {"null",
                                               "{\"a\": [1, 2.50, {\"b\": null}]}",
                                               "{\"$json\": 1}",
                                               "{ \"$json\":\"x\"}",
                                               "{\"\\u0024json\":1}",
                                               "\"\\ud83d\\ude00\"",
                                               "\"\\ud83d\"",
                                               "{\"k\": \"\\\\ \\\" \\n\"}",
                                               " 1",
                                               "1 ",
                                               "[1,\t2]",
                                               "{\"a\":1,\"a\":2}",
                                               "1e999",
                                               "{\"é\":\"😀\"}",
                                               "true"};
  return random() % 2 == 0 ? pick(Pieces, random, 6) : std::string(Whole[random() % std::size(Whole)]);
}

/// Straight from JSON-ROWS.md, with another parser to say what JSON is. (The samples are never nested deep.)
std::string json_json(const std::string& value) {
  const bool plain =
      value.find_first_of("\t\n\r") == std::string::npos && !value.starts_with(' ') && !value.ends_with(' ');
  static const std::regex wrapper_like(R"re(\{ *"(\$json"|[^"]*\\)[^]*)re");
  if (plain && value != "null" && is_json(value) && !std::regex_match(value, wrapper_like)) return value;
  return "{\"$json\":" + json_string(value) + "}";
}

Sample random_element(JsonKind kind, std::mt19937& random) {
  if (random() % 6 == 0) return {"NULL", "null"};
  if (kind == JsonKind::boolean_array) return random() % 2 == 0 ? Sample{"t", "true"} : Sample{"f", "false"};
  const std::string value = kind == JsonKind::number_array ? random_number(random) : random_text(random);
  std::string upper;
  for (const char c : value) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const bool quote = value.empty() || upper == "NULL" || value.find_first_of("{},\"\\ \t\n\v\f\r") != std::string::npos;
  std::string literal = value;
  if (quote) literal = "\"" + std::regex_replace(value, std::regex(R"re(["\\])re"), "\\$&") + "\"";
  return {literal, kind == JsonKind::number_array ? number_json(value) : json_string(value)};
}

Sample random_array(JsonKind kind, std::mt19937& random, unsigned depth) {
  Sample array{"{", "["};
  for (auto left = 1 + random() % 4; left > 0; --left) {
    const Sample element = depth > 1 ? random_array(kind, random, depth - 1) : random_element(kind, random);
    array.field += element.field + (left > 1 ? "," : "}");
    array.json += element.json + (left > 1 ? "," : "]");
  }
  return array;
}

Sample array_sample(JsonKind kind, std::mt19937& random) {
  if (random() % 8 == 0) return {"{}", "[]"};
  Sample array = random_array(kind, random, static_cast<unsigned>(1 + random() % 3));
  if (random() % 8 != 0) return {copy_text(array.field), array.json};
  const std::string bounds = "[0:1]=" + array.field;
  return {copy_text(bounds), json_string(bounds)};
}

}  // namespace

Sample random_sample(JsonKind kind, std::mt19937& random) {
  if (random() % 10 == 0) return {"\\N", "null"};
  std::string value;
  switch (kind) {
    case JsonKind::number:
      value = random_number(random);
      return {copy_text(value), number_json(value)};
    case JsonKind::boolean:
      return random() % 2 == 0 ? Sample{"t", "true"} : Sample{"f", "false"};
    case JsonKind::json:
      value = random_json(random);
      return {copy_text(value), json_json(value)};
    case JsonKind::string:
      value = random_text(random);
      return {copy_text(value), json_string(value)};
    default:
      return array_sample(kind, random);
  }
}

}  // namespace rows_test

using namespace rows_test;

TEST_CASE("the fast encoder and decoder do what the slow model does") {
  std::mt19937 random(42);
  for (int table = 0; table < 400; ++table) {
    std::vector<Column> columns;
    for (auto left = 1 + random() % 6; left > 0; --left) {
      columns.push_back({"c" + std::to_string(left), static_cast<JsonKind>(random() % 7)});
    }
    std::string lines;
    std::string expected;
    const auto rows = random() % 30;
    for (auto row = rows; row > 0; --row) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const Sample sample = random_sample(columns[i].kind, random);
        lines += sample.field + (i + 1 < columns.size() ? "\t" : "\n");
        expected += (i == 0 ? "{" : ",") + ("\"" + columns[i].name + "\":") + sample.json;
      }
      expected += "}\n";
    }
    const std::string part = encode_json(columns, lines);
    REQUIRE(part == expected);
    const Decoded decoded = decode_json(columns, part);
    REQUIRE(decoded.lines == lines);
    REQUIRE(decoded.rows == rows);
    const Decoded by_sql = decode(Format::sql, {{"c", JsonKind::string}}, encode(Format::sql, Target, columns, lines));
    REQUIRE(by_sql.lines == lines);
    REQUIRE(by_sql.rows == rows);
    const Decoded by_csv = decode(Format::csv, columns, encode(Format::csv, Target, columns, lines));
    REQUIRE(by_csv.lines == lines);
    REQUIRE(by_csv.rows == rows);
  }
}
