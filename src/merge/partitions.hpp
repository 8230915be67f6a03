#pragma once

#include <functional>
#include <map>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "base/text.hpp"
#include "merge/target.hpp"
#include "pg/connection.hpp"
#include "restore/choice.hpp"

/// Rows go into the very tables that the archive has them of: a partitioned table must have the same partitions, by
/// name, in archive and database.
namespace pgcoffer::merging {

class Partitions {
 public:
  using NameOf = std::function<QualifiedName(const QualifiedName&)>;

  /// `name_of` is what a table of the archive is called in the target.
  Partitions(pg::Connection& connection, const archive::Manifest& manifest, const archive::Toc& toc, NameOf name_of);

  /// Throws Error(failed) naming the first of the tables that is partitioned in only one of archive and database, or a
  /// partition of another table there.
  void refuse_others(const std::vector<const archive::Table*>& tables) const;
  /// The tables, and all partitions with rows of the tables that they are partitions of.
  [[nodiscard]] std::vector<const archive::Table*> with_siblings(
      const std::vector<const archive::Table*>& tables) const;
  /// For modes that exchange all rows of the partitioned tables that are chosen: throws Error(failed) where the
  /// database has partitions with rows which the archive does not know, and which would stay.
  void refuse_unknown(const restoring::Choice& choice) const;

 private:
  struct There {
    char kind = 0;  ///< pg_class.relkind; 0: it is not there
    QualifiedName root;
  };
  [[nodiscard]] There look(const QualifiedName& table) const;
  /// The table above all others; itself where it is no partition.
  [[nodiscard]] QualifiedName archived_root(QualifiedName table) const;

  pg::Connection& connection_;
  const archive::Manifest& manifest_;
  NameOf name_of_;
  std::map<QualifiedName, QualifiedName> parents_;
};

}  // namespace pgcoffer::merging
