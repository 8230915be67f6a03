#include "audit/schema.hpp"

#include <algorithm>
#include <map>
#include <pgcoffer/error.hpp>

#include "audit/sql_words.hpp"

namespace pgcoffer::audit {
namespace {

using catalog::ValueClass;

/// Reads words one after the other.
class Words {
 public:
  explicit Words(std::string_view sql) : words_(sql_words(sql)) {}

  /// Moves behind the keywords, wherever they stand next; false when they stand nowhere.
  bool seek(std::initializer_list<std::string_view> keywords) {
    for (std::size_t at = at_; at + keywords.size() <= words_.size(); ++at) {
      const auto matches = [&](std::string_view keyword, std::size_t i) { return words_[at + i].is(keyword); };
      std::size_t i = 0;
      if (!std::ranges::all_of(keywords, [&](std::string_view keyword) { return matches(keyword, i++); })) continue;
      at_ = at + keywords.size();
      return true;
    }
    return false;
  }
  bool take(std::string_view keyword) {
    const bool found = at_ < words_.size() && words_[at_].is(keyword);
    if (found) ++at_;
    return found;
  }
  std::string name() { return at_ < words_.size() ? words_[at_++].text : ""; }
  QualifiedName qualified() {
    QualifiedName result{"", name()};
    if (take(".")) result = {result.name, name()};
    return result;
  }

 private:
  std::vector<SqlWord> words_;
  std::size_t at_ = 0;
};

/// "(a, b, PERIOD c)", the opening bracket taken already.
std::vector<std::string> column_list(Words& words, bool& period) {
  std::vector<std::string> columns;
  do {
    period = words.take("PERIOD") || period;
    columns.push_back(words.name());
  } while (words.take(","));
  return words.take(")") ? columns : std::vector<std::string>();
}

ForeignKey read_foreign_key(const archive::TocEntry& entry) {
  ForeignKey key;
  key.table = {entry.table_schema, entry.table_name};
  Words words(entry.create);
  const bool named = words.seek({"ADD", "CONSTRAINT"});
  key.name = words.name();
  if (named && words.seek({"FOREIGN", "KEY", "("})) key.columns = column_list(words, key.period);
  if (words.seek({"REFERENCES"})) key.referenced = words.qualified();
  if (words.take("(")) key.referenced_columns = column_list(words, key.period);
  if (key.columns.empty() || key.columns.size() != key.referenced_columns.size())
    throw Error(Kind::damaged, "toc.json: cannot read the foreign key \"" + entry.name + "\"").object("toc.json");
  Words rest = words;
  key.validated = !rest.seek({"NOT", "VALID"}) && !words.seek({"NOT", "ENFORCED"});
  return key;
}

/// Partitions by their parents.
std::multimap<QualifiedName, QualifiedName> partitions(const archive::Toc& toc) {
  std::multimap<QualifiedName, QualifiedName> result;
  for (const archive::TocEntry& entry : toc.entries) {
    if (entry.kind != "TABLE ATTACH") continue;
    Words words(entry.create);
    if (!words.seek({"ALTER", "TABLE", "ONLY"})) continue;
    const QualifiedName parent = words.qualified();
    if (words.seek({"ATTACH", "PARTITION"})) result.emplace(parent, words.qualified());
  }
  return result;
}

ValueClass value_class(rows::JsonKind kind) {
  switch (kind) {
    case rows::JsonKind::number:
    case rows::JsonKind::number_array:
      return ValueClass::number;
    case rows::JsonKind::boolean:
    case rows::JsonKind::boolean_array:
      return ValueClass::boolean;
    case rows::JsonKind::json:
      return ValueClass::json;
    default:
      return ValueClass::text;
  }
}

catalog::Column column_of(const archive::Column& column) {
  catalog::Column result;
  result.name = column.name;
  result.type = result.full_type = column.type;
  result.value_class = value_class(column.kind);
  result.array = column.type.ends_with("[]");
  // Modifiers stand in the middle of `timestamp(3) with time zone`.
  const auto open = column.type.find('('), close = column.type.find(')');
  result.base_type = open == std::string::npos || close == std::string::npos
                         ? column.type
                         : column.type.substr(0, open) + column.type.substr(close + 1);
  return result;
}

/// The text of `COMMENT ON … IS '…'`, roughly: tags are looked for in it.
std::string comment_of(const std::string& create) {
  const auto start = create.find(" IS ");
  return start == std::string::npos ? "" : create.substr(start + 4);
}

void add_comments(catalog::Catalog& catalog, const archive::Toc& toc) {
  std::map<QualifiedName, catalog::Table*> tables;
  for (catalog::Table& table : catalog.tables) tables[table.name] = &table;
  for (const archive::TocEntry& entry : toc.entries) {
    const auto table = tables.find({entry.table_schema, entry.table_name});
    if (entry.kind != "COMMENT" || table == tables.end()) continue;
    Words words(entry.create);
    if (!words.seek({"COMMENT", "ON"})) continue;
    if (words.take("TABLE")) table->second->comment = comment_of(entry.create);
    if (!words.take("COLUMN")) continue;
    static_cast<void>(words.qualified());
    static_cast<void>(words.take("."));
    const std::string name = words.name();
    for (catalog::Column& column : table->second->columns)
      if (column.name == name) column.comment = comment_of(entry.create);
  }
}

/// Rules for partitioned tables hold for their partitions, and detectors go by the name that people know.
void add_partitions(catalog::Catalog& catalog, const archive::Toc& toc) {
  std::map<QualifiedName, QualifiedName> parents;
  for (const auto& [parent, child] : partitions(toc)) parents[child] = parent;
  std::map<QualifiedName, catalog::Oid> oids;
  for (const catalog::Table& table : catalog.tables) oids[table.name] = table.oid;
  for (catalog::Table& table : catalog.tables) {
    QualifiedName root = table.name;
    for (std::size_t depth = 0; depth < parents.size() && parents.contains(root); ++depth) root = parents.at(root);
    const auto found = oids.find(root);
    if (root == table.name || found == oids.end()) continue;
    table.is_partition = true;
    table.partition_root = found->second;
    if (const auto parent = oids.find(parents.at(table.name)); parent != oids.end()) table.parents = {parent->second};
  }
}

}  // namespace

std::vector<ForeignKey> foreign_keys(const archive::Toc& toc) {
  std::vector<ForeignKey> keys;
  for (const archive::TocEntry& entry : toc.entries)
    if (entry.kind == "FK CONSTRAINT") keys.push_back(read_foreign_key(entry));
  return keys;
}

std::vector<std::size_t> with_partitions(const archive::Manifest& manifest, const archive::Toc& toc,
                                         const QualifiedName& table) {
  const auto children = partitions(toc);
  std::vector<QualifiedName> names = {table};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [from, to] = children.equal_range(names[i]);
    for (auto child = from; child != to; ++child) names.push_back(child->second);
  }
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < manifest.tables.size(); ++i) {
    const QualifiedName name{manifest.tables[i].schema, manifest.tables[i].name};
    if (std::ranges::find(names, name) != names.end()) result.push_back(i);
  }
  return result;
}

catalog::Catalog catalog_of(const archive::Manifest& manifest, const archive::Toc& toc) {
  catalog::Catalog result;
  for (const archive::Table& table : manifest.tables) {
    catalog::Table next;
    next.oid = static_cast<catalog::Oid>(result.tables.size() + 1);
    next.name = {table.schema, table.name};
    next.relkind = table.kind == "partitioned table"   ? 'p'
                   : table.kind == "materialized view" ? 'm'
                   : table.kind == "view"              ? 'v'
                   : table.kind == "foreign table"     ? 'f'
                                                       : 'r';
    for (const archive::Column& column : table.columns) next.columns.push_back(column_of(column));
    result.tables.push_back(std::move(next));
  }
  add_comments(result, toc);
  add_partitions(result, toc);
  return result;
}

}  // namespace pgcoffer::audit
