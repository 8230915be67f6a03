#pragma once

#include "catalog/builder.hpp"

namespace pgcoffer::catalog {

/// Operator families with their loose members, and operator classes; called by read_operators().
void read_operator_families(Builder& builder);

}  // namespace pgcoffer::catalog
