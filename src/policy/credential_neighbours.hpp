#pragma once

#include <optional>

#include "catalog/model.hpp"
#include "policy/credentials.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {

/// Whether one of its columns is called after a credential, of this kind if one is given.
[[nodiscard]] bool names_credential(const catalog::Table& table, std::optional<Credential> kind = std::nullopt);

/// Whether a column has this one word for its name.
[[nodiscard]] bool has_column_called(const catalog::Table& table, std::string_view name);

/// What a column whose name says little is by what stands beside it, or in tables of such names. `name` is the
/// table's own, or that of its partition root; `w` has the words of the column's name, which may have none ("_").
[[nodiscard]] std::optional<Credential> kind_by_neighbours(const catalog::Table& table, const QualifiedName& name,
                                                           const catalog::Column& column, const Words& w);

}  // namespace pgcoffer::policy
