#pragma once

#include <string>
#include <string_view>

namespace pgcoffer::rows {

/// SQL of a column's value as text such that a server of version `here` writes it as one of version `there` does.
/// `column` is SQL, versions are PQserverVersion()'s. They differ in one type: since 19 a pg_lsn has eight digits
/// behind its slash (0/016B3740), before it had no leading zeros there.
[[nodiscard]] std::string written_by(const std::string& column, std::string_view type, int here, int there);

}  // namespace pgcoffer::rows
