#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "archive/reader.hpp"
#include "base/text.hpp"
#include "pgcoffer/compare.hpp"
#include "rows/binary_form.hpp"

namespace pgcoffer::comparing {

/// A table whose rows can be read.
struct SideTable {
  QualifiedName name;
  std::vector<std::string> columns;  ///< that have values of the source's own
  std::vector<std::string> types;    ///< of these, in a database; archives' rows are what they are
  std::vector<std::string> key;      ///< columns of the primary key
  std::uint64_t rows = 0;            ///< about
  std::string where;                 ///< which rows an archive has; empty: all
  bool whole = false;                ///< partitioned, with the rows of its partitions
  bool sample = false;               ///< an archive has some of them that no condition tells
  std::string digest;                ///< of the rows with exactly `columns`; empty where it must be found by reading
  std::string binary_digest;         ///< the same of their bytes in binary
  std::vector<std::optional<rows::BinaryForm>> forms;  ///< for each of the columns: what its bytes in binary mean
};

/// The table has all columns of `like`, and their bytes in binary mean the same values.
[[nodiscard]] bool same_bytes(const SideTable& table, const SideTable& like);

/// One of the two things that are compared.
class Side {
 public:
  using Take = std::function<void(std::string_view line)>;

  virtual ~Side() = default;
  [[nodiscard]] virtual std::string title() const = 0;
  [[nodiscard]] virtual const archive::Toc& toc() const = 0;
  [[nodiscard]] virtual int server_version() const = 0;  ///< as 150004
  [[nodiscard]] virtual const std::vector<SideTable>& tables() const = 0;
  /// Hands over the rows as lines of COPY text, without newlines, of these columns in this order. `where` is for
  /// databases.
  virtual void read(const SideTable& table, const std::vector<std::string>& columns, const std::string& where,
                    const Take& take) = 0;
  /// Number and digest of the rows in binary with all columns of `like`, in its order. Nothing where this side does not
  /// have such rows, or where their bytes would mean other values. `where` is for databases.
  [[nodiscard]] virtual std::optional<std::string> binary_digest(const SideTable& table, const SideTable& like,
                                                                 const std::string& where) = 0;
  /// The large objects that are other ones than those of `archive`, or only in one of the two.
  [[nodiscard]] virtual std::vector<std::uint32_t> other_large_objects(const archive::Reader& archive) = 0;
  /// What could not be read and is not compared.
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
};

/// One that has no rows of any table.
[[nodiscard]] std::unique_ptr<Side> empty_side();
/// Partitioned tables that rows of the archive are loaded into, to find their partitions anew: they are compared as a
/// whole. Not those of whose partitions a policy took only some rows, or other columns than of the whole.
using Wholes = std::set<QualifiedName>;
[[nodiscard]] Wholes wholes(const archive::Manifest& archive);

/// `in_utc`: times are handed over as they would be written in the time zone UTC.
[[nodiscard]] std::unique_ptr<Side> archive_side(const archive::Reader& reader, const std::string& title,
                                                 const Wholes& wholes, bool in_utc);
/// A snapshot of the database, with what the archive's dump left out left out, too.
[[nodiscard]] std::unique_ptr<Side> database_side(const CompareOptions& options, const archive::Reader& archive,
                                                  const Wholes& wholes, const std::stop_token& stop);

}  // namespace pgcoffer::comparing
