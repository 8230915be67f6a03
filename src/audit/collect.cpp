#include "audit/collect.hpp"

#include <algorithm>
#include <numeric>

#include "content/detect.hpp"

namespace pgcoffer::audit {

Collector::Collector(const archive::Manifest& manifest, const archive::Toc& toc)
    : references_(manifest, toc), tables_(manifest.tables.size()), texts_(manifest.tables.size()) {
  for (std::size_t i = 0; i < manifest.tables.size(); ++i) {
    for (const archive::Column& column : manifest.tables[i].columns)
      if (column.in_rows) texts_[i].push_back(text_of(column.type));
    tables_[i].columns.resize(texts_[i].size());
  }
  for (const archive::TocEntry& entry : toc.entries)
    add_tokens(entry.kind + " " + entry.name, entry.create, "toc.json");
  for (const archive::Variable& variable : manifest.environment)
    add_tokens("environment variable " + variable.name, variable.value, "environment-config.json");
}

Collector::Part Collector::part(std::size_t table) const {
  return {table, texts_[table].size(), references_.sides(table)};
}

void Collector::read(Part& part, std::string_view lines) const {
  std::vector<std::size_t> all(texts_[part.table_].size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  read(part, lines, all);
}

void Collector::read(Part& part, std::string_view lines, const std::vector<std::size_t>& columns) const {
  const bool keys = !references_.sides(part.table_).empty();
  const std::vector<ColumnText>& texts = texts_[part.table_];
  std::vector<std::string> values(texts.size());
  std::vector<const std::string*> row(texts.size(), nullptr);
  Fields fields;
  const auto take = [&](std::uint64_t number, std::size_t field, const std::string_view* value) {
    const std::size_t column = columns[field];
    if (keys) {
      if (value != nullptr) values[column] = *value;
      row[column] = value == nullptr ? nullptr : &values[column];
      if (field + 1 == columns.size()) part.batch_.add(row);
    }
    ColumnContent& content = part.content_.columns[column];
    value == nullptr ? content.add_null() : content.add(*value, texts[column], number);
  };
  const std::uint64_t wrong = fields.read(lines, columns.size(), take);
  if (wrong != 0) part.content_.wrong_rows.push_back({"", wrong});
}

void Collector::add(Part&& part, const std::string& file) {
  references_.add(part.batch_);
  for (ColumnContent& column : part.content_.columns) column.name_part(file);
  for (Place& place : part.content_.wrong_rows) place.part = file;
  const std::scoped_lock lock(mutex_);
  TableContent& all = tables_[part.table_];
  for (std::size_t i = 0; i < all.columns.size(); ++i) all.columns[i].add(part.content_.columns[i]);
  std::ranges::move(part.content_.wrong_rows, std::back_inserter(all.wrong_rows));
}

void Collector::add_large_object(std::uint32_t oid, std::string_view bytes, const std::string& file) {
  add_tokens("large object " + std::to_string(oid), bytes, file);
}

void Collector::add_tokens(const std::string& object, std::string_view bytes, const std::string& file) {
  const content::Kinds found = content::tokens_in(bytes);
  const std::scoped_lock lock(mutex_);
  for (const content::Kind kind : content::all_kinds())
    if (found.has(kind)) tokens_.push_back({object, file, kind});
}

}  // namespace pgcoffer::audit
