#include "catalog/model.hpp"

#include <algorithm>

namespace pgcoffer::catalog {

const Table* Catalog::find(Oid table) const {
  const auto found = std::ranges::find(tables, table, &Table::oid);
  return found == tables.end() ? nullptr : &*found;
}

}  // namespace pgcoffer::catalog
