#include "content/tokens.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.hpp"
#include "content/characters.hpp"
#include "content/mnemonic.hpp"
#include "content/values.hpp"

namespace pgcoffer::content {
namespace {

/// A prefix, and what has to follow.
struct Shape {
  std::string_view prefix;
  Kind kind;
  std::string_view others;  ///< characters beside letters and digits
  std::size_t least;        ///< characters behind the prefix
};

constexpr std::string_view phc = "./$=,+-";  ///< of password hashes in the PHC's format

constexpr Shape shapes[] = {
    {"$2a$", Kind::bcrypt, "./$", 56},
    {"$2b$", Kind::bcrypt, "./$", 56},
    {"$2x$", Kind::bcrypt, "./$", 56},
    {"$2y$", Kind::bcrypt, "./$", 56},
    {"$argon2", Kind::argon2, phc, 40},
    {"$scrypt$", Kind::scrypt, phc, 30},
    {"scrypt:", Kind::scrypt, "./$=,+-:", 40},
    {"$7$", Kind::scrypt, "./$", 43},
    {"$s0$", Kind::scrypt, "+/=$", 40},
    {"SCRYPT;", Kind::scrypt, "+/=;", 40},
    {"pbkdf2_sha", Kind::pbkdf2, "./$=,+-_", 30},
    {"pbkdf2:sha", Kind::pbkdf2, "./$=,+-:", 30},
    {"$pbkdf2", Kind::pbkdf2, phc, 30},
    {"$1$", Kind::crypt, "./$", 24},
    {"$5$", Kind::crypt, "./$=", 44},
    {"$6$", Kind::crypt, "./$=", 87},
    {"$y$", Kind::crypt, "./$", 40},
    {"$apr1$", Kind::crypt, "./$", 24},
    {"$P$", Kind::crypt, "./", 31},
    {"$H$", Kind::crypt, "./", 31},
    {"{SSHA}", Kind::crypt, "+/=", 28},
    {"{SSHA512}", Kind::crypt, "+/=", 60},
    {"SCRAM-SHA-256$", Kind::crypt, "+/=:$", 80},
    {"AKIA", Kind::aws_key, "", 16},
    {"ASIA", Kind::aws_key, "", 16},
    {"xoxb-", Kind::slack_token, "-", 20},
    {"xoxp-", Kind::slack_token, "-", 20},
    {"xoxa-", Kind::slack_token, "-", 20},
    {"xoxr-", Kind::slack_token, "-", 20},
    {"xoxs-", Kind::slack_token, "-", 20},
    {"xapp-", Kind::slack_token, "-", 20},
    {"hooks.slack.com/services/", Kind::slack_token, "/", 20},
    {"ghp_", Kind::github_token, "", 36},
    {"gho_", Kind::github_token, "", 36},
    {"ghu_", Kind::github_token, "", 36},
    {"ghs_", Kind::github_token, "", 36},
    {"ghr_", Kind::github_token, "", 36},
    {"github_pat_", Kind::github_token, "_", 40},
    {"sk_live_", Kind::stripe_key, "", 16},
    {"sk_test_", Kind::stripe_key, "", 16},
    {"rk_live_", Kind::stripe_key, "", 16},
    {"rk_test_", Kind::stripe_key, "", 16},
    {"whsec_", Kind::stripe_key, "+/=", 24},
    {"glpat-", Kind::other_token, "-_", 20},    // GitLab
    {"AIza", Kind::other_token, "-_", 35},      // Google
    {"ya29.", Kind::other_token, "-_", 30},     // Google OAuth
    {"SG.", Kind::other_token, "-_.", 60},      // SendGrid
    {"npm_", Kind::other_token, "", 36},        // npm
    {"pypi-AgE", Kind::other_token, "-_", 50},  // PyPI
    {"sk-ant-", Kind::other_token, "-_", 32},   // Anthropic
    {"sk-proj-", Kind::other_token, "-_", 32},  // OpenAI
    {"dop_v1_", Kind::other_token, "", 64},     // DigitalOcean
    {"shpat_", Kind::other_token, "", 32},      // Shopify
    {"hf_", Kind::other_token, "", 34},         // Hugging Face
    {"hvs.", Kind::other_token, "-_", 24},      // HashiCorp Vault
    {"GOCSPX-", Kind::other_token, "-_", 24},   // Google OAuth client
    {"AGE-SECRET-KEY-1", Kind::private_key, "", 50},
    {"PuTTY-User-Key-File-", Kind::private_key, "", 1},
    {"discord.com/api/webhooks/", Kind::other_token, "/-_", 60},
    {"discordapp.com/api/webhooks/", Kind::other_token, "/-_", 60},
    {".webhook.office.com/webhookb2/", Kind::other_token, "/-@", 60},
    {"dapi", Kind::other_token, "", 32},           // Databricks
    {"EAACEdEose0cBA", Kind::other_token, "", 8},  // Facebook
    {"key-", Kind::other_token, "", 32},           // Mailgun
};

/// The characters that prefixes begin with.
constexpr std::array<bool, 256> beginnings = [] {
  std::array<bool, 256> result{};
  for (const Shape& shape : shapes) result.at(static_cast<unsigned char>(shape.prefix.front())) = true;
  return result;
}();

/// Lower case, as digests are mostly written.
bool is_small_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool is_whole(const Shape& shape, std::string_view behind) {
  const std::size_t length = run(behind, shape.others);
  if (length < shape.least) return false;
  const auto key = behind.substr(0, length);
  if (shape.prefix == "key-") return length == shape.least && std::ranges::all_of(key, is_small_hex);
  if (shape.kind != Kind::aws_key) return true;
  return length == shape.least && std::ranges::all_of(key, [](char c) { return is_upper(c) || is_digit(c); });
}

/// What begins at `rest`'s start.
void match(std::string_view rest, Kinds& found) {
  for (const Shape& shape : shapes)
    if (rest.starts_with(shape.prefix) && is_whole(shape, rest.substr(shape.prefix.size()))) found.add(shape.kind);
}

/// Three parts in base64url with dots between; the first two are JSON objects, which begin with `{"`.
bool has_jwt(std::string_view text) {
  for (auto at = text.find("eyJ"); at != std::string_view::npos; at = text.find("eyJ", at + 1)) {
    std::string_view rest = text.substr(at);
    const std::size_t head = run(rest, "-_");
    if (head < 12 || !rest.substr(head).starts_with(".eyJ")) continue;
    rest.remove_prefix(head + 1);
    const std::size_t body = run(rest, "-_");
    if (rest.substr(body).starts_with(".") && run(rest.substr(body + 1), "-_") >= 10) return true;
  }
  return false;
}

bool has_private_key(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ";
  for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
    const auto label = text.substr(at + begin.size(), 40);
    if (label.substr(0, label.find("-----")).find("PRIVATE KEY") != std::string_view::npos) return true;
  }
  return false;
}

/// Stars and the like stand where a password was.
bool is_placeholder(std::string_view password) {
  return password == "REMOVED" || password == "password" || password.front() == '$' || password.front() == '{' ||
         password.front() == '<' || std::ranges::all_of(password, [](char c) { return c == '*' || c == 'x'; });
}

bool has_url_password(std::string_view text) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1)) {
    const auto rest = text.substr(at + 3, 300);
    const auto authority = rest.substr(0, rest.find_first_of("/?# \t\r\n\"'<>"));
    const auto end = authority.rfind('@');
    if (end == std::string_view::npos) continue;
    const auto colon = authority.find(':');
    if (colon == std::string_view::npos || colon + 1 >= end) continue;
    if (!is_placeholder(authority.substr(colon + 1, end - colon - 1))) return true;
  }
  return false;
}

/// user:password@tcp(host:port)/database: how Go programs write it for MySQL.
bool has_dsn_password(std::string_view text) {
  constexpr std::size_t longest = 300;
  for (const std::string_view network : {"@tcp(", "@tcp6(", "@unix("})
    for (auto at = text.find(network); at != std::string_view::npos; at = text.find(network, at + 1)) {
      auto user = text.substr(at - std::min(at, longest), std::min(at, longest));
      const auto before = user.find_last_of(" \t\r\n\"'<>=");
      user.remove_prefix(before == std::string_view::npos ? 0 : before + 1);
      const auto colon = user.find(':');
      if (colon == std::string_view::npos || colon == 0 || colon + 1 == user.size()) continue;
      if (!is_placeholder(user.substr(colon + 1))) return true;
    }
  return false;
}

/// user:password@/database: the same where the server is the one of the machine. In scripts "@/" begins names of files.
bool has_local_dsn_password(std::string_view text) {
  constexpr std::size_t longest = 100, shortest = 6;
  for (auto at = text.find("@/"); at != std::string_view::npos; at = text.find("@/", at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && at - begin < longest &&
           std::string_view(" \t\r\n\"'<>=/").find(text[begin - 1]) == std::string_view::npos)
      --begin;
    const std::string_view pair = text.substr(begin, at - begin);
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos || colon == 0 || run(pair.substr(0, colon), "_-.") != colon) continue;
    if (is_made_up_word(pair.substr(colon + 1), shortest) && (begin == 0 || text[begin - 1] != '/')) return true;
  }
  return false;
}

/// 123456789:AA…, the number of a bot and 35 characters, also within its URL.
bool has_telegram_token(std::string_view text) {
  constexpr std::size_t secret = 35, fewest = 8, most = 10;
  for (auto at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && at - begin <= most && is_digit(text[begin - 1])) --begin;
    const bool alone = begin == 0 || !is_alnum(text[begin - 1]) || text.substr(0, begin).ends_with("bot");
    if (!alone || at - begin < fewest || at - begin > most) continue;
    const std::string_view behind = text.substr(at + 1, secret + 1);
    if (run(behind, "_-") != secret) continue;
    const std::string_view token = behind.substr(0, secret);
    if (std::ranges::any_of(token, is_upper) && std::ranges::any_of(token, is_lower) &&
        std::ranges::any_of(token, is_digit))
      return true;
  }
  return false;
}

/// How MySQL keeps passwords: a star and a digest.
bool has_mysql_hash(std::string_view text) {
  constexpr std::size_t digits = 40;
  for (auto at = text.find('*'); at != std::string_view::npos; at = text.find('*', at + 1)) {
    const std::string_view behind = text.substr(at + 1, digits + 1);
    if (run(behind, "") == digits &&
        std::ranges::all_of(behind.substr(0, digits), [](char c) { return is_hex(c) && !is_lower(c); }))
      return true;
  }
  return false;
}

/// ?sv=2020-08-04&…&sig=…: a link that Azure's storage lets whoever has it in by.
bool has_signed_link(std::string_view text) {
  constexpr std::size_t fewest = 40, longest = 1024;
  for (const std::string_view name : {"&sig=", ";sig=", "?sig="}) {
    const auto at = text.find(name);
    if (at == std::string_view::npos) continue;
    const std::size_t begin = at - std::min(at, longest);
    const std::string_view around = text.substr(begin, longest * 2);
    if (around.find("sv=20") != std::string_view::npos && run(text.substr(at + name.size()), "%+/=_-") >= fewest)
      return true;
  }
  return false;
}

/// WIFI:T:WPA;S:name;P:password;; of the squares that telephones read.
bool has_wifi_password(std::string_view text) {
  constexpr std::string_view name = "WIFI:";
  constexpr std::size_t longest = 256;
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::string_view rest = text.substr(at + name.size() - 1, longest);
    const std::size_t field = std::min(rest.find(";P:"), rest.find(":P:"));
    if (field == std::string_view::npos || rest.find(";;") == std::string_view::npos) continue;
    if (is_secret_text(rest.substr(field + 3, rest.find(';', field + 3) - field - 3))) return true;
  }
  return false;
}

/// 0x and 64 digits, which hashes have as well, behind words that say it is a key to sign with.
bool has_hex_key(std::string_view text) {
  constexpr std::size_t digits = 64, longest = 48;
  for (auto at = text.find("0x"); at != std::string_view::npos; at = text.find("0x", at + 1)) {
    const std::string_view rest = text.substr(at + 2, digits + 1);
    if (run(rest, "") != digits || !std::ranges::all_of(rest.substr(0, digits), is_hex)) continue;
    const std::string before = lower_ascii(std::string(text.substr(at - std::min(at, longest), std::min(at, longest))));
    const auto says = [&](std::string_view word) { return before.find(word) != std::string::npos; };
    if ((says("priv") || says("signing") || says("wallet")) && (says("key") || says("priv")) && !says("hash"))
      return true;
  }
  return false;
}

/// How PostgreSQL itself keeps passwords of old.
bool is_md5_verifier(std::string_view text) {
  return text.size() == 35 && text.starts_with("md5") && std::ranges::all_of(text.substr(3), is_hex);
}

}  // namespace

void find_tokens(std::string_view text, Kinds& found) {
  if (text.size() < 12) return;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!beginnings[static_cast<unsigned char>(text[at])]) continue;
    // Within a word it would be a part of something else.
    if (at > 0 && is_alnum(text[at - 1]) && is_alnum(text[at])) continue;
    // cache-key-… is followed by a digest.
    const bool in_name = at > 0 && text[at] == 'k' &&
                         (text[at - 1] == '-' || text[at - 1] == '_' || text[at - 1] == ':' || text[at - 1] == '/');
    if (!in_name) match(text.substr(at), found);
  }
  if (has_jwt(text)) found.add(Kind::jwt);
  if (has_private_key(text)) found.add(Kind::private_key);
  if (has_url_password(text) || has_dsn_password(text) || has_local_dsn_password(text)) found.add(Kind::url_password);
  constexpr std::size_t shortest_of_these = 41;
  if (text.size() >= shortest_of_these) {
    if (has_hex_key(text) || has_mnemonic(text)) found.add(Kind::private_key);
    if (has_signed_link(text)) found.add(Kind::other_token);
    if (has_mysql_hash(text)) found.add(Kind::crypt);
  }
  if (has_wifi_password(text)) found.add(Kind::named_secret);
  if (has_telegram_token(text)) found.add(Kind::other_token);
  if (is_md5_verifier(text)) found.add(Kind::crypt);
}

}  // namespace pgcoffer::content
