#pragma once

#include "catalog/model.hpp"
#include "policy/policy.hpp"

namespace pgcoffer::subset {

/// Adds to the warnings of the verdicts what leaves although rows that go with it are left out, by their own rules or
/// because of the rows that they reference: large objects, and rows within the columns of other tables. The catalog is
/// the one that the verdicts were made for, with the tables that they exclude.
void warn_of_left_behind(const catalog::Catalog& catalog, policy::Verdicts& verdicts);

}  // namespace pgcoffer::subset
