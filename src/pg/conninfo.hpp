#pragma once

#include <map>
#include <string>
#include <vector>

#include "pg/connection.hpp"

namespace pgcoffer::pg {

/// Keywords and values as PQconnectdbParams wants them.
class Conninfo {
 public:
  explicit Conninfo(std::map<std::string, std::string> settings);
  ~Conninfo();
  Conninfo(const Conninfo&) = delete;
  Conninfo& operator=(const Conninfo&) = delete;
  [[nodiscard]] const std::vector<const char*>& keywords() const { return keywords_; }
  [[nodiscard]] const std::vector<const char*>& values() const { return values_; }

 private:
  std::map<std::string, std::string> settings_;
  std::vector<const char*> keywords_, values_;
};

/// Puts the options over the conninfo string or URI. Throws Error(usage) when that cannot be parsed; libpq's message
/// is shown only where it cannot hold a password. Where nobody says how long to wait for a server, it is a minute.
[[nodiscard]] Conninfo resolve_conninfo(const ConnectOptions& options);

}  // namespace pgcoffer::pg
