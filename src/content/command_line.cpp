#include "content/command_line.hpp"

#include <algorithm>
#include <array>

#include "content/characters.hpp"
#include "content/values.hpp"

namespace pgcoffer::content {
namespace {

constexpr std::size_t kShortestPassword = 6;

/// The word or the text in quotes that begins there; without the bracket that a sentence or tag goes on with.
std::string_view word_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  if (is_quote(text[at])) return in_quotes(text, at);
  const std::string_view rest = text.substr(at, kLongestWord);
  return rest.substr(0, rest.find_first_of(" \t\r\n\"'`<>;&|)\\"));
}

bool is_password(std::string_view word) {
  return is_made_up_word(word, kShortestPassword) && word.front() != '-' && word.front() != '/' && word.front() != '.';
}

/// -u ann:password of curl; 1000:1000 are numbers of a user and a group.
bool is_user_with_password(std::string_view word) {
  const std::size_t colon = word.find(':');
  return colon != std::string_view::npos && colon > 0 && run(word.substr(0, colon), "._-@+") == colon &&
         is_password(word.substr(colon + 1));
}

/// Whether the line up to there calls a program that takes its password by -p.
bool calls_mysql(std::string_view text, std::size_t dash) {
  constexpr std::size_t longest = 200;
  constexpr std::array<std::string_view, 3> programs{"mysql", "mariadb", "sshpass"};
  std::string_view line = text.substr(dash - std::min(dash, longest), std::min(dash, longest));
  const std::size_t end = line.find_last_of("\r\n");
  line.remove_prefix(end == std::string_view::npos ? 0 : end + 1);
  return std::ranges::any_of(programs,
                             [&](std::string_view program) { return line.find(program) != std::string_view::npos; });
}

}  // namespace

bool is_secret_option(std::string_view text, std::size_t dash, IsCredentialName is_credential_name, bool loose) {
  constexpr std::string_view before = " \t\r\n\"'`=(>[,";
  if (dash > 0 && before.find(text[dash - 1]) == std::string_view::npos) return false;
  const std::size_t length = run(text.substr(dash, kLongestName + 1), "_-");
  const std::string_view option = text.substr(dash, length);
  const std::size_t end = dash + length;
  const std::size_t behind = behind_blanks(text, end);
  if (option == "-u" || option == "--user" || option == "--proxy-user")
    return behind > end && is_user_with_password(word_at(text, behind));
  if (option.starts_with("--"))
    return behind > end && is_password(word_at(text, behind)) && is_secret_name(option, is_credential_name);
  if (!option.starts_with("-p") || option.size() < 2) return false;
  return is_password(word_at(text, dash + 2)) && (loose || calls_mysql(text, dash));
}

bool is_password_directive(std::string_view text, std::size_t at) {
  // Of Redis and of LDAP's servers and clients.
  constexpr std::array<std::string_view, 5> directives{"requirepass ", "masterauth ", "bindpw ", "rootpw ",
                                                       "rootbindpw "};
  const std::string_view rest = text.substr(at);
  const auto found =
      std::ranges::find_if(directives, [&](std::string_view directive) { return rest.starts_with(directive); });
  return found != directives.end() && is_password(word_at(text, behind_blanks(text, at + found->size())));
}

bool has_option_of_secret(std::string_view text, IsCredentialName is_credential_name) {
  for (auto at = text.find('-'); at != std::string_view::npos; at = text.find('-', at + 1))
    if (is_secret_option(text, at, is_credential_name, true)) return true;
  return false;
}

}  // namespace pgcoffer::content
