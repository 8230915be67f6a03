#pragma once

#include <memory>
#include <string>

#include "pgcoffer/secret.hpp"

namespace pgcoffer {

/// Where to connect. Every libpq way works: a URI or conninfo string, PG* variables, service file, passfile, sslmode.
struct ConnectOptions {
  std::string conninfo;                    ///< a database name, a conninfo string or a URI; may be empty
  std::string host, port, user;            ///< win over conninfo and environment where not empty
  std::string dbname;                      ///< wins over the conninfo's database where not empty
  std::shared_ptr<const Secret> password;  ///< from a prompt; otherwise libpq finds it
  std::string role;                        ///< SET ROLE on every connection; empty: the role that connects acts
};

}  // namespace pgcoffer
