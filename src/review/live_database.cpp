#include "review/live_database.hpp"

#include "base/text.hpp"
#include "catalog/read.hpp"
#include "dump/selection.hpp"

namespace pgcoffer::review {

LiveDatabase::LiveDatabase(const ConnectOptions& options, const std::stop_token& stop) : source_(options, stop) {
  encoding_ = dumping::client_encoding(source_.leader());
  source_.leader().exec("SET client_encoding = " + quote_literal(encoding_));
  catalog_ = catalog::read_catalog(source_.leader(), dumping::selection({}));
}

pg::Connection& LiveDatabase::connect(const std::function<void(pg::Connection&)>& prepare) {
  return source_.connect(encoding_, prepare);
}

}  // namespace pgcoffer::review
