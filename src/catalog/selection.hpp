#pragma once

#include <set>
#include <vector>

#include "base/pattern.hpp"
#include "pg/result.hpp"
#include "pgcoffer/leave_out.hpp"

namespace pgcoffer::catalog {

/// Patterns for relations, and such as mean also every partition and inheritance child below.
struct RelationPatterns {
  std::vector<Pattern> alone, with_children;
  [[nodiscard]] bool empty() const { return alone.empty() && with_children.empty(); }
};

/// What of the database is asked for; the meaning of each option is pg_dump's.
struct Selection {
  RelationPatterns tables;                  ///< -t, --table-and-children: only these relations, and nothing else
  RelationPatterns exclude_tables;          ///< -T, --exclude-table-and-children
  RelationPatterns exclude_table_data;      ///< --exclude-table-data, --exclude-table-data-and-children
  std::vector<Pattern> schemas;             ///< -n: only these schemas' objects
  std::vector<Pattern> exclude_schemas;     ///< -N
  std::vector<Pattern> extensions;          ///< -e: only these extensions, and nothing else outside of schemas
  std::vector<Pattern> exclude_extensions;  ///< --exclude-extension
  std::vector<Pattern> foreign_data;        ///< --include-foreign-data: foreign servers whose rows are read, too
  bool statistics = false;                  ///< --statistics: what ANALYZE found out
  std::set<pg::Oid> no_statistics_of;       ///< relations of which the server is not even asked for them
  bool rows = true;                         ///< false with -s, and with --section unless that says data
  bool sequence_values = false;             ///< --sequence-data: sequences' values also without rows
  bool refreshes = true;                    ///< false with -s, --no-data: materialized views stay empty
  bool large_objects = true;                ///< false without rows, and with -t, -n or -e unless -b is given
  bool privileges = true;                   ///< false with -x: no ACL entries
  LeaveOut leave_out;                       ///< --no-comments and so on
  bool toast_compression = true;            ///< false with --no-toast-compression
  bool hidden_rows = true;                  ///< rows that policies hide are an error; false: they are left out
  bool hidden_parts = true;                 ///< false: objects of which the role may not see a part are an error
  bool unlogged_rows = true;                ///< false with --no-unlogged-table-data
  bool locked = true;                       ///< false: nothing is going to be dumped, the role need not be able to
};

}  // namespace pgcoffer::catalog
