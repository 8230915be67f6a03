#include <random>

#include "base/digest.hpp"
#include "catch.hpp"
#include "error_of.hpp"
#include "seal/der.hpp"
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

/// Certificates that are costly to make, made once.
class Certificates {
 public:
  Certificates() {
    make("rsa", "-newkey rsa:3072");
    make("rsa2", "-newkey rsa:2048");
    make("ec", "-newkey ec -pkeyopt ec_paramgen_curve:P-256");
    make("ec2", "-newkey ec -pkeyopt ec_paramgen_curve:P-384");
    make("ed", "-newkey ed25519");
  }
  [[nodiscard]] std::filesystem::path certificate(const std::string& name) const { return folder_ / (name + ".pem"); }
  [[nodiscard]] std::filesystem::path key(const std::string& name) const { return folder_ / (name + ".key"); }

 private:
  void make(const std::string& name, const std::string& how) {
    const auto ran = run("openssl req -x509 " + how + " -nodes -days 2 -subj /O=pgcoffer/CN=" + name + " -keyout " +
                         quoted(key(name)) + " -out " + quoted(certificate(name)));
    if (ran.status != 0) throw std::runtime_error("openssl req failed");
  }
  TempFolder folder_;
};

const Certificates& certificates() {
  static const Certificates all;
  return all;
}

Secret secret(std::string text) {
  return Secret(std::move(text));
}

Recipients for_key(char fill) {
  Recipients recipients;
  recipients.key = secret(std::string(32, fill));
  return recipients;
}

Identities with_key(char fill) {
  Identities identities;
  identities.key = secret(std::string(32, fill));
  return identities;
}

Identities with_passphrase(const std::string& text) {
  Identities identities;
  identities.passphrase = secret(text);
  return identities;
}

Identities with_identity(const std::filesystem::path& path) {
  Identities identities;
  identities.identity = path;
  return identities;
}

Recipients for_everyone() {
  Recipients recipients = for_key('k');
  recipients.passphrase = secret("correct horse");
  recipients.certificates = {certificates().certificate("rsa"), certificates().certificate("ec")};
  return recipients;
}

bool opens(const std::string& keys, const ArchiveKey& key, const Identities& identities) {
  const ArchiveKey opened = open_keys(keys, identities, key.key_id());
  return opened.key().view() == key.key().view() && opened.key_id() == key.key_id();
}

std::string openssl_decrypt(const std::filesystem::path& file, const std::string& how) {
  return run("openssl cms -decrypt -inform DER -in " + quoted(file) + " " + how).output;
}

/// The number after PBKDF2's salt, as openssl prints the message.
unsigned long rounds_in(const std::filesystem::path& file) {
  const std::string text = run("openssl asn1parse -inform DER -in " + quoted(file)).output;
  const std::size_t salt = text.find("OCTET STRING", text.find(":PBKDF2"));
  const std::size_t number = text.find("INTEGER", salt);
  return std::stoul(text.substr(text.find(':', number) + 1), nullptr, 16);
}

std::string element(char tag, const std::string& content) {
  std::string length;
  for (std::size_t rest = content.size(); rest > 0; rest >>= 8) length.insert(length.begin(), static_cast<char>(rest));
  if (content.size() >= 0x80) length.insert(length.begin(), static_cast<char>(0x80 | length.size()));
  if (content.empty()) length = std::string(1, '\0');
  return tag + length + content;
}

/// DER in which an element is replaced by another one, and the lengths around it are set right.
std::string with_element_replaced(std::string_view der, std::string_view from, const std::string& to) {
  std::string out;
  seal::Der reader(der);
  while (!reader.at_end()) {
    const std::uint8_t tag = reader.next_tag();
    const std::string content(reader.take(tag));
    const bool constructed = (tag & 0x20) != 0;
    const std::string whole =
        element(static_cast<char>(tag), constructed ? with_element_replaced(content, from, to) : content);
    out += whole == from ? to : whole;
  }
  return out;
}

}  // namespace

TEST_CASE("each recipient opens the same archive key") {
  const ArchiveKey key = ArchiveKey::generate("id");
  const std::string keys = seal_keys(key, for_everyone());
  CHECK(opens(keys, key, with_key('k')));
  CHECK(opens(keys, key, with_passphrase("correct horse")));
  CHECK(opens(keys, key, with_identity(certificates().key("rsa"))));
  CHECK(opens(keys, key, with_identity(certificates().key("ec"))));
}

TEST_CASE("each kind of recipient alone") {
  const ArchiveKey key = ArchiveKey::generate("id");
  CHECK(opens(seal_keys(key, for_key('a')), key, with_key('a')));
  Recipients passphrase;
  passphrase.passphrase = secret("p");
  CHECK(opens(seal_keys(key, passphrase), key, with_passphrase("p")));
  for (const char* name : {"rsa", "rsa2", "ec", "ec2"}) {
    CAPTURE(name);
    Recipients recipients;
    recipients.certificates = {certificates().certificate(name)};
    CHECK(opens(seal_keys(key, recipients), key, with_identity(certificates().key(name))));
  }
}

TEST_CASE("several certificates: each private key finds its own") {
  const ArchiveKey key = ArchiveKey::generate("id");
  Recipients recipients;
  for (const char* name : {"rsa", "ec", "rsa2", "ec2"}) {
    recipients.certificates.push_back(certificates().certificate(name));
  }
  const std::string keys = seal_keys(key, recipients);
  for (const char* name : {"rsa", "ec", "rsa2", "ec2"}) {
    CAPTURE(name);
    CHECK(opens(keys, key, with_identity(certificates().key(name))));
  }
}

TEST_CASE("an identity file may hold the certificate too, and may be encrypted") {
  const TempFolder folder;
  const ArchiveKey key = ArchiveKey::generate("id");
  Recipients recipients;
  recipients.certificates = {certificates().certificate("ec")};
  const std::string keys = seal_keys(key, recipients);
  spill(folder / "both.pem", slurp(certificates().certificate("ec")) + slurp(certificates().key("ec")));
  CHECK(opens(keys, key, with_identity(folder / "both.pem")));

  REQUIRE(run("openssl pkcs8 -topk8 -in " + quoted(certificates().key("ec")) + " -passout pass:opensesame -out " +
              quoted(folder / "sealed.pem"))
              .status == 0);
  Identities identities = with_identity(folder / "sealed.pem");
  const auto message = [&] {
    const auto error = error_of([&] { static_cast<void>(open_keys(keys, identities, "id")); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::usage);
    CHECK(error->hint() == "Give its passphrase with --passphrase-file.");
    return error->message();
  };
  const std::string what = "cannot read \"" + (folder / "sealed.pem").string() + "\": the private key is encrypted";
  CHECK(message() == what);
  identities.passphrase = secret("wrong");
  CHECK(message() == what + ", and the passphrase does not open it");
  identities.passphrase = secret("opensesame");
  CHECK(opens(keys, key, identities));
}

TEST_CASE("stock openssl opens keys.cms with every kind of recipient") {
  const TempFolder folder;
  const ArchiveKey key = ArchiveKey::generate("id");
  spill(folder / "keys.cms", seal_keys(key, for_everyone()));
  const std::string expected = to_hex(key.key().view());
  CHECK(openssl_decrypt(folder / "keys.cms", "-secretkey " + to_hex(std::string(32, 'k')) + " -secretkeyid " +
                                                 to_hex(key_identifier(secret(std::string(32, 'k'))))) == expected);
  CHECK(openssl_decrypt(folder / "keys.cms", "-pwri_password 'correct horse'") == expected);
  for (const char* name : {"rsa", "ec"}) {
    CAPTURE(name);
    CHECK(openssl_decrypt(folder / "keys.cms", "-recip " + quoted(certificates().certificate(name)) + " -inkey " +
                                                   quoted(certificates().key(name))) == expected);
  }
  CHECK(rounds_in(folder / "keys.cms") >= 1'300'000);
  const std::string text = run("openssl asn1parse -inform DER -in " + quoted(folder / "keys.cms")).output;
  CHECK(text.find(":rsaesOaep") != std::string::npos);
  CHECK(text.find(":dhSinglePass-stdDH-sha256kdf-scheme") != std::string::npos);
  CHECK(text.find(":aes-256-gcm") != std::string::npos);
}

TEST_CASE("the recipients are listed without any key") {
  Recipients recipients = for_key('k');
  recipients.passphrase = secret("correct horse");
  recipients.certificates = {certificates().certificate("ec")};
  const std::string keys = seal_keys(ArchiveKey::generate("id"), recipients);
  std::string text;
  for (const RecipientInfo& one : list_recipients(keys)) text += one.kind + " " + one.id + "\n";
  const std::string serial =
      run("openssl x509 -noout -serial -in " + quoted(certificates().certificate("ec"))).output.substr(7);
  CHECK(text == "certificate issuer CN=ec,O=pgcoffer, serial number " + serial + "key " +
                    to_hex(key_identifier(secret(std::string(32, 'k')))) + "\npassphrase \n");
}

TEST_CASE("a wrong key: what the archive wants and what was tried") {
  Recipients recipients = for_key('k');
  recipients.passphrase = secret("correct horse");
  const std::string keys = seal_keys(ArchiveKey::generate("id"), recipients);
  const auto error_with = [&](const Identities& identities) {
    const auto error = error_of([&] { static_cast<void>(open_keys(keys, identities, "id")); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::wrong_key);
    CHECK(error->hint() ==
          "Give the key in BACKUP_ENCRYPTION_KEY or with --key-file, or the passphrase with --passphrase-file.");
    return error->message();
  };
  const std::string sealed =
      "it is sealed to key " + to_hex(key_identifier(secret(std::string(32, 'k')))) + " and a passphrase";
  CHECK(error_with({}) == "the archive is encrypted and no key was given: " + sealed);
  const std::string other = to_hex(key_identifier(secret(std::string(32, 'z'))));
  CHECK(error_with(with_key('z')) == "the archive does not open with key " + other + ": " + sealed);
  CHECK(error_with(with_passphrase("wrong horse")) == "the archive does not open with the passphrase: " + sealed);
  Identities both = with_key('z');
  both.passphrase = secret("wrong horse");
  CHECK(error_with(both) == "the archive does not open with key " + other + " or the passphrase: " + sealed);
  const std::string path = certificates().key("rsa").string();
  CHECK(error_with(with_identity(path)) ==
        "the archive does not open with the private key in \"" + path + "\": " + sealed);
}

TEST_CASE("a private key that is not a recipient's is a wrong key, of either kind") {
  Recipients recipients;
  recipients.certificates = {certificates().certificate("rsa"), certificates().certificate("ec")};
  const std::string keys = seal_keys(ArchiveKey::generate("id"), recipients);
  for (const char* name : {"rsa2", "ec2", "ed"}) {
    CAPTURE(name);
    const auto error =
        error_of([&] { static_cast<void>(open_keys(keys, with_identity(certificates().key(name)), "id")); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::wrong_key);
    CHECK(error->hint() == "Give the certificate's private key with --identity.");
  }
}

TEST_CASE("the second of two identities opens what the first does not") {
  const ArchiveKey key = ArchiveKey::generate("id");
  Recipients recipients;
  recipients.passphrase = secret("correct horse");
  Identities identities = with_key('z');
  identities.passphrase = secret("correct horse");
  CHECK(opens(seal_keys(key, recipients), key, identities));
}

TEST_CASE("what cannot receive is refused") {
  const TempFolder folder;
  const auto refusal = [&](const Recipients& recipients) {
    const auto error = error_of([&] { static_cast<void>(seal_keys(ArchiveKey::generate("id"), recipients)); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::usage);
    return error->message() + " | " + error->hint();
  };
  CHECK(refusal({}) == "an archive key cannot be sealed to nobody | ");
  Recipients empty;
  empty.passphrase = secret("");
  CHECK(refusal(empty) == "the passphrase is empty | ");
  Recipients short_key;
  short_key.key = secret("short");
  CHECK(refusal(short_key) == "a key to seal to must be 32 bytes long | ");
  Recipients edwards;
  edwards.certificates = {certificates().certificate("ed")};
  CHECK(refusal(edwards) ==
        "cannot seal to \"" + certificates().certificate("ed").string() +
            "\": a certificate with this kind of key cannot receive | Use a certificate with an RSA or an "
            "elliptic-curve (P-256, P-384, P-521) key.");
  spill(folder / "no.pem", "no certificate\n");
  Recipients text;
  text.certificates = {folder / "no.pem"};
  CHECK(refusal(text) ==
        "cannot read \"" + (folder / "no.pem").string() +
            "\": not an X.509 certificate in PEM: no start line | A file that begins with -----BEGIN CERTIFICATE----- "
            "is needed, not the private key.");
}

TEST_CASE("files that are missing or no private keys") {
  const TempFolder folder;
  const std::string keys = seal_keys(ArchiveKey::generate("id"), for_key('k'));
  const auto missing = error_of([&] { static_cast<void>(open_keys(keys, with_identity(folder / "x.pem"), "id")); });
  REQUIRE(missing);
  CHECK(missing->kind() == Kind::usage);
  const std::string certificate = certificates().certificate("rsa").string();
  const auto wrong = error_of([&] { static_cast<void>(open_keys(keys, with_identity(certificate), "id")); });
  REQUIRE(wrong);
  CHECK(wrong->kind() == Kind::usage);
  CHECK(wrong->message().substr(0, certificate.size() + 39) ==
        "cannot read \"" + certificate + "\": no private key in PEM: ");
  CHECK(wrong->hint() == "A file that holds -----BEGIN PRIVATE KEY----- is needed, with or without the certificate.");
}

TEST_CASE("damaged keys.cms: an error or the right key, never another and never a crash") {
  const ArchiveKey key = ArchiveKey::generate("id");
  Recipients recipients = for_key('k');
  recipients.certificates = {certificates().certificate("ec"), certificates().certificate("rsa")};
  const std::string keys = seal_keys(key, recipients);
  const Identities identities[] = {with_key('k'), with_identity(certificates().key("ec"))};
  std::mt19937 random(42);
  const auto harmless = [&](const std::string& bad) {
    for (const Identities& identity : identities) {
      const auto error = error_of([&] {
        if (!opens(bad, key, identity)) FAIL("opens with another key");
      });
      if (error && error->kind() != Kind::damaged && error->kind() != Kind::wrong_key) FAIL(error->message());
    }
    static_cast<void>(error_of([&] { static_cast<void>(list_recipients(bad)); }));
  };
  for (std::size_t at = 0; at < keys.size(); ++at) {
    std::string bad = keys;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (random() % 8)));
    harmless(bad);
    if (at % 5 == 0) harmless(keys.substr(0, at));
  }
  for (int round = 0; round < 500; ++round) {
    std::string bad = keys;
    bad.erase(random() % bad.size(), random() % 4);
    bad.insert(random() % bad.size(), random() % 4, static_cast<char>(random()));
    harmless(bad);
  }
}

TEST_CASE("the content's tag is checked, and must have its full length") {
  const std::string keys = seal_keys(ArchiveKey::generate("id"), for_key('k'));
  const auto message = [](const std::string& bad) {
    const auto error = error_of([&] { static_cast<void>(open_keys(bad, with_key('k'), "id")); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::damaged);
    return error->message();
  };
  std::string bad = keys;
  bad.back() = static_cast<char>(bad.back() ^ 1);
  CHECK(message(bad) == "keys.cms is damaged: authentication tag does not match");
  bad = keys;
  bad[keys.size() - 30] = static_cast<char>(bad[keys.size() - 30] ^ 1);
  CHECK(message(bad) == "keys.cms is damaged: authentication tag does not match");
  CHECK(message(keys + "x") == "keys.cms is damaged: it is not the message pgcoffer makes");
  CHECK(message("") == "keys.cms is damaged: it is not the message pgcoffer makes");
}

TEST_CASE("a forged number of rounds does not stop a reader for hours") {
  Recipients recipients;
  recipients.passphrase = secret("correct horse");
  const std::string keys = seal_keys(ArchiveKey::generate("id"), recipients);
  const std::string rounds = from_hex("0203155cc0");  // INTEGER 1,400,000
  REQUIRE(with_element_replaced(keys, rounds, rounds) == keys);
  const std::string forged = with_element_replaced(keys, rounds, from_hex("02047fffffff"));
  REQUIRE(forged != keys);
  const auto error = error_of([&] { static_cast<void>(open_keys(forged, with_passphrase("x"), "id")); });
  REQUIRE(error);
  CHECK(error->kind() == Kind::damaged);
  CHECK(error->message() == "keys.cms is damaged: it is not the message pgcoffer makes");
}

TEST_CASE("identifiers of keys") {
  const Secret key(std::string(32, 'k'));
  CHECK(to_hex(key_identifier(key)) == sha256_hex("pgcoffer key id" + std::string(32, 'k')).substr(0, 16));
}

TEST_CASE("keys are parsed, and never shown") {
  const std::string hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F";
  CHECK(parse_key(hex, "x").view() == from_hex(hex));
  for (const std::string& bad : {std::string(), hex.substr(1), hex + "0", hex.substr(0, 63) + "g", " " + hex}) {
    const auto error = error_of([&] { static_cast<void>(parse_key(bad, "BACKUP_ENCRYPTION_KEY")); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::usage);
    CHECK(error->message() == "BACKUP_ENCRYPTION_KEY does not hold a key: it must be 64 hex digits, and " +
                                  (bad.size() == 64 ? std::string("its character 64 is none")
                                                    : "has " + std::to_string(bad.size()) + " characters"));
    CHECK(error->hint() == "Make one with: pgcoffer key generate");
  }
}
