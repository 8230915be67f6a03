#pragma once

#include <vector>

#include "base/pattern.hpp"

namespace pgcoffer::catalog {

/// What of the database is asked for; the meaning of each option is pg_dump's.
struct Selection {
  std::vector<Pattern> tables;              ///< -t: only these relations, and nothing else
  std::vector<Pattern> exclude_tables;      ///< -T
  std::vector<Pattern> schemas;             ///< -n: only these schemas' objects
  std::vector<Pattern> exclude_schemas;     ///< -N
  std::vector<Pattern> exclude_table_data;  ///< --exclude-table-data
  bool schema_only = false;                 ///< -s
  bool data_only = false;                   ///< -a
  bool large_objects = true;                ///< false with -t or -n
  bool privileges = true;                   ///< false with -x: no ACL entries
};

}  // namespace pgcoffer::catalog
