#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "catalog/model.hpp"
#include "dump/source.hpp"

namespace pgcoffer::review {

/// A database whose catalog has been read, in one snapshot, for looking at what a policy does to it.
class LiveDatabase {
 public:
  LiveDatabase(const ConnectOptions& options, const std::stop_token& stop);

  [[nodiscard]] pg::Connection& connection() noexcept { return source_.leader(); }
  /// A further connection in the same snapshot; as subset::Connect wants it.
  [[nodiscard]] pg::Connection& connect(const std::function<void(pg::Connection&)>& prepare);
  [[nodiscard]] const catalog::Catalog& catalog() const noexcept { return catalog_; }

 private:
  dumping::SourceDatabase source_;
  std::string encoding_;
  catalog::Catalog catalog_;
};

}  // namespace pgcoffer::review
