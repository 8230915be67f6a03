#include "pg/conninfo.hpp"

#include <cstdlib>
#include <string>

#include "catch.hpp"

using pgcoffer::ConnectOptions;
using pgcoffer::pg::Conninfo;

namespace {

std::string value_of(const Conninfo& info, std::string_view keyword) {
  for (std::size_t i = 0; info.keywords()[i] != nullptr; ++i) {
    if (keyword == info.keywords()[i]) return info.values()[i];
  }
  return "";
}

std::string timeout_of(const std::string& conninfo) {
  ConnectOptions options;
  options.conninfo = conninfo;
  return value_of(pgcoffer::pg::resolve_conninfo(options), "connect_timeout");
}

}  // namespace

TEST_CASE("a server is waited for a minute where nobody says how long") {
  unsetenv("PGCONNECT_TIMEOUT");
  unsetenv("PGSERVICE");
  CHECK(timeout_of("host=a dbname=b") == "60");
  CHECK(timeout_of("postgresql://a/b") == "60");
  CHECK(timeout_of("postgresql://a/b?connect_timeout=5") == "5");
  CHECK(timeout_of("service=s").empty());
  setenv("PGCONNECT_TIMEOUT", "7", 1);
  CHECK(timeout_of("host=a dbname=b").empty());
  unsetenv("PGCONNECT_TIMEOUT");
}

TEST_CASE("single options go before the connection string") {
  ConnectOptions options;
  options.conninfo = "postgresql://u@a:1/b";
  options.port = "2";
  const Conninfo info = pgcoffer::pg::resolve_conninfo(options);
  CHECK(value_of(info, "port") == "2");
  CHECK(value_of(info, "host") == "a");
}
