#pragma once

#include <string>
#include <vector>

#include "catalog/model.hpp"

namespace pgcoffer::policy {

/// What the domains are called that a column's type, or its elements' type, is made of, without what says that it is a
/// domain: {email} for `public.email_domain`, `d_email` and `email_t`. Such names say of a column what it holds, too.
[[nodiscard]] std::vector<std::string> domain_names(const catalog::Column& column);

}  // namespace pgcoffer::policy
