#include "compress/codec.hpp"

#include <random>
#include <vector>

#include "catch.hpp"
#include "error_of.hpp"
#include "temp_folder.hpp"

using namespace pgcoffer;
using namespace pgcoffer::compress;
using pgcoffer_test::error_of;

namespace {

std::string random_text(std::size_t size, unsigned seed, std::string_view alphabet = "abc\t0123456789\n") {
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
  std::string text(size, '\0');
  for (char& c : text) c = alphabet[pick(random)];
  return text;
}

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random() & 0xFF);
  return bytes;
}

std::vector<std::string> samples() {
  return {"", "x", std::string(5, '\0'), std::string(300'000, 'z'), random_text(1'000'000, 1), noise(200'000, 2)};
}

const std::vector<Setting> kSettings = {{Method::none, 0},    {Method::gzip, 0},    {Method::gzip, 1},
                                        {Method::gzip, 6},    {Method::gzip, 12},   {Method::deflate, 0},
                                        {Method::deflate, 6}, {Method::deflate, 9}, {Method::zstd, 1},
                                        {Method::zstd, 3},    {Method::zstd, 19}};

std::string compressed(const Setting& setting, std::string_view text) {
  return std::string(make_compressor(setting)->compress(text));
}

std::string message_of(Method method, std::string_view in, std::size_t size) {
  std::string out;
  const auto error = error_of([&] { make_decompressor(method)->decompress(in, size, out); });
  if (!error) return "";
  CHECK(error->kind() == Kind::damaged);
  return error->message();
}

}  // namespace

TEST_CASE("every method and level gives back what it took, with reused contexts and buffers") {
  for (const Setting& setting : kSettings) {
    CAPTURE(to_string(setting));
    const auto compressor = make_compressor(setting);
    const auto decompressor = make_decompressor(setting.method);
    std::string text = "left from before";
    for (const std::string& sample : samples()) {
      decompressor->decompress(compressor->compress(sample), sample.size(), text);
      CHECK((text == sample));
    }
  }
}

TEST_CASE("a part larger than the room that is kept, then a small one") {
  const std::string large = random_text(std::size_t{70} << 20, 3), small = random_text(1000, 4);
  const auto compressor = make_compressor({Method::zstd, 1});
  const auto decompressor = make_decompressor(Method::zstd);
  std::string text;
  for (const std::string* sample : {&large, &small, &large}) {
    decompressor->decompress(compressor->compress(*sample), sample->size(), text);
    CHECK((text == *sample));
  }
}

TEST_CASE("the same text compresses to the same bytes") {
  const std::string text = random_text(100'000, 5);
  for (const Setting& setting : kSettings) CHECK((compressed(setting, text) == compressed(setting, text)));
}

TEST_CASE("gunzip opens gzip parts, also several in a row") {
  const pgcoffer_test::TempFolder folder;
  const std::string text = random_text(100'000, 6);
  const std::string packed = compressed({Method::gzip, 6}, text);
  pgcoffer_test::spill(folder / "a.gz", packed + packed);
  const auto ran = pgcoffer_test::run("gunzip -c " + pgcoffer_test::quoted(folder / "a.gz"));
  CHECK(ran.status == 0);
  CHECK((ran.output == text + text));
}

TEST_CASE("a zstd frame carries content size and checksum") {
  for (const std::string& sample : samples()) {
    const std::string frame = compressed({Method::zstd, 3}, sample);
    REQUIRE(frame.size() > 6);
    CHECK((frame.substr(0, 4) == "\x28\xB5\x2F\xFD"));
    const auto descriptor = static_cast<unsigned char>(frame[4]);
    CHECK((descriptor & 0x04) != 0);                                // Content_Checksum_flag
    CHECK(((descriptor & 0x20) != 0 || (descriptor & 0xC0) != 0));  // Single_Segment_flag or Frame_Content_Size_flag
  }
}

TEST_CASE("another size than the recorded one is damage") {
  const std::string text = random_text(5000, 7);
  for (const Setting& setting : kSettings) {
    CAPTURE(to_string(setting));
    const std::string packed = compressed(setting, text);
    CHECK_FALSE(message_of(setting.method, packed, text.size() - 1).empty());
    CHECK_FALSE(message_of(setting.method, packed, text.size() + 1).empty());
    CHECK_FALSE(message_of(setting.method, packed, 0).empty());
    CHECK_FALSE(message_of(setting.method, packed, std::size_t{1} << 60).empty());
  }
}

TEST_CASE("what is wrong is said") {
  const std::string text = random_text(5000, 8);
  const std::string gzip = compressed({Method::gzip, 6}, text), zstd = compressed({Method::zstd, 3}, text);
  CHECK(message_of(Method::gzip, gzip, 4999) == "gzip data is damaged: it holds more than its recorded size");
  CHECK(message_of(Method::gzip, gzip, 5001) == "gzip data is damaged: it holds less than its recorded size");
  CHECK(message_of(Method::gzip, gzip + "x", 5000) == "gzip data is damaged: there is something after its end");
  CHECK(message_of(Method::gzip, gzip + gzip, 5000) == "gzip data is damaged: there is something after its end");
  CHECK(message_of(Method::gzip, gzip + gzip, 10000) == "gzip data is damaged: it holds less than its recorded size");
  CHECK(message_of(Method::gzip, "PK", 5000) == "gzip data is damaged: its recorded size is impossible");
  CHECK(message_of(Method::gzip, "not gzip at all, but text", 5000) ==
        "gzip data is damaged: not valid, cut off, or its checksum differs");
  CHECK(message_of(Method::zstd, zstd, 4999) == "zstd data is damaged: it says another size than was recorded");
  CHECK(message_of(Method::zstd, zstd + "x", 5000) == "zstd data is damaged: there is something after its end");
  CHECK(message_of(Method::zstd, zstd + zstd, 5000) == "zstd data is damaged: there is something after its end");
  CHECK(message_of(Method::zstd, "text", 4) == "zstd data is damaged: it does not begin like a frame");
  CHECK(message_of(Method::zstd, zstd.substr(0, 5), 5000) == "zstd data is damaged: its header is cut off");
  CHECK(message_of(Method::none, "text", 5) == "stored data differs from its recorded size");
}

TEST_CASE("a skippable zstd frame is not a part") {
  CHECK_FALSE(message_of(Method::zstd, std::string("\x50\x2A\x4D\x18\x01\0\0\0x", 9), 0).empty());
}

TEST_CASE("every cut is found") {
  const std::string text = random_text(700, 9);
  for (const Setting& setting : kSettings) {
    CAPTURE(to_string(setting));
    const std::string packed = compressed(setting, text);
    for (std::size_t size = 0; size < packed.size(); ++size) {
      if (message_of(setting.method, packed.substr(0, size), text.size()).empty()) FAIL("cut to " << size);
    }
  }
}

// Header fields that say nothing about the content (gzip's time and system, a reserved bit of zstd) may change unseen:
// sealing and digests watch those.
TEST_CASE("a flipped byte is found, or gives the same text") {
  const std::string text = random_text(700, 10);
  for (const Setting& setting : {Setting{Method::gzip, 6}, Setting{Method::zstd, 3}}) {
    const std::string packed = compressed(setting, text);
    const auto decompressor = make_decompressor(setting.method);
    std::size_t unseen = 0;
    for (std::size_t at = 0; at < packed.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string bad = packed, out;
        bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
        if (error_of([&] { decompressor->decompress(bad, text.size(), out); })) continue;
        ++unseen;
        if (out != text) FAIL(to_string(setting) << ": bit " << bit << " of byte " << at << " changed the text");
      }
    }
    CHECK(unseen <= std::size_t{8} * 7);
  }
}

TEST_CASE("noise never crashes a reader") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::string bytes = noise(seed % 300, seed);
    if (seed % 3 == 0 && bytes.size() > 4) bytes.replace(0, 4, "\x28\xB5\x2F\xFD");
    for (const Method method : {Method::gzip, Method::deflate, Method::zstd}) {
      std::string out;
      const auto error = error_of([&] { make_decompressor(method)->decompress(bytes, seed, out); });
      if (!error) CHECK(out.size() == seed);
    }
  }
}

TEST_CASE("crc32 is zip's") {
  CHECK(crc32("") == 0);
  CHECK(crc32({}) == 0);
  CHECK(crc32("123456789") == 0xCBF43926);
}

TEST_CASE("a level is as small as it says, and no slower than that needs") {
  // Numbers and hashes: nothing to be found that level 1 does not find.
  std::string numbers;
  const std::string digits = random_text(2'000'000, 1, "0123456789abcdef");
  for (std::size_t i = 0; numbers.size() < 1'500'000; ++i)
    numbers += std::to_string(i) + "\t" + digits.substr(i * 32, 32) + "\n";
  CHECK(compressed({Method::zstd, 3}, numbers) == compressed({Method::zstd, 1}, numbers));
  CHECK(compressed({Method::zstd, 19}, numbers) != compressed({Method::zstd, 1}, numbers));
  CHECK(compressed({Method::gzip, 6}, numbers) == compressed({Method::gzip, 1}, numbers));

  // Pages of a manual, with changes: here a level is worth its time.
  std::string words;
  const std::string letters = random_text(5000, 2, "etaoinshrdlu");
  for (unsigned i = 0; words.size() < 1'500'000; ++i) {
    for (unsigned word = 0; word < 12; ++word)
      words += letters.substr((i * i + word * (i % 7)) % 700 * 7, 4 + word % 5) + " ";
    words += std::to_string(i % 50) + "\n";
  }
  CHECK(compressed({Method::zstd, 3}, words).size() < compressed({Method::zstd, 1}, words).size());
  CHECK(compressed({Method::gzip, 6}, words).size() < compressed({Method::gzip, 1}, words).size());
  for (const Setting& setting : {Setting{Method::zstd, 3}, {Method::gzip, 6}, {Method::deflate, 9}}) {
    for (const std::string& text : {numbers, words}) {
      std::string back;
      make_decompressor(setting.method)->decompress(compressed(setting, text), text.size(), back);
      CHECK(back == text);
    }
  }
}
