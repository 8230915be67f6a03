#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::archive {

/// One schema object of toc.json. Fields as in catalog::Object; see schema/FORMAT.md.
struct TocEntry {
  int id = 0;
  std::string kind, schema, name, owner;
  std::string section;  ///< "pre-data", "data", "post-data"
  std::string create, owner_sql, drop;
  std::string tablespace, access_method;
  std::string table_schema, table_name;  ///< the table it belongs to; empty if to none
  std::vector<int> depends;
};

struct Toc {
  std::vector<TocEntry> entries;  ///< in the order of restore
};

[[nodiscard]] std::string to_json(const Toc& toc);
[[nodiscard]] Toc parse_toc(std::string_view json);  ///< throws Error(damaged)

struct ScriptOptions {
  bool owners = true;
  bool privileges = true;
  bool tablespaces = true;
  bool access_methods = true;
};
/// The SET statements every script and session of a restore begins with. They suit every server version.
[[nodiscard]] std::string script_preamble(std::string_view encoding);
/// The statements of one of kScripts with a comment before each entry, without the preamble; empty when there are none.
[[nodiscard]] std::string script(const Toc& toc, std::string_view section, const ScriptOptions& options);
/// One entry's statements: create, between SET default_tablespace and the like where it needs them, then owner. They
/// leave the session's settings as script_preamble() made them. Empty for what the options leave out.
[[nodiscard]] std::string statements(const TocEntry& entry, const ScriptOptions& options);

}  // namespace pgcoffer::archive
