#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "pgcoffer/secret.hpp"

namespace pgcoffer::seal {

/// To whom the archive key is sealed.
struct Recipients {
  std::optional<Secret> key;                        ///< 32 bytes: KEK recipient, AES-256 key wrap
  std::optional<Secret> passphrase;                 ///< PWRI recipient, PBKDF2
  std::vector<std::filesystem::path> certificates;  ///< X.509 in PEM: key transport (RSA) or agreement (EC)
  [[nodiscard]] bool empty() const { return !key && !passphrase && certificates.empty(); }
};

/// What the reader has to open it with; tried in this order.
struct Identities {
  std::optional<Secret> key;
  std::optional<Secret> passphrase;
  std::optional<std::filesystem::path> identity;  ///< private key in PEM, with or without its certificate
  [[nodiscard]] bool empty() const { return !key && !passphrase && !identity; }
};

}  // namespace pgcoffer::seal
