#include <random>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "catch.hpp"
#include "error_of.hpp"
#include "seal/seal.hpp"
#include "temp_folder.hpp"

using namespace pgcoffer;
using namespace pgcoffer::seal;
using pgcoffer_test::error_of;
using pgcoffer_test::quoted;
using pgcoffer_test::run;
using pgcoffer_test::slurp;
using pgcoffer_test::spill;
using pgcoffer_test::TempFolder;

namespace {

const std::string kId = from_hex("00112233445566778899aabbccddeeff");

std::string text_of(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random() & 0xFF);
  return text;
}

std::string sealed_by(const ArchiveKey& key, std::string_view plain) {
  std::string sealed;
  key.seal(plain, sealed);
  return sealed;
}

/// Message of the Error(damaged); empty when it opens. What is left in the buffer is checked too.
std::string damage(const ArchiveKey& key, std::string_view sealed) {
  std::string plain = "what was there before";
  const auto error = error_of([&] { key.open(sealed, plain); });
  if (!error) return "";
  CHECK(error->kind() == Kind::damaged);
  CHECK(plain.empty());
  return error->message();
}

std::string openssl_command(const ArchiveKey& key, const std::filesystem::path& file) {
  return "openssl cms -decrypt -inform DER -in " + quoted(file) + " -secretkey " + to_hex(key.key().view()) +
         " -secretkeyid " + to_hex(key.key_id());
}

}  // namespace

TEST_CASE("what is sealed opens again, with reused buffers") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  std::string sealed = "before", plain = "before";
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 127U, 128U, 4096U, 65'535U, 65'536U, 1'000'003U, 5U, 0U}) {
    CAPTURE(size);
    const std::string text = text_of(size);
    key.seal(text, sealed);
    key.open(sealed, plain);
    CHECK((plain == text));
  }
}

TEST_CASE("no two messages of the same text are alike") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  CHECK(sealed_by(key, "text") != sealed_by(key, "text"));
  CHECK(ArchiveKey::generate(kId).key().view() != ArchiveKey::generate(kId).key().view());
}

TEST_CASE("openssl opens parts, the empty one too") {
  const TempFolder folder;
  const ArchiveKey key = ArchiveKey::generate(kId);
  for (const std::size_t size : {0U, 1U, 300U, 200'000U}) {
    CAPTURE(size);
    const std::string text = text_of(size);
    spill(folder / "part.cms", sealed_by(key, text));
    const auto ran = run(openssl_command(key, folder / "part.cms"));
    CHECK(ran.status == 0);
    CHECK((ran.output == text));
  }
}

TEST_CASE("parts that openssl seals open here") {
  const TempFolder folder;
  const ArchiveKey key = ArchiveKey::generate(kId);
  spill(folder / "plain", "some text\n");
  const auto ran =
      run("openssl cms -encrypt -binary -aes-256-gcm -outform DER -in " + quoted(folder / "plain") + " -secretkey " +
          to_hex(key.key().view()) + " -secretkeyid " + to_hex(kId) + " -out " + quoted(folder / "sealed"));
  REQUIRE(ran.status == 0);
  std::string plain;
  key.open(slurp(folder / "sealed"), plain);
  CHECK(plain == "some text\n");
}

TEST_CASE("any changed byte, in every way, is damage") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  for (const std::string_view text : {"", "one small row\tof text\n"}) {
    const std::string sealed = sealed_by(key, text);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
      for (int change = 1; change < 256; ++change) {
        std::string bad = sealed;
        bad[at] = static_cast<char>(bad[at] ^ change);
        if (damage(key, bad).empty()) FAIL("byte " << at << " xor " << change);
      }
    }
  }
}

TEST_CASE("openssl, too, finds a changed byte of the content") {
  const TempFolder folder;
  const ArchiveKey key = ArchiveKey::generate(kId);
  std::string sealed = sealed_by(key, "one small row\tof text\n");
  sealed[sealed.size() - 20] = static_cast<char>(sealed[sealed.size() - 20] ^ 1);
  spill(folder / "part.cms", sealed);
  CHECK(run(openssl_command(key, folder / "part.cms")).status != 0);
}

TEST_CASE("every cut and every addition is damage") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  const std::string sealed = sealed_by(key, "one small row\n");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    if (damage(key, sealed.substr(0, size)).empty()) FAIL("cut to " << size);
    if (damage(key, sealed.substr(sealed.size() - size)).empty()) FAIL("only the last " << size);
  }
  CHECK(damage(key, sealed + '\0') == "sealed data is damaged: it is not the message pgcoffer makes");
  CHECK_FALSE(damage(key, sealed + sealed).empty());
}

TEST_CASE("a large part with one bit changed releases nothing") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  std::string sealed = sealed_by(key, text_of(3'000'000));
  sealed[2'000'000] = static_cast<char>(sealed[2'000'000] ^ 1);
  std::string plain;
  plain.reserve(4'000'000);
  REQUIRE(error_of([&] { key.open(sealed, plain); }));
  CHECK(plain.empty());
  // What was decrypted before the tag was known to be wrong is wiped from the buffer.
  CHECK(std::string(plain.data(), 2) == std::string(2, '\0'));
}

TEST_CASE("another key, another archive, no message at all: said as what it is") {
  const ArchiveKey key = ArchiveKey::generate(kId), other = ArchiveKey::generate(kId);
  const ArchiveKey elsewhere(key.key(), "another id");
  const std::string sealed = sealed_by(key, "text");
  CHECK(damage(other, sealed) == "sealed data is damaged: its key does not unwrap");
  CHECK(damage(elsewhere, sealed) == "sealed data is damaged: it belongs to another archive");
  CHECK(damage(key, "") == "sealed data is damaged: it is not the message pgcoffer makes");
  std::string bad = sealed;
  bad.back() = static_cast<char>(bad.back() ^ 1);
  CHECK(damage(key, bad) == "sealed data is damaged: authentication tag does not match");
}

TEST_CASE("messages with pieces exchanged do not open") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  const std::string one = sealed_by(key, "aaaaaaaaaaaaaaaa"), two = sealed_by(key, "bbbbbbbbbbbbbbbb");
  REQUIRE(one.size() == two.size());
  for (std::size_t cut = 1; cut < one.size(); ++cut) {
    const std::string mixed = one.substr(0, cut) + two.substr(cut);
    if (mixed != one && mixed != two && damage(key, mixed).empty()) FAIL("cut at " << cut);
  }
}

TEST_CASE("random changes never open and never crash") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  const std::string sealed = sealed_by(key, text_of(200));
  std::mt19937 random(4711);
  for (int round = 0; round < 20'000; ++round) {
    std::string bad = sealed;
    const auto changes = 1 + random() % 6;
    for (std::size_t change = 0; change < changes; ++change) {
      const std::size_t at = random() % bad.size();
      switch (random() % 4) {
        case 0:
          bad[at] = static_cast<char>(random());
          break;
        case 1:
          bad.erase(at, random() % 8);
          break;
        case 2:
          bad.insert(at, random() % 8, static_cast<char>(random()));
          break;
        default:
          bad[at % 100] = static_cast<char>(0x80 | random());
      }
      if (bad.size() < 100) bad.append(100, 'x');
    }
    if (bad != sealed && damage(key, bad).empty()) FAIL("round " << round);
  }
}

TEST_CASE("several threads seal and open with one key") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  std::vector<std::thread> threads;
  std::vector<int> good(4);
  for (unsigned thread = 0; thread < good.size(); ++thread) {
    threads.emplace_back([&, thread] {
      std::string sealed, plain;
      for (unsigned round = 0; round < 50; ++round) {
        const std::string text = text_of(10'000 + thread * 100, round);
        key.seal(text, sealed);
        key.open(sealed, plain);
        good[thread] += plain == text ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == std::vector<int>(4, 50));
}

TEST_CASE("hundreds of megabytes in one part") {
  const ArchiveKey key = ArchiveKey::generate(kId);
  std::string text(std::size_t{300} << 20, 'x');
  text[123'456'789] = 'y';
  const std::string before = sha256_hex(text);
  std::string sealed;
  key.seal(text, sealed);
  key.open(sealed, text);
  CHECK(sha256_hex(text) == before);
}

TEST_CASE("a key of another length, or without an identifier, is refused") {
  const auto short_key = error_of([] { ArchiveKey(Secret(std::string(31, 'k')), "id"); });
  REQUIRE(short_key);
  CHECK(short_key->kind() == Kind::usage);
  CHECK(short_key->message() == "an archive key must be 32 bytes long");
  const auto no_id = error_of([] { ArchiveKey(Secret(std::string(32, 'k')), ""); });
  REQUIRE(no_id);
  CHECK(no_id->message() == "an archive key must have an identifier");
}
