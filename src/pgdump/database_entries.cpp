#include "pgdump/database_entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <span>

#include "base/sql_tokens.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::pgdump {
namespace {

using Statement = std::span<const SqlToken>;

bool is_word(Statement statement, std::size_t at, std::string_view word) {
  return at < statement.size() && statement[at].is(SqlToken::Type::word, word);
}

bool is_symbol(const SqlToken& token, std::string_view symbol) {
  return token.is(SqlToken::Type::symbol, symbol);
}

/// Where a word stands; the statement's size where it does not.
std::size_t find_word(Statement statement, std::string_view word) {
  std::size_t at = 0;
  while (at < statement.size() && !is_word(statement, at, word)) ++at;
  return at;
}

/// Grants and revokes are carried out one after the other, beginning with what every new database has.
class Privileges {
 public:
  explicit Privileges(const std::string& owner) : owner_(owner), grantor_(owner) {
    for (const cluster::AclItem& item : cluster::default_database_acl(owner))
      at(item.grantee, item.grantor).plain = item.privileges;
  }

  void set_grantor(const std::string& role) { grantor_ = role.empty() ? owner_ : role; }

  void grant(const std::string& grantee, std::string_view letters, bool with_option) {
    Right& right = at(grantee, grantor_);
    (with_option ? right.grantable : right.plain) += letters;
  }

  void revoke(const std::string& grantee, std::string_view letters) {
    Right& right = at(grantee, grantor_);
    const auto revoked = [&](char letter) { return letters.find(letter) != std::string_view::npos; };
    std::erase_if(right.plain, revoked);
    std::erase_if(right.grantable, revoked);
  }

  [[nodiscard]] cluster::Acl acl() const {
    cluster::Acl acl;
    for (const Right& right : rights_) {
      const std::string letters = cluster::privilege_letters(right.plain + right.grantable, right.grantable);
      if (!letters.empty()) acl.push_back({right.grantee, letters, right.grantor});
    }
    return acl;
  }

 private:
  struct Right {
    std::string grantee, grantor, plain, grantable;
  };

  Right& at(const std::string& grantee, const std::string& grantor) {
    const auto found = std::ranges::find_if(
        rights_, [&](const Right& right) { return right.grantee == grantee && right.grantor == grantor; });
    return found != rights_.end() ? *found : rights_.emplace_back(Right{grantee, grantor, "", ""});
  }

  std::string owner_, grantor_;
  std::vector<Right> rights_;
};

class Reader {
 public:
  std::optional<cluster::Database> run(const Contents& contents) {
    const auto made = std::ranges::find(contents.entries, "DATABASE", &Entry::kind);
    if (made == contents.entries.end()) return std::nullopt;
    const bool script = contents.version == 0;  // the owner of its header may be "-"
    database_.name = made->name;
    if (!script) database_.owner = made->owner;
    each(*made, [&](Statement statement) {
      if (is_word(statement, 0, "CREATE")) create(statement);
      if (is_word(statement, 0, "ALTER")) owner(statement);
    });
    for (const Entry& entry : contents.entries) {
      if (!is_about_database(entry) || &entry == &*made) continue;
      if (entry.kind == "ACL")
        privileges(entry);
      else
        each(entry, [&](Statement statement) { describe(statement); });
    }
    return std::move(database_);
  }

 private:
  template <class Take>
  void each(const Entry& entry, Take take) {
    kind_ = entry.kind;
    const auto tokens = sql_tokens(entry.owner_sql + entry.create);
    if (!tokens) unknown();
    for (auto begin = tokens->begin(); begin != tokens->end();) {
      const auto end = std::find_if(begin, tokens->end(), [](const SqlToken& token) { return is_symbol(token, ";"); });
      if (begin != end) take(Statement(begin, end));
      begin = end == tokens->end() ? end : end + 1;
    }
  }

  /// Without the statement, in which a parameter's value may be a secret.
  [[noreturn]] void unknown() const {
    throw Error(Kind::unsupported,
                fmt::format("the archive's {} of database \"{}\" holds a statement that pgcoffer cannot read", kind_,
                            database_.name))
        .hint("Restore the database itself with pg_restore -C, and into it with -d.");
  }

  [[nodiscard]] const std::string& text_at(Statement statement, std::size_t at) const {
    if (at >= statement.size()) unknown();
    return statement[at].text;
  }

  /// ALTER DATABASE name OWNER TO role
  void owner(Statement statement) { database_.owner = text_at(statement, find_word(statement, "OWNER") + 2); }

  /// CREATE DATABASE name WITH TEMPLATE = template0 ENCODING = 'UTF8' …
  void create(Statement statement) {
    std::map<std::string, std::string> options;
    for (std::size_t i = 1; i + 1 < statement.size(); ++i)
      if (is_symbol(statement[i], "=")) options[statement[i - 1].text] = statement[i + 1].text;
    const auto option = [&](const char* name) -> std::optional<std::string> {
      const auto found = options.find(name);
      return found == options.end() ? std::nullopt : std::optional(found->second);
    };
    database_.encoding = option("ENCODING").value_or("");
    database_.locale_provider = option("LOCALE_PROVIDER").value_or("libc");
    database_.collate = option("LC_COLLATE").value_or(option("LOCALE").value_or(""));
    database_.ctype = option("LC_CTYPE").value_or(option("LOCALE").value_or(""));
    database_.locale = option("ICU_LOCALE");
    if (!database_.locale) database_.locale = option("BUILTIN_LOCALE");
    database_.icu_rules = option("ICU_RULES");
    database_.tablespace = option("TABLESPACE").value_or("");
  }

  void describe(Statement statement) {
    const std::size_t is = find_word(statement, "IS"), set = find_word(statement, "SET");
    if (is_word(statement, 0, "COMMENT")) {
      database_.comment = text_at(statement, is + 1);
    } else if (is_word(statement, 0, "SECURITY")) {  // LABEL FOR provider ON DATABASE name IS 'label'
      database_.labels.push_back({text_at(statement, 3), text_at(statement, is + 1)});
    } else if (is_word(statement, 3, "CONNECTION")) {
      limit(statement);
    } else if (is_word(statement, 3, "IS_TEMPLATE")) {
      database_.is_template = text_at(statement, 5) == "true";
    } else if (is_word(statement, 0, "ALTER") && set < statement.size()) {
      setting(statement, set);
    } else if (!begins_session(statement)) {
      unknown();
    }
  }

  /// Scripts connect to the database they have made, and set the session up once more.
  static bool begins_session(Statement statement) {
    return is_symbol(statement[0], "\\") || is_word(statement, 0, "SET") || is_word(statement, 0, "SELECT");
  }

  /// ALTER DATABASE name CONNECTION LIMIT = -2
  void limit(Statement statement) {
    std::string digits;
    for (std::size_t i = 6; i < statement.size(); ++i) digits += statement[i].text;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), database_.connection_limit);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) unknown();
  }

  /// ALTER DATABASE name SET parameter TO 'a', 'b', or ALTER ROLE role IN DATABASE name SET …
  void setting(Statement statement, std::size_t set) {
    cluster::Setting setting;
    if (is_word(statement, 1, "ROLE")) setting.role = text_at(statement, 2);
    std::size_t at = set + 1;
    for (; at < statement.size() && !is_word(statement, at, "TO"); ++at) setting.name += statement[at].text;
    for (++at; at < statement.size(); ++at)
      if (!is_symbol(statement[at], ",")) setting.values.push_back(statement[at].text);
    if (setting.name.empty() || setting.values.empty()) unknown();
    database_.settings.push_back(std::move(setting));
  }

  void privileges(const Entry& entry) {
    Privileges privileges(database_.owner);
    each(entry, [&](Statement statement) {
      const bool grant = is_word(statement, 0, "GRANT");
      if (is_word(statement, 0, "SET") && is_word(statement, 1, "SESSION")) {  // AUTHORIZATION role
        privileges.set_grantor(text_at(statement, 3));
      } else if (is_word(statement, 0, "RESET")) {
        privileges.set_grantor("");
      } else if (grant || is_word(statement, 0, "REVOKE")) {
        const SqlToken& role =
            statement[std::min(find_word(statement, grant ? "TO" : "FROM") + 1, statement.size() - 1)];
        const std::string grantee = role.is(SqlToken::Type::word, "PUBLIC") ? "" : role.text;
        if (grant)
          privileges.grant(grantee, letters(statement), is_word(statement, statement.size() - 1, "OPTION"));
        else
          privileges.revoke(grantee, letters(statement));
      } else if (!begins_session(statement)) {
        unknown();
      }
    });
    database_.acl = privileges.acl();
  }

  /// Of the privileges between the statement's first word and ON.
  [[nodiscard]] std::string letters(Statement statement) const {
    std::string letters;
    for (std::size_t i = 1; i < statement.size() && !is_word(statement, i, "ON"); ++i) {
      if (is_symbol(statement[i], ",")) continue;
      if (statement[i].text == "ALL") return "CTc";
      const char letter = cluster::privilege_letter(statement[i].text);
      if (letter == '\0') unknown();
      letters += letter;
    }
    return letters;
  }

  cluster::Database database_;
  std::string kind_;  ///< of the entry that is read
};

}  // namespace

bool is_about_database(const Entry& entry) {
  if (entry.kind == "DATABASE" || entry.kind == "DATABASE PROPERTIES") return true;
  // Of a table called so, old archives have privileges under its name alone.
  const bool describes = entry.kind == "COMMENT" || entry.kind == "SECURITY LABEL" || entry.kind == "ACL";
  return describes && entry.name.starts_with("DATABASE ") && entry.create.find(" ON DATABASE ") != std::string::npos;
}

std::optional<cluster::Database> database_of(const Contents& contents) {
  return Reader().run(contents);
}

}  // namespace pgcoffer::pgdump
