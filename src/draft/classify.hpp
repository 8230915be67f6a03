#pragma once

#include <string>

#include "audit/columns.hpp"
#include "catalog/model.hpp"

namespace pgcoffer::draft {

/// What a column is taken for, and why.
struct Finding {
  bool credential = false;        ///< by name, comment or rows
  bool personal = false;          ///< the same
  bool by_name = false;           ///< a built-in policy finds it by itself
  bool within_json = false;       ///< a credential, but only by keys within JSON values
  std::string credential_reason;  ///< "credential: a bcrypt hash"
  std::string evidence;           ///< one line, without values: "98 of 100 values: an e-mail address"
};
/// `name` is the table's own, or that of its partition root.
[[nodiscard]] Finding classify(const catalog::Table& table, const QualifiedName& name, const catalog::Column& column,
                               const audit::ColumnContent& content);

}  // namespace pgcoffer::draft
