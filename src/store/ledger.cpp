#include "store/ledger.hpp"

#include <fmt/format.h>

#include "pgcoffer/error.hpp"
#include "store/names.hpp"

namespace pgcoffer::store {

void Ledger::begin(const std::string& name) {
  if (!is_safe_name(name)) {
    throw Error(Kind::failed, fmt::format("\"{}\" is not the name of a file inside an archive", name)).object(name);
  }
  const std::scoped_lock lock(mutex_);
  if (!names_.insert(name).second) {
    throw Error(Kind::failed, fmt::format("\"{}\" is in the archive already", name)).object(name);
  }
  open_.insert(name);
}

void Ledger::end(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  open_.erase(name);
}

void Ledger::require_complete() const {
  const std::scoped_lock lock(mutex_);
  if (open_.empty()) return;
  throw Error(Kind::failed, fmt::format("the archive is not whole: \"{}\" was not written", *open_.begin()))
      .object(*open_.begin());
}

}  // namespace pgcoffer::store
