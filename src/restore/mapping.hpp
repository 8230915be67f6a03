#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "base/sql_tokens.hpp"
#include "base/text.hpp"
#include "pgcoffer/restore.hpp"
#include "restore/choice.hpp"

namespace pgcoffer::restoring {

/// Other names in the target than in the archive: --map-schema, --map-table, --map-role, --map-tablespace.
///
/// Statements are changed by their tokens: a qualified name is another one only where it is that of an object in the
/// archive, so that what extensions bring keeps its name. Texts are not touched, but for sequences and the like that
/// are named by one ('s.t'::regclass) and a function's search_path: others that hold an old name notes() names, and
/// columns whose rows are names.
class Mapping {
 public:
  /// Throws Error(usage) for a map that is not old=new, that names nothing in the archive, or that would bring two
  /// objects under one name.
  Mapping(const RestoreOptions& options, const archive::Manifest& manifest, const archive::Toc& toc);

  /// Throws Error(usage) naming objects of the choice that cannot be made under other names.
  [[nodiscard]] archive::Toc toc(const archive::Toc& toc, const Choice& choice);
  [[nodiscard]] archive::Manifest manifest(const archive::Manifest& manifest, const Choice& choice);
  [[nodiscard]] Choice choice(const Choice& choice) const;
  /// What a table of the archive is called.
  [[nodiscard]] QualifiedName table(const QualifiedName& name) const;
  /// A line for each column of a table of the archive whose rows are names, and stay as they are.
  [[nodiscard]] std::vector<std::string> names_in_rows(const archive::Table& table) const;
  /// What still has the old names, a line each; after toc() and manifest().
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

 private:
  using Names = std::map<std::string, std::string>;

  void read_schemas(const std::vector<std::string>& maps, const archive::Toc& toc);
  void read_tables(const std::vector<std::string>& maps, const archive::Manifest& manifest, const archive::Toc& toc);
  void check_used(const archive::Manifest& manifest, const archive::Toc& toc) const;
  void check_unique(const archive::Toc& toc) const;
  void add_belongings(const QualifiedName& from, const QualifiedName& to, const archive::Toc& toc);

  void keep_schemas_of_extensions(const archive::Toc& toc, archive::Toc& mapped) const;
  /// The entry with other names, and its text as it was.
  [[nodiscard]] archive::TocEntry named_anew(const archive::TocEntry& entry) const;
  [[nodiscard]] archive::TocEntry mapped(const archive::TocEntry& entry, const std::string& what);
  [[nodiscard]] std::string sql(const std::string& text, const archive::TocEntry& entry, const std::string& what);
  [[nodiscard]] std::string name(const archive::TocEntry& entry) const;

  std::map<QualifiedName, QualifiedName> objects_;  ///< every name that changes
  std::map<QualifiedName, Names> parts_;            ///< of a table that is renamed: its indexes and constraints
  std::set<std::string> renamed_;                   ///< tables whose own name changes, not only their schema
  Names schemas_, roles_, tablespaces_;
  std::vector<std::string> notes_;
};

}  // namespace pgcoffer::restoring
