#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "archive/partitions.hpp"
#include "base/text.hpp"
#include "compare/fields.hpp"
#include "compare/moments.hpp"
#include "compare/primary_key.hpp"
#include "compare/side.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::comparing {
namespace {

using Objects = std::map<std::uint32_t, const archive::LargeObject*>;

Objects large_objects(const archive::Manifest& manifest) {
  Objects objects;
  for (const archive::LargeObject& object : manifest.large_objects) objects.emplace(object.oid, &object);
  return objects;
}

/// The bytes of a large object, part after part.
class Bytes {
 public:
  Bytes(const archive::Reader& reader, const archive::LargeObject& object)
      : reader_(reader), object_(object), pipeline_(reader.pipeline()) {}
  /// What is at hand; empty at the end.
  [[nodiscard]] std::string_view peek() {
    while (rest_.empty() && next_ < object_.parts.size()) rest_ = reader_.read_part(*pipeline_, object_.parts[next_++]);
    return rest_;
  }
  void skip(std::size_t count) { rest_.remove_prefix(count); }

 private:
  const archive::Reader& reader_;
  const archive::LargeObject& object_;
  std::unique_ptr<archive::Reader::Pipeline> pipeline_;
  std::string_view rest_;
  std::size_t next_ = 0;
};

bool same_content(Bytes first, Bytes second) {
  for (;;) {
    const std::string_view a = first.peek();
    const std::string_view b = second.peek();
    const std::size_t count = std::min(a.size(), b.size());
    if (a.substr(0, count) != b.substr(0, count)) return false;
    if (count == 0) return a.size() == b.size();
    first.skip(count);
    second.skip(count);
  }
}

class ArchiveSide final : public Side {
 public:
  ArchiveSide(const archive::Reader& reader, std::string title, const Wholes& wholes, bool in_utc)
      : reader_(reader), title_(std::move(title)), in_utc_(in_utc) {
    // Rows whose digests are equal are not read; that they are there is not to be taken on trust.
    if (const std::vector<std::string> missing = reader.strays().missing; !missing.empty())
      throw Error(Kind::damaged, fmt::format("{} is damaged: it lacks {}", title_, join_first(missing)))
          .hint("`pgcoffer verify` tells what is intact.");
    if (const std::vector<std::string> resized = reader.resized(); !resized.empty())
      throw Error(Kind::damaged, fmt::format("{} is damaged: these have other sizes than its manifest says: {}", title_,
                                             join_first(resized)))
          .hint("`pgcoffer verify` tells what is intact.");
    std::set<QualifiedName> known;
    for (const archive::Table& table : reader.manifest().tables) known.insert({table.schema, table.name});
    const auto parents = archive::partition_parents(reader.toc());
    for (const archive::Table& table : reader.manifest().tables) {
      if (!table.has_rows) continue;
      const QualifiedName own{table.schema, table.name};
      QualifiedName top = table.load_into.value_or(own);
      for (auto above = parents.find(top); above != parents.end(); above = parents.find(top)) top = above->second;
      add(table, wholes.contains(top) && known.contains(top) ? top : own);
    }
  }

  [[nodiscard]] std::string title() const override { return title_; }
  [[nodiscard]] const archive::Toc& toc() const override { return reader_.toc(); }
  [[nodiscard]] int server_version() const override { return reader_.manifest().server_version_num; }
  [[nodiscard]] const std::vector<SideTable>& tables() const override { return tables_; }

  void read(const SideTable& table, const std::vector<std::string>& columns, const std::string& /*where*/,
            const Take& take) override {
    for (const archive::Table* archived : by_name_.at(table.name)) read_one(*archived, columns, take);
  }

  [[nodiscard]] std::optional<std::string> binary_digest(const SideTable& table, const SideTable& like,
                                                         const std::string& /*where*/) override {
    if (table.binary_digest.empty() || table.columns != like.columns || !same_bytes(table, like)) return std::nullopt;
    return fmt::format("{} {}", table.rows, table.binary_digest);
  }

  [[nodiscard]] std::vector<std::uint32_t> other_large_objects(const archive::Reader& archive) override {
    std::vector<std::uint32_t> different;
    Objects ours = large_objects(reader_.manifest());
    for (const auto& [oid, object] : large_objects(archive.manifest())) {
      const auto found = ours.find(oid);
      if (found == ours.end() || !same_content(Bytes(archive, *object), Bytes(reader_, *found->second)))
        different.push_back(oid);
      if (found != ours.end()) ours.erase(found);
    }
    for (const auto& [oid, object] : ours) different.push_back(oid);
    return different;
  }

 private:
  /// Places in its rows of columns whose values are in a time zone.
  static std::vector<std::size_t> times_of(const archive::Table& table) {
    std::vector<std::size_t> places;
    std::size_t place = 0;
    for (const archive::Column& column : table.columns) {
      if (!column.in_rows) continue;
      if (zoned(column.type) != Zoned::never) places.push_back(place);
      ++place;
    }
    return places;
  }

  void read_one(const archive::Table& archived, const std::vector<std::string>& columns, const Take& take) const {
    const std::vector<rows::Column> in_rows = archive::columns_in_rows(archived);
    std::vector<std::size_t> which;
    for (const std::string& column : columns) {
      const auto found = std::ranges::find(in_rows, column, &rows::Column::name);
      which.push_back(static_cast<std::size_t>(found - in_rows.begin()));
    }
    const std::vector<std::size_t> times = in_utc_ ? times_of(archived) : std::vector<std::size_t>();
    const bool whole = times.empty() && which.size() == in_rows.size() && std::ranges::is_sorted(which);
    const auto decoder = archive::part_decoder(reader_.manifest(), archived);
    const auto pipeline = reader_.pipeline();
    std::string scratch, projected;
    std::vector<std::string_view> fields;
    std::vector<std::string> moments(times.size());
    for (const archive::Part& part : archived.parts) {
      std::uint64_t count = 0;
      std::string_view lines = decoder->copy_lines(reader_.read_part(*pipeline, part), scratch, count);
      while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() + 1);
        if (!whole) split_fields(line, fields);
        for (std::size_t i = 0; i < times.size(); ++i) {
          moments[i] = in_utc(fields.at(times[i]));
          fields[times[i]] = moments[i];
        }
        take(whole ? line : project(fields, which, projected));
      }
    }
  }

  void add(const archive::Table& table, const QualifiedName& name) {
    std::vector<const archive::Table*>& held = by_name_[name];
    held.push_back(&table);
    if (held.size() > 1) return add_rows(table, *std::ranges::find(tables_, name, &SideTable::name));
    SideTable side;
    side.name = name;
    side.whole = name != QualifiedName{table.schema, table.name};
    for (const archive::Column& column : table.columns) {
      if (!column.in_rows) continue;
      side.columns.push_back(column.name);
      side.forms.push_back(column.binary);
    }
    side.key = primary_key(reader_.toc(), side.name);
    side.rows = table.rows;
    side.where = table.where;
    side.sample = !table.sample.empty();
    if (!side.whole) {
      side.digest = table.row_digest;
      side.binary_digest = table.binary_row_digest;
    }
    tables_.push_back(std::move(side));
  }

  /// Of another partition. Columns that it lacks are not compared of any.
  static void add_rows(const archive::Table& table, SideTable& side) {
    side.rows += table.rows;
    const std::vector<rows::Column> there = archive::columns_in_rows(table);
    for (std::size_t i = side.columns.size(); i-- > 0;) {
      if (std::ranges::find(there, side.columns[i], &rows::Column::name) != there.end()) continue;
      side.columns.erase(side.columns.begin() + static_cast<std::ptrdiff_t>(i));
      side.forms.erase(side.forms.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  const archive::Reader& reader_;
  std::string title_;
  bool in_utc_;
  std::vector<SideTable> tables_;
  std::map<QualifiedName, std::vector<const archive::Table*>> by_name_;  ///< of a whole its partitions
};

}  // namespace

namespace {

/// All its rows are there, and of each column what the whole has, too.
bool as_the_whole(const archive::Table& partition, const archive::Table& whole) {
  return partition.where.empty() && partition.sample.empty() &&
         std::ranges::all_of(partition.columns, [&](const archive::Column& column) {
           const auto found = std::ranges::find(whole.columns, column.name, &archive::Column::name);
           return found != whole.columns.end() && found->verdict == column.verdict;
         });
}

}  // namespace

Wholes wholes(const archive::Manifest& archive) {
  std::map<QualifiedName, const archive::Table*> by_name;
  for (const archive::Table& table : archive.tables) by_name.emplace(QualifiedName{table.schema, table.name}, &table);
  Wholes found, others;
  for (const archive::Table& table : archive.tables) {
    if (!table.load_into) continue;
    const auto whole = by_name.find(*table.load_into);
    const bool same = whole != by_name.end() && as_the_whole(table, *whole->second);
    (same ? found : others).insert(*table.load_into);
  }
  std::erase_if(found, [&](const QualifiedName& name) { return others.contains(name); });
  return found;
}

std::unique_ptr<Side> archive_side(const archive::Reader& reader, const std::string& title, const Wholes& wholes,
                                   bool in_utc) {
  return std::make_unique<ArchiveSide>(reader, title, wholes, in_utc);
}

}  // namespace pgcoffer::comparing
