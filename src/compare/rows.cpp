#include "compare/rows.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "compare/fields.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::comparing {
namespace {

using rows::RowHash;

/// About 100 bytes each: 400 MB.
constexpr std::uint64_t kRowsPerPass = 4'000'000;

struct HashOfHash {
  std::size_t operator()(const RowHash& hash) const noexcept { return hash.low; }
};

/// What the archive has under a key; of tables without a key, how often.
struct Held {
  RowHash row;
  std::uint64_t count = 0;
};

class RowsComparison {
 public:
  RowsComparison(Side& archive, Side& other, const RowsTask& task) : archive_(archive), other_(other), task_(task) {
    result_.schema = task.archive.name.schema;
    result_.name = task.archive.name.name;
    result_.key = task.key;
    for (const std::string& column : task.key) {
      key_.push_back(static_cast<std::size_t>(std::ranges::find(task.columns, column) - task.columns.begin()));
    }
    const std::uint64_t rows = std::max(task.archive.rows, task.other.rows);
    passes_ = 1 + rows / kRowsPerPass;
  }

  TableDifference run() {
    for (pass_ = 0; pass_ < passes_; ++pass_) {
      held_.clear();
      changed_.clear();
      archive_.read(task_.archive, task_.columns, "", [&](std::string_view line) { hold(line); });
      other_.read(task_.other, task_.columns, task_.archive.where, [&](std::string_view line) { match(line); });
      for (const auto& [key, held] : held_) result_.missing += held.count;
      if (task_.list && room() && !(held_.empty() && changed_.empty()))
        archive_.read(task_.archive, task_.columns, "", [&](std::string_view line) { list(line); });
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool room() const { return task_.limit == 0 || result_.rows.size() < task_.limit; }

  /// False for rows of another pass. Fills `hash_`, of the key.
  [[nodiscard]] bool mine(std::string_view line) {
    std::string_view key = line;
    if (!key_.empty()) {
      split_fields(line, fields_);
      key = project(fields_, key_, scratch_);
    }
    hash_ = rows::hash_of(key);
    return hash_.high % passes_ == pass_;
  }

  void hold(std::string_view line) {
    if (!mine(line)) return;
    Held& held = held_[hash_];
    held.row = rows::hash_of(line);
    ++held.count;
  }

  void match(std::string_view line) {
    if (!mine(line)) return;
    const auto found = held_.find(hash_);
    if (found == held_.end()) {
      if (task_.archive.sample) return;
      ++result_.added;
      if (task_.list && room()) result_.rows.push_back({Change::added, values(line, true), {}});
      return;
    }
    if (!(found->second.row == rows::hash_of(line))) {
      ++result_.changed;
      if (task_.list && (task_.limit == 0 || result_.rows.size() + changed_.size() < task_.limit))
        changed_.emplace(hash_, line);
    }
    if (--found->second.count == 0) held_.erase(found);
  }

  void list(std::string_view line) {
    if (!room() || !mine(line)) return;
    if (const auto found = changed_.find(hash_); found != changed_.end()) {
      result_.rows.push_back({Change::changed, values(line, false), differing(line, found->second)});
    } else if (const auto missing = held_.find(hash_); missing != held_.end()) {
      result_.rows.push_back({Change::missing, values(line, false), {}});
      if (--missing->second.count == 0) held_.erase(missing);
    }
  }

  /// Of the key, or of the whole row.
  [[nodiscard]] std::vector<ValueDifference> values(std::string_view line, bool of_other) {
    split_fields(line, fields_);
    std::vector<ValueDifference> list;
    for (std::size_t i = 0; i < task_.columns.size(); ++i) {
      if (!key_.empty() && std::ranges::find(key_, i) == key_.end()) continue;
      std::optional<std::string> value = value_of(fields_.at(i));
      if (of_other) {
        list.push_back({task_.columns[i], std::nullopt, std::move(value)});
      } else {
        list.push_back({task_.columns[i], std::move(value), std::nullopt});
      }
    }
    return list;
  }

  [[nodiscard]] std::vector<ValueDifference> differing(std::string_view ours, std::string_view theirs) const {
    std::vector<std::string_view> first, second;
    split_fields(ours, first);
    split_fields(theirs, second);
    std::vector<ValueDifference> list;
    for (std::size_t i = 0; i < task_.columns.size(); ++i) {
      if (first.at(i) != second.at(i))
        list.push_back({task_.columns[i], value_of(first.at(i)), value_of(second.at(i))});
    }
    return list;
  }

  Side& archive_;
  Side& other_;
  const RowsTask& task_;
  std::vector<std::size_t> key_;  ///< positions in the columns
  std::uint64_t passes_ = 1, pass_ = 0;
  std::unordered_map<RowHash, Held, HashOfHash> held_;
  std::unordered_map<RowHash, std::string, HashOfHash> changed_;  ///< lines of the other side that are to be listed
  RowHash hash_;
  std::vector<std::string_view> fields_;
  std::string scratch_;
  TableDifference result_;
};

}  // namespace

TableDifference compare_rows(Side& archive, Side& other, const RowsTask& task) {
  return RowsComparison(archive, other, task).run();
}

}  // namespace pgcoffer::comparing
