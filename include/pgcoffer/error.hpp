#pragma once

#include <exception>
#include <string>
#include <utility>

namespace pgcoffer {

/// What went wrong, as far as the caller must act on it. The program maps each to an exit code (README, "Exit codes").
enum class Kind {
  failed,        ///< the operation failed; the message says why
  usage,         ///< the caller asked for something that makes no sense (options, patterns, configuration)
  connection,    ///< no connection to the server, or it was lost
  permission,    ///< the server or the system does not permit it
  not_found,     ///< a named thing does not exist (object, part, table, file)
  exists,        ///< the target exists already and is not to be overwritten
  damaged,       ///< an archive is damaged or was tampered with: size, digest, tag or syntax differ
  wrong_key,     ///< the key given does not open the archive, or none was given
  newer_format,  ///< written by a later version whose format this one does not know
  policy,        ///< the policy refuses
  unsupported,   ///< the database holds objects that cannot be dumped faithfully
  interrupted,   ///< stopped on request
};

/// The one exception type of pgcoffer. Facts are fields; whoever shows it makes the text.
///
/// `what()` is one line without a final stop: what failed, on what (names quoted), and the server's or system's words.
/// Example: `cannot read table "sales"."orders": permission denied for table orders`.
class Error : public std::exception {
 public:
  Error(Kind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

  /// What to do about it: one or more sentences; may be a question that names the likely cause.
  Error&& hint(std::string text) && {
    hint_ = std::move(text);
    return std::move(*this);
  }
  /// The server's five-character SQLSTATE (PostgreSQL documentation, appendix A).
  Error&& sqlstate(std::string code) && {
    sqlstate_ = std::move(code);
    return std::move(*this);
  }
  /// The object, part or file concerned, for programs.
  Error&& object(std::string name) && {
    object_ = std::move(name);
    return std::move(*this);
  }

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
  [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }
  [[nodiscard]] const std::string& object() const noexcept { return object_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  Kind kind_;
  std::string message_, hint_, sqlstate_, object_;
};

}  // namespace pgcoffer
