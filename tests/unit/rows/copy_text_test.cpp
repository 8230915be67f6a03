#include "rows/copy_text.hpp"

#include "catch.hpp"

using namespace pgcoffer::rows;

namespace {

/// The value of a field, and how much of the text was read.
std::pair<std::string, std::size_t> read(std::string text) {
  const std::size_t size = text.size();
  text.append(Buffer::Slack, '\n');
  const char* at = text.data();
  std::string storage;
  Buffer out(storage);
  copy_text::read_field(at, out);
  out.close();
  CHECK(static_cast<std::size_t>(at - text.data()) <= size);
  return {storage, static_cast<std::size_t>(at - text.data())};
}

std::string value(const std::string& text) {
  return read(text).first;
}

}  // namespace

TEST_CASE("fields end at tabs and newlines") {
  CHECK(read("abc\tdef") == std::pair<std::string, std::size_t>("abc", 3));
  CHECK(read("\n") == std::pair<std::string, std::size_t>("", 0));
  const std::string sixteen = "0123456789abcdef";
  CHECK(read(sixteen + "\t") == std::pair<std::string, std::size_t>(sixteen, 16));
  CHECK(read(sixteen + sixteen + "x\n").second == 33);
}

TEST_CASE("the server's escapes are read") {
  CHECK(value("\\b\\f\\n\\r\\t\\v\\\\") == "\b\f\n\r\t\v\\");
  CHECK(value("a\\\\nb") == "a\\nb");
}

TEST_CASE("escapes that only people write are read") {
  CHECK(value("\\101\\60x\\7") == "A0x\a");
  CHECK(value("\\x41\\x4az\\xg") == "AJzxg");
  CHECK(value("\\.\\N\\\"") == ".N\"");
}

TEST_CASE("a backslash at the end of a field stays") {
  CHECK(read("ab\\\tc") == std::pair<std::string, std::size_t>("ab\\", 3));
}

TEST_CASE("every byte survives being written and read") {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  std::string storage;
  Buffer out(storage);
  copy_text::append_field(all, out);
  out.close();
  CHECK(storage.find('\n') == std::string::npos);
  CHECK(value(storage) == all);
}
