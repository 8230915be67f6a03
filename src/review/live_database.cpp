#include "review/live_database.hpp"

#include "base/text.hpp"
#include "catalog/read.hpp"
#include "dump/selection.hpp"

namespace pgcoffer::review {

LiveDatabase::LiveDatabase(const ConnectOptions& options, const std::stop_token& stop) : source_(options, stop) {
  // As a dump does it: a database without an encoding has only bytes to offer.
  const std::string encoding = source_.leader().parameter_status("server_encoding");
  source_.leader().exec("SET client_encoding = " + quote_literal(encoding == "SQL_ASCII" ? encoding : "UTF8"));
  catalog_ = catalog::read_catalog(source_.leader(), dumping::selection({}));
}

}  // namespace pgcoffer::review
