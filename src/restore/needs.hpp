#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "base/text.hpp"
#include "pg/connection.hpp"
#include "restore/choice.hpp"
#include "restore/selection.hpp"

namespace pgcoffer::restoring {

/// What a part of an archive needs of the rest of it, by the table of contents.
class Needs {
 public:
  explicit Needs(const archive::Toc& toc);  ///< which must outlive it

  /// Entries outside of the selection that an entry of it cannot do without. What belongs to a table stands for the
  /// table, and everything needs its schema.
  [[nodiscard]] Entries of(const archive::TocEntry& entry, const std::set<int>& selected) const;
  /// Partitions, which hold the rows, of tables that came along (`added`): of those that something else needs than a
  /// partition of theirs, and of those by which rows find their partitions. Whoever wants one partition need not get
  /// the others.
  [[nodiscard]] Entries partitions(const Selected& selected, const Choice& choice, const std::set<int>& added) const;

 private:
  [[nodiscard]] const archive::TocEntry* relation(const QualifiedName& name) const;
  [[nodiscard]] bool is_below(QualifiedName name, const QualifiedName& top) const;

  const archive::Toc& toc_;
  std::map<QualifiedName, QualifiedName> parents_;  ///< by partition
  std::map<int, const archive::TocEntry*> by_id_;
  std::map<QualifiedName, const archive::TocEntry*> relations_;
  std::map<std::string, const archive::TocEntry*> schemas_;
};

/// The entries of pre-data, data and post-data, by id.
[[nodiscard]] std::set<int> ids(const Selected& selected);

/// What a choice needs beside itself, in the order of restore.
struct Needed {
  Entries added, there;
};

/// Adds to the choice what it needs and the database does not have, and what that needs. Tables come with all that
/// belongs to them and their rows. Without a connection nothing is there.
[[nodiscard]] Needed add_needed(pg::Connection* connection, const archive::Manifest& manifest, const archive::Toc& toc,
                                const RestoreOptions& options, Choice& choice);

}  // namespace pgcoffer::restoring
