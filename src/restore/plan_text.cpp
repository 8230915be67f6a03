#include <fmt/format.h>

#include <map>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "restore/plan.hpp"

namespace pgcoffer::restoring {
namespace {

/// "3 SCHEMA, 40 TABLE": kinds in the order of their first appearance.
std::string count_kinds(const Entries& entries) {
  std::vector<std::string> order;
  std::map<std::string, std::size_t> counts;
  for (const archive::TocEntry* entry : entries) {
    if (counts[entry->kind]++ == 0) order.push_back(entry->kind);
  }
  std::vector<std::string> words;
  for (const std::string& kind : order) words.push_back(fmt::format("{} {}", counts[kind], kind));
  return join(words, ", ");
}

}  // namespace

std::vector<std::string> describe(const Selected& selected) {
  std::vector<std::string> lines;
  Entries dropped;
  for (const archive::Drop& drop : selected.drops) dropped.push_back(drop.entry);
  if (!dropped.empty()) lines.push_back("drop, last made first: " + count_kinds(dropped));
  if (!selected.pre_data.empty()) lines.push_back("create before the rows: " + count_kinds(selected.pre_data));
  for (const archive::Table* table : selected.tables) {
    std::uint64_t bytes = 0;
    for (const archive::Part& part : table->parts) bytes += part.encoded_bytes;
    lines.push_back(fmt::format("load {}: {}, {}, {}", display_name({table->schema, table->name}),
                                counted(table->rows, "row"), human_bytes(bytes), counted(table->parts.size(), "part")));
  }
  if (!selected.large_objects.empty())
    lines.push_back("load " + counted(selected.large_objects.size(), "large object"));
  if (!selected.data.empty()) lines.push_back("set after the rows: " + count_kinds(selected.data));
  if (!selected.post_data.empty()) lines.push_back("create after the rows: " + count_kinds(selected.post_data));
  if (!selected.statistics.empty())
    lines.push_back("restore optimizer statistics: " + count_kinds(selected.statistics));
  return lines;
}

}  // namespace pgcoffer::restoring
