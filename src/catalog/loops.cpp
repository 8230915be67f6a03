#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <pgcoffer/error.hpp>

#include "catalog/builder.hpp"
#include "catalog/order.hpp"

namespace pgcoffer::catalog {
namespace {

using Loop = std::vector<std::size_t>;

/// The ways out of a loop, each of which says whether it was one.
class Breaker {
 public:
  Breaker(std::deque<Entry>& entries, Graph& graph) : entries_(entries), graph_(graph) {}

  void repair(const Loop& loop) {
    if (declare_shell(loop)) return;
    if (move_out(loop, [](const Entry& part) { return part.object.kind == "RULE"; })) return;
    if (move_after_rows(loop)) return;
    if (move_out(loop, [](const Entry& part) { return part.object.kind != "DEFAULT"; })) return;
    // A generated column's expression has no statement of its own, and must stay.
    if (move_out(loop, [](const Entry& part) { return !part.object.create_sql.empty(); })) return;
    if (set_default_later(loop)) return;
    if (forget_unwanted(loop)) return;
    throw unbreakable(loop);
  }

 private:
  [[nodiscard]] bool is_entry(std::size_t node) const { return node < entries_.size(); }

  // A function may be made when its type is but a shell, and the type is completed with the function.
  bool declare_shell(const Loop& loop) {
    for (std::size_t i = 0; i < loop.size(); ++i) {
      const std::size_t function = loop[i], type = loop[(i + 1) % loop.size()];
      if (!is_entry(function) || !is_entry(type) || !entries_[type].shell) continue;
      if (entries_[function].object.address.class_oid != class_oid::proc) continue;
      use_shell(function, type);
      for (const std::size_t other : std::vector<std::size_t>(graph_.needs(type)))
        if (is_entry(other) && entries_[other].object.address.class_oid == class_oid::proc && graph_.has(other, type))
          use_shell(other, type);
      return true;
    }
    return false;
  }

  void use_shell(std::size_t function, std::size_t type) {
    const std::size_t shell = *entries_[type].shell;
    entries_[shell].wanted = entries_[type].wanted;
    graph_.remove(function, type);
    graph_.add(function, shell);
    graph_.add(type, shell);
  }

  bool move_out(const Loop& loop, const auto& eligible) {
    for (const std::size_t node : loop) {
      if (!is_entry(node) || !entries_[node].inside || !eligible(entries_[node])) continue;
      Entry& part = entries_[node];
      const std::size_t holder = *part.inside;
      part.inside.reset();
      graph_.remove(holder, node);
      graph_.add(node, holder);
      if (part.object.section == Section::post_data)
        graph_.add(node, graph_.after_rows());
      else
        graph_.add(graph_.before_rows(), node);
      return true;
    }
    return false;
  }

  bool move_after_rows(const Loop& loop) {
    const auto boundary = std::ranges::find(loop, graph_.before_rows());
    if (boundary == loop.end()) return false;
    const std::size_t node = boundary + 1 == loop.end() ? loop.front() : *(boundary + 1);
    if (!is_entry(node) || !entries_[node].may_follow_rows) return false;
    entries_[node].object.section = Section::post_data;
    graph_.remove(graph_.before_rows(), node);
    graph_.add(node, graph_.after_rows());
    return true;
  }

  /// Of a domain's dependencies: none is of its default that CREATE DOMAIN needs without it.
  [[nodiscard]] bool is_of_default(const Entry& domain, std::size_t needed) const {
    if (!is_entry(needed) || entries_[needed].inside || entries_[needed].object.kind == "EXTENSION") return false;
    const Entry& entry = entries_[needed];
    const auto gives = [&](const Address& address) {
      return address == entry.object.address || std::ranges::find(entry.also, address) != entry.also.end();
    };
    return entry.object.kind != "SCHEMA" && std::ranges::none_of(domain.needs, gives);
  }

  // ALTER DOMAIN … SET DEFAULT, when what the default calls is there.
  bool set_default_later(const Loop& loop) {
    for (std::size_t i = 0; i < loop.size(); ++i) {
      const std::size_t domain = loop[i];
      if (!is_entry(domain) || !entries_[domain].default_part) continue;
      const std::size_t part = *entries_[domain].default_part;
      if (!is_of_default(entries_[domain], loop[(i + 1) % loop.size()])) continue;
      for (const std::size_t needed : std::vector<std::size_t>(graph_.needs(domain))) {
        if (!is_of_default(entries_[domain], needed)) continue;
        graph_.remove(domain, needed);
        graph_.add(part, needed);
      }
      move_out({part}, [](const Entry&) { return true; });
      return true;
    }
    return false;
  }

  // What is not dumped is not made either, so nothing need be before it.
  bool forget_unwanted(const Loop& loop) {
    for (std::size_t i = 0; i < loop.size(); ++i) {
      if (!is_entry(loop[i]) || entries_[loop[i]].wanted) continue;
      graph_.remove(loop[i], loop[(i + 1) % loop.size()]);
      return true;
    }
    return false;
  }

  [[nodiscard]] Error unbreakable(const Loop& loop) const {
    std::vector<std::string> names;
    for (const std::size_t node : loop) {
      if (node == graph_.before_rows() || node == graph_.after_rows()) continue;
      const Object& object = entries_[node].object;
      names.push_back(fmt::format("{} {}", object.kind, display_name({object.schema, object.name})));
    }
    return Error(Kind::unsupported, fmt::format("objects need each other in a loop: {}", join(names, " -> ")))
        .hint(
            "No order of CREATE statements makes them. Leave a table among them out (-T), its schema (-N) or its "
            "extension, "
            "or change one so that the loop is cut.");
  }

  std::deque<Entry>& entries_;
  Graph& graph_;
};

}  // namespace

void break_loops(std::deque<Entry>& entries, Graph& graph) {
  Breaker breaker(entries, graph);
  for (auto loops = graph.loops(); !loops.empty(); loops = graph.loops())
    for (const auto& loop : loops) breaker.repair(loop);
}

}  // namespace pgcoffer::catalog
