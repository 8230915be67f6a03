#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/sql_tokens.hpp"
#include "base/text.hpp"

namespace pgcoffer::restoring {

/// What a statement's names become.
struct Renaming {
  const std::map<QualifiedName, QualifiedName>& objects;
  const std::map<std::string, std::string>* schemas;  ///< behind the word SCHEMA; null: not there
  const std::map<std::string, std::string>* roles;    ///< null: the statement names none
  const std::map<std::string, std::string>& tablespaces;
  const std::map<std::string, std::string>* parts;  ///< indexes and constraints named without schema; null: none
  bool texts_are_names = false;                     ///< literals that are qualified names stand for objects
};

/// The statement with other names; its tokens are those of `sql`.
[[nodiscard]] std::string renamed(const std::string& sql, const SqlTokens& tokens, const Renaming& renaming);

/// The roles that the statement names: GRANT … TO name, OWNER TO name, FOR ROLE name and the like.
[[nodiscard]] std::set<std::string> roles_named(const SqlTokens& tokens);

/// True when a literal of the statement (a body, a default, a trigger's argument) holds one of the names, with
/// `qualifying` only where a dot follows; also where the literal is no SQL and the name stands somewhere in it.
[[nodiscard]] bool texts_name(const std::string& sql, const std::set<std::string>& names, bool qualifying);

}  // namespace pgcoffer::restoring
