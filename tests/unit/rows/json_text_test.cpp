#include "rows/json_text.hpp"

#include <nlohmann/json.hpp>
#include <random>

#include "catch.hpp"

using namespace pgcoffer::rows;
using json_text::inspect;

TEST_CASE("numbers are JSON's, not C's") {
  for (const char* text :
       {"0", "-0", "10", "1.50", "-0.001", "1e5", "1E+20", "2.5e-07", "99999999999999999999999999"}) {
    CHECK(json_text::is_number(text));
  }
  for (const char* text :
       {"", "-", "+1", "01", "-01", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "1 ", " 1", "1,", "1_0"}) {
    CHECK_FALSE(json_text::is_number(text));
  }
}

TEST_CASE("depth, white space and surrogates are seen") {
  CHECK(inspect("1")->depth == 0);
  CHECK(inspect("[]")->depth == 1);
  CHECK(inspect("[[1],{\"a\":[{}]}]")->depth == 4);
  CHECK_FALSE(inspect("[1, 2]")->line_space);
  CHECK(inspect("[1,\n2]")->line_space);
  CHECK(inspect("\t1")->line_space);
  CHECK(inspect("1\r")->line_space);
  CHECK_FALSE(inspect(R"("\ud83d\ude00")")->lone_surrogate);
  for (const char* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\ud83d")", R"(["\ud83d\n"])"}) {
    CHECK(inspect(text)->lone_surrogate);
  }
  CHECK(inspect(std::string(100'000, '[') + std::string(100'000, ']'))->depth == 100'000);
}

TEST_CASE("what is JSON is what another parser takes for JSON") {
  const std::string_view pieces[] = {"{",      "}",  "[",       "]",     ",",         ":",    "\"a\"", "\"",
                                     "\\",     "1",  "-0.5",    "true",  "nul",       "null", "false", " ",
                                     "\t",     "\n", "é",       "\\u00", "0a",        "\\n",  "01",    "\x01",
                                     "\"\\\"", "x",  "\"k\":1", "[1,2]", "{\"a\":[]}"};
  std::mt19937 random(7);
  int valid = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text;
    for (auto left = 1 + random() % 6; left > 0; --left) text += pieces[random() % std::size(pieces)];
    const bool expected = nlohmann::json::accept(text);
    valid += expected ? 1 : 0;
    if (inspect(text).has_value() != expected) FAIL("differs: " + text);
  }
  CHECK(valid > 300);
}

TEST_CASE("strings are read and written") {
  const auto read = [](std::string_view content) -> std::optional<std::string> {
    std::string storage;
    Buffer out(storage);
    if (!json_text::read_string(content, out)) return std::nullopt;
    out.close();
    return storage;
  };
  CHECK(read(R"(a\"b\\c\/\b\f\n\r\té)") == "a\"b\\c/\b\f\n\r\té");
  CHECK(read(R"(\u0041\u00e9\u20ac\ud83d\ude00)") == "Aé€😀");
  for (const std::string_view bad : {R"(\u0000)", R"(\ud83d)", R"(\ude00)", R"(\u12)", R"(\x)", "\\", "a\"b"}) {
    CHECK_FALSE(read(bad).has_value());
  }
  std::string all;
  for (int byte = 1; byte < 128; ++byte) all += static_cast<char>(byte);
  std::string storage;
  Buffer out(storage);
  json_text::append_string(all, out);
  out.close();
  CHECK(nlohmann::json::parse(storage) == all);
  CHECK(read(std::string_view(storage).substr(1, storage.size() - 2)) == all);
}
