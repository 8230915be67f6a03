#pragma once

#include <pgcoffer/error.hpp>
#include <string>
#include <string_view>

#include "catalog/builder.hpp"
#include "pg/result.hpp"

// The catalog is read in one snapshot, but what the server prints of an object (pg_get_viewdef(), format_type(),
// regclass …) it takes from the catalog of that moment. An object that somebody drops or renames in between would be
// dumped in part, or under two names; only tables are locked.

namespace pgcoffer::catalog {

/// Error(failed): `what` was changed by somebody; run the dump again.
[[nodiscard]] Error catalog_changed(const std::string& what);

/// What the server printed of the object; NULL means that it was dropped meanwhile, and throws catalog_changed().
[[nodiscard]] std::string_view definition(const pg::Field& field, std::string_view kind, std::string_view name);

/// Throws catalog_changed() when an object that was read has not the name of the snapshot any more. For this query
/// nothing may be left to read, and the objects must be in catalog.objects.
void find_changed(Builder& builder);

/// The same error for one that the server reported because of such a change; otherwise the error itself.
[[nodiscard]] Error explained(const Error& error);

}  // namespace pgcoffer::catalog
