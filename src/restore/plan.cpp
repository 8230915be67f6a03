#include "restore/plan.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "archive/partitions.hpp"
#include "base/text.hpp"
#include "restore/choice.hpp"
#include "restore/locks.hpp"
#include "restore/lookup.hpp"

namespace pgcoffer::restoring {
namespace {

/// Objects made in one transaction: each takes locks until its end, and the server's lock table
/// (max_locks_per_transaction) is small by default.
constexpr std::size_t kObjectsInStep = 100;
constexpr std::uint64_t kLargeObjectBytesInStep = std::uint64_t{16} << 20U;

class Planner {
 public:
  Planner(const archive::Toc& toc, const std::vector<archive::Table>& tables, const Selected& selected)
      : selected_(selected), locks_(toc), parents_(archive::partition_parents(toc)) {
    for (const archive::TocEntry& entry : toc.entries) by_id_.emplace(entry.id, &entry);
    for (const archive::Table& table : tables) {
      std::uint64_t& bytes = bytes_[{table.schema, table.name}];
      for (const archive::Part& part : table.parts) bytes += part.encoded_bytes;
    }
  }

  Plan run() {
    for (const archive::TocEntry* entry : selected_.pre_data)
      (is_attached_late(*entry) ? late_ : plan_.before).push_back(entry);
    add_rows();
    add_data_entries();
    add_large_objects();
    attach_late();
    add_post_data();
    add_statistics();
    return std::move(plan_);
  }

 private:
  std::size_t add(Step step) {
    plan_.steps.push_back(std::move(step));
    return plan_.steps.size() - 1;
  }

  // Where a table is not made here (--data-only, configuration tables of extensions), its foreign keys are in force:
  // it begins when the one before is whole.
  void add_rows() {
    std::set<QualifiedName> made;
    for (const archive::TocEntry* entry : selected_.pre_data) {
      if (entry->kind == "TABLE") made.insert({entry->schema, entry->name});
    }
    std::vector<std::size_t> before;
    const auto add_some = [&](bool constrained) {
      for (const archive::Table* table : selected_.tables) {
        const QualifiedName name{table->schema, table->name};
        if (made.contains(name) == constrained) continue;
        const std::size_t whole = add_table(*table, !constrained, before);
        if (constrained) before = {whole};
      }
    };
    add_some(true);
    add_some(false);
  }

  /// Returns the mark of the whole table.
  std::size_t add_table(const archive::Table& table, bool made_here, const std::vector<std::size_t>& after) {
    Step mark;
    mark.table = &table;
    mark.after = after;
    for (const archive::Part& part : table.parts) {
      Step step;
      step.table = &table;
      step.part = &part;
      step.made_here = made_here;
      step.work = part.encoded_bytes;
      step.after = after;
      mark.after.push_back(add(std::move(step)));
    }
    const QualifiedName name{table.schema, table.name};
    const std::size_t whole = add(std::move(mark));
    whole_.emplace(name, whole);
    return whole;
  }

  void add_data_entries() {
    for (std::size_t first = 0; first < selected_.data.size(); first += kObjectsInStep) {
      const auto begin = selected_.data.begin() + static_cast<std::ptrdiff_t>(first);
      Step step;
      step.entries.assign(begin,
                          begin + static_cast<std::ptrdiff_t>(std::min(kObjectsInStep, selected_.data.size() - first)));
      if (first > 0) step.after = {plan_.steps.size() - 1};
      data_done_ = {add(std::move(step))};
    }
  }

  void add_large_objects() {
    Step step;
    std::vector<std::size_t> filled;
    const auto flush = [&] {
      if (step.large_objects.empty()) return;
      step.after = data_done_;
      filled.push_back(add(std::exchange(step, {})));
    };
    for (const archive::LargeObject* object : selected_.large_objects) {
      step.large_objects.push_back(object);
      step.work += object->bytes;
      if (step.work >= kLargeObjectBytesInStep || step.large_objects.size() >= kObjectsInStep) flush();
    }
    flush();
    data_done_.insert(data_done_.end(), filled.begin(), filled.end());
  }

  /// A partition whose table is there already gets its indexes from it when it is attached, under other names, unless
  /// it has them then.
  [[nodiscard]] bool is_attached_late(const archive::TocEntry& entry) const {
    if (entry.kind != "TABLE ATTACH") return false;
    const QualifiedName partition = table_of(entry);
    const auto parent = parents_.find(partition);
    if (parent == parents_.end()) return false;
    const bool made = std::ranges::any_of(selected_.pre_data, [&](const archive::TocEntry* each) {
      return each->kind == "TABLE" && QualifiedName{each->schema, each->name} == parent->second;
    });
    const bool by_root = std::ranges::any_of(selected_.tables, [&](const archive::Table* table) {
      return table->load_into && is_within({table->schema, table->name}, partition);
    });
    return !made && !by_root && std::ranges::any_of(selected_.post_data, [&](const archive::TocEntry* each) {
      return is_index_of(*each, partition);
    });
  }

  static QualifiedName table_of(const archive::TocEntry& entry) { return {entry.table_schema, entry.table_name}; }

  /// Whether it is the partition, or one of its own.
  [[nodiscard]] bool is_within(QualifiedName table, const QualifiedName& partition) const {
    while (table != partition) {
      const auto parent = parents_.find(table);
      if (parent == parents_.end()) return false;
      table = parent->second;
    }
    return true;
  }

  /// Of the partition, or of one of its own, whose indexes are to be attached to the partition's.
  [[nodiscard]] bool is_index_of(const archive::TocEntry& entry, const QualifiedName& partition) const {
    const bool attaches = entry.kind == "INDEX ATTACH";
    if (!attaches && entry.kind != "INDEX" && entry.kind != "CONSTRAINT") return false;
    return is_within(table_of(entry), partition) && !(attaches && table_of(entry) == partition);
  }

  void attach_late() {
    if (late_.empty()) return;
    for (const archive::TocEntry* entry : selected_.post_data) {
      const bool first = std::ranges::any_of(
          late_, [&](const archive::TocEntry* attach) { return is_index_of(*entry, table_of(*attach)); });
      if (first) step_of_.emplace(entry->id, add_entry(*entry, data_done_));
    }
    std::vector<std::size_t> done(plan_.steps.size());
    std::iota(done.begin(), done.end(), std::size_t{0});
    const std::size_t mark = add_mark(std::move(done));
    for (const archive::TocEntry* attach : late_) data_done_.push_back(add_entry(*attach, {mark}));
  }

  // The order of the table of contents has refreshes of materialized views and event triggers at its end, since the
  // former run as their owners, with all that was granted, and the latter fire for all the rest.
  void add_post_data() {
    std::vector<std::size_t> barrier = data_done_, stretch, granted, foreign_keys;
    std::string tail;
    Entries states, about_states;
    std::set<int> of_states;
    for (const archive::TocEntry* entry : selected_.post_data) {
      if (step_of_.contains(entry->id)) continue;
      if (is_state_of_trigger(*entry)) {
        states.push_back(entry);
        of_states.insert(entry->id);
        continue;
      }
      if (std::ranges::any_of(entry->depends, [&](int id) { return of_states.contains(id); })) {
        about_states.push_back(entry);
        continue;
      }
      const bool event_trigger = entry->kind == "EVENT TRIGGER" || !plan_.last.empty();
      if (event_trigger) {
        plan_.last.push_back(entry);
        continue;
      }
      if (entry->kind == "MATERIALIZED VIEW DATA" && tail.empty()) {
        tail = entry->kind;
        barrier = {add_mark(std::move(stretch))};
        stretch.clear();
      }
      std::vector<std::size_t> after = tail.empty() ? data_done_ : barrier;
      if (may_read_any_table(*entry)) after.push_back(all_rows());
      // A grant may rest on another one: it is made in the name of whoever may grant.
      if (entry->kind == "ACL") after.insert(after.end(), granted.begin(), granted.end());
      // Who makes a foreign key reads both tables as their owner, whose rows FORCE ROW LEVEL SECURITY may hide.
      if (entry->kind == "ROW SECURITY") {
        if (foreign_keys.size() > 1) foreign_keys = {add_mark(std::move(foreign_keys))};
        after.insert(after.end(), foreign_keys.begin(), foreign_keys.end());
      }
      const std::size_t step = add_entry(*entry, std::move(after));
      if (entry->kind == "ACL") granted = {step};
      if (entry->kind == "FK CONSTRAINT") foreign_keys.push_back(step);
      if (entry->kind == "TRIGGER") triggers_.emplace(own_name(*entry), step);
      step_of_.emplace(entry->id, step);
      stretch.push_back(step);
    }
    for (const archive::TocEntry* entry : states) add_state_of_trigger(*entry);
    for (const archive::TocEntry* entry : about_states) step_of_.emplace(entry->id, add_entry(*entry, data_done_));
  }

  /// Whether making it may look at rows of tables that nothing tells of: an index or a constraint of a table that calls
  /// functions, which may read what they like, or a constraint of a domain, which has to wait for rows that break it.
  [[nodiscard]] bool may_read_any_table(const archive::TocEntry& entry) const {
    if (entry.kind == "CHECK CONSTRAINT" && entry.table_name.empty()) return true;
    const bool computes = entry.kind == "INDEX" || entry.kind == "CONSTRAINT" || entry.kind == "CHECK CONSTRAINT";
    std::set<int> seen;
    return computes && calls_functions(entry, seen);
  }

  [[nodiscard]] bool calls_functions(const archive::TocEntry& entry, std::set<int>& seen) const {
    static const std::set<std::string_view> functions = {"FUNCTION", "PROCEDURE", "AGGREGATE"};
    static const std::set<std::string_view> made_of_them = {"OPERATOR", "OPERATOR CLASS", "OPERATOR FAMILY",
                                                            "TYPE",     "DOMAIN",         "CAST"};
    return std::ranges::any_of(entry.depends, [&](int id) {
      const auto found = by_id_.find(id);
      if (found == by_id_.end() || !seen.insert(id).second) return false;
      const std::string_view kind = found->second->kind;
      return functions.contains(kind) || (made_of_them.contains(kind) && calls_functions(*found->second, seen));
    });
  }

  /// The mark that all tables are whole.
  std::size_t all_rows() {
    if (!all_rows_) all_rows_ = add_mark(data_done_);
    return *all_rows_;
  }

  /// Archives do not tell from how far above the trigger comes.
  void add_state_of_trigger(const archive::TocEntry& entry) {
    std::vector<std::size_t> after = data_done_;
    const auto [first, last] = triggers_.equal_range(own_name(entry));
    for (auto trigger = first; trigger != last; ++trigger) after.push_back(trigger->second);
    step_of_.emplace(entry.id, add_entry(entry, std::move(after)));
  }

  // After all else: making an index counts its table's rows anew.
  void add_statistics() {
    if (selected_.statistics.empty()) return;
    std::vector<std::size_t> all(plan_.steps.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const std::size_t mark = add_mark(std::move(all));
    for (const archive::TocEntry* entry : selected_.statistics) step_of_.emplace(entry->id, add_entry(*entry, {mark}));
  }

  std::size_t add_mark(std::vector<std::size_t> after) {
    Step mark;
    mark.after = std::move(after);
    for (const auto& [name, whole] : whole_) mark.after.push_back(whole);
    return add(std::move(mark));
  }

  std::size_t add_entry(const archive::TocEntry& entry, std::vector<std::size_t> after) {
    Step step;
    step.entries = {&entry};
    step.after = std::move(after);
    for (const int id : entry.depends) {
      if (const auto found = step_of_.find(id); found != step_of_.end()) step.after.push_back(found->second);
    }
    const Locks locks = locks_.of(entry);
    for (const QualifiedName& name : locks.tables()) {
      if (const auto found = whole_.find(name); found != whole_.end()) step.after.push_back(found->second);
    }
    step.shared = numbers(locks.shared);
    step.exclusive = numbers(locks.exclusive);
    step.work = work(entry);
    return add(std::move(step));
  }

  [[nodiscard]] std::uint64_t work(const archive::TocEntry& entry) const {
    static const std::set<std::string, std::less<>> reading = {"INDEX", "CONSTRAINT", "CHECK CONSTRAINT",
                                                               "FK CONSTRAINT"};
    if (!reading.contains(entry.kind)) return 0;
    const auto found = bytes_.find({entry.table_schema, entry.table_name});
    return found == bytes_.end() ? 0 : found->second;
  }

  std::vector<std::size_t> numbers(const std::set<QualifiedName>& names) {
    std::vector<std::size_t> list;
    for (const QualifiedName& name : names) list.push_back(numbers_.try_emplace(name, numbers_.size()).first->second);
    return list;
  }

  const Selected& selected_;
  std::map<int, const archive::TocEntry*> by_id_;
  std::optional<std::size_t> all_rows_;
  LockFinder locks_;
  const std::map<QualifiedName, QualifiedName> parents_;  ///< of partitions
  Entries late_;                                          ///< what attaches partitions whose indexes are made before
  Plan plan_;
  std::map<QualifiedName, std::size_t> whole_;    ///< table, the mark of its last part
  std::map<QualifiedName, std::uint64_t> bytes_;  ///< of a table's rows
  std::map<QualifiedName, std::size_t> numbers_;
  std::map<int, std::size_t> step_of_;                ///< by entry id
  std::multimap<std::string, std::size_t> triggers_;  ///< by name: the steps that make them
  std::vector<std::size_t> data_done_;
};

}  // namespace

Plan make_plan(const archive::Toc& toc, const std::vector<archive::Table>& tables, const Selected& selected) {
  return Planner(toc, tables, selected).run();
}

}  // namespace pgcoffer::restoring
