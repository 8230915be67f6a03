#include "catalog/order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "catalog/builder.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

constexpr auto kinds_in_order = std::to_array<std::string_view>(
    {"SCHEMA", "PROCEDURAL LANGUAGE", "COLLATION", "TRANSFORM", "EXTENSION", "SHELL TYPE", "TYPE", "DOMAIN", "CAST",
     "FUNCTION", "PROCEDURE", "AGGREGATE", "ACCESS METHOD", "OPERATOR", "OPERATOR FAMILY", "OPERATOR CLASS",
     "CONVERSION", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE", "TEXT SEARCH DICTIONARY", "TEXT SEARCH CONFIGURATION",
     "FOREIGN DATA WRAPPER", "SERVER", "USER MAPPING", "TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW",
     "TABLE ACCESS METHOD", "SEQUENCE", "SEQUENCE OWNED BY", "PROPERTY GRAPH", "TABLE ATTACH", "DEFAULT",
     "DOMAIN DEFAULT",
     "",  // kinds that are not listed
     "TABLE DATA", "SEQUENCE SET", "BLOB", "CONSTRAINT", "CHECK CONSTRAINT", "INDEX", "INDEX ATTACH", "STATISTICS",
     "RULE", "TRIGGER", "FK CONSTRAINT", "ROW SECURITY", "POLICY", "PUBLICATION", "PUBLICATION TABLE",
     "PUBLICATION TABLES IN SCHEMA", "SUBSCRIPTION", "SUBSCRIPTION TABLE", "DEFAULT ACL",
     // Last, and after privileges: refreshing runs as the owner, and event triggers would fire for all the rest.
     "MATERIALIZED VIEW DATA", "STATISTICS DATA", "EXTENDED STATISTICS DATA", "EVENT TRIGGER"});

class Orderer {
 public:
  explicit Orderer(Builder& builder) : builder_(builder), entries_(builder.entries) {}

  void run() {
    map_addresses();
    add_refreshes();
    Graph graph(entries_.size());
    auto ranks = std::async(std::launch::async, [this, &graph] { return this->ranks(graph); });
    add_edges(graph);
    order_refreshes(graph);
    break_loops(entries_, graph);
    auto rendered = std::async(std::launch::async, [this, quoted = QuoteAllIdentifiers::in_force()] {
      const QuoteAllIdentifiers quoting(quoted);
      render();
    });
    place(graph.sorted(ranks.get()));
    number(graph);
    rendered.get();
    // Only now, since rendering one entry may look at others.
    builder_.catalog.objects.reserve(order_.size());
    for (const std::size_t index : order_) builder_.catalog.objects.push_back(std::move(entries_[index].object));
  }

 private:
  void map_addresses() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (entry.attached_to) continue;
      const bool rows = entry.object.section == Section::data && entry.object.kind != "BLOB";
      if (!rows && entry.object.address.class_oid != 0) by_address_.try_emplace(entry.object.address, i);
      for (const auto& address : entry.also) by_address_.try_emplace(address, i);
    }
  }

  [[nodiscard]] std::optional<std::size_t> entry_of(const Address& address) const {
    if (const auto found = by_address_.find(address); found != by_address_.end()) return found->second;
    if (const Oid extension = builder_.extension_of(address.class_oid, address.oid); extension != 0)
      if (const auto found = by_address_.find({class_oid::extension, extension, 0}); found != by_address_.end())
        return found->second;
    return std::nullopt;
  }

  void add_refreshes() {
    if (!builder_.selection.refreshes) return;
    const std::size_t count = entries_.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (entries_[i].object.kind != "MATERIALIZED VIEW" || !entries_[i].wanted || !entries_[i].populated) continue;
      const QualifiedName name{entries_[i].object.schema, entries_[i].object.name};
      if (builder_.rows_excluded(name, 'p')) continue;
      Entry entry =
          entry_of_relation(entries_[i], "MATERIALIZED VIEW DATA", entries_[i].object.address, entries_[i].object.name);
      entry.object.section = Section::post_data;
      entry.object.create_sql = fmt::format("REFRESH MATERIALIZED VIEW {};\n", sql_name(entries_[i]));
      entry.after = {i};
      refreshes_.emplace(i, entries_.size());
      entries_.push_back(std::move(entry));
    }
    for (Entry& entry : entries_) {
      if (entry.object.kind != "STATISTICS DATA") continue;
      const auto refresh = refreshes_.find(entry.after.front());
      if (refresh == refreshes_.end()) continue;
      // A refresh makes new storage, of which nothing is known.
      entry.object.section = Section::post_data;
      entry.after.push_back(refresh->second);
    }
  }

  void add_edge(Graph& graph, std::size_t node, std::size_t needed) {
    if (entries_[node].inside != needed) graph.add(node, needed);
  }

  void add_dependency(Graph& graph, const Dependency& dependency) {
    const Address object{dependency.class_oid, dependency.oid, 0};
    const auto node = by_address_.find(object);
    if (node == by_address_.end()) return;
    const auto needed = entry_of({dependency.needed_class, dependency.needed_oid, 0});
    if (dependency.kind == 'x' && !needed) warn_of_lost_extension(entries_[node->second]);
    if (!needed) return;
    const bool itself = object == Address{dependency.needed_class, dependency.needed_oid, 0};
    if (itself && dependency.class_oid == class_oid::proc) refuse_recursive(entries_[*needed]);
    // Not of its array type, which is made with it.
    if (node->second == *needed && object == entries_[*needed].object.address) set_own_default_later(*needed);
    add_edge(graph, node->second, *needed);
    if (dependency.kind == 'x') say_dependence_on_extension(object, entries_[node->second], entries_[*needed]);
  }

  /// Only its default names a domain that it belongs to.
  void set_own_default_later(std::size_t domain) {
    if (!entries_[domain].default_part) return;
    Entry& part = entries_[*entries_[domain].default_part];
    part.inside.reset();
    part.after = {domain};
  }

  /// A body that is parsed when the function is made can name it only where it is there already.
  void refuse_recursive(Entry& function) {
    if (std::exchange(function.wanted, false))
      builder_.unsupported(
          fmt::format("{} whose SQL body calls itself", function.object.kind == "PROCEDURE" ? "procedure" : "function"),
          quote_ident(function.object.schema) + "." + function.object.name);
  }

  void warn_of_lost_extension(const Entry& entry) {
    if (!entry.wanted) return;
    builder_.catalog.warnings.push_back(fmt::format(
        "{} is dumped without its dependence on an extension (ALTER … DEPENDS ON EXTENSION), which is not dumped",
        entry.target.empty() ? entry.object.kind + " " + entry.object.name : entry.target));
  }

  // ALTER … DEPENDS ON EXTENSION: dropping the extension drops it, too.
  void say_dependence_on_extension(const Address& object, Entry& entry, const Entry& extension) {
    if (extension.object.kind != "EXTENSION" || !entry.wanted) return;
    std::string target = entry.target;
    if (object.class_oid == class_oid::relation && entry.object.address.class_oid == class_oid::constraint) {
      const Entry& table = entries_[*builder_.relation_entry(entry.object.table)];
      target = fmt::format("INDEX {}.{}", quote_ident(entry.object.schema),
                           quote_ident(entry.object.name.substr(table.object.name.size() + 1)));
    }
    entry.closing_sql += fmt::format("ALTER {} DEPENDS ON EXTENSION {};\n", target, quote_ident(extension.object.name));
  }

  void add_boundaries(Graph& graph, std::size_t node) {
    const Entry& entry = entries_[node];
    if (entry.inside) return;
    switch (entry.object.section) {
      case Section::pre_data:
        graph.add(graph.before_rows(), node);
        break;
      case Section::data:
        graph.add(node, graph.before_rows());
        graph.add(graph.after_rows(), node);
        break;
      case Section::post_data:
        graph.add(node, graph.after_rows());
        break;
    }
  }

  void add_edges(Graph& graph) {
    graph.add(graph.after_rows(), graph.before_rows());
    for (const Dependency& dependency : builder_.dependencies()) add_dependency(graph, dependency);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (entry.attached_to) continue;
      if (entry.inside) graph.add(*entry.inside, i);
      for (const auto& address : entry.needs)
        if (const auto needed = entry_of(address)) add_edge(graph, i, *needed);
      for (const std::size_t needed : entry.after) add_edge(graph, i, needed);
      if (!entry.wanted)
        if (const Oid extension = builder_.extension_of(entry.object.address.class_oid, entry.object.address.oid))
          if (const auto owner = entry_of({class_oid::extension, extension, 0})) add_edge(graph, i, *owner);
      add_boundaries(graph, i);
    }
  }

  // A refresh reads other materialized views, maybe through views; those must have been refreshed.
  void order_refreshes(Graph& graph) {
    for (const auto& [view, refresh] : refreshes_) {
      std::vector<std::size_t> open{view};
      std::set<std::size_t> seen{view};
      while (!open.empty()) {
        const std::size_t node = open.back();
        open.pop_back();
        if (const auto other = refreshes_.find(node); other != refreshes_.end() && node != view) {
          graph.add(refresh, other->second);
          continue;
        }
        if (node >= entries_.size()) continue;
        for (const std::size_t needed : graph.needs(node)) {
          if (needed >= entries_.size()) continue;
          const std::string& kind = entries_[needed].object.kind;
          const bool passes = kind == "VIEW" || kind == "RULE" || kind == "MATERIALIZED VIEW";
          if (passes && seen.insert(needed).second) open.push_back(needed);
        }
      }
    }
  }

  /// Schemas by their place among all: thousands of names are compared where these and the kinds are equal only.
  [[nodiscard]] std::unordered_map<std::string_view, std::uint32_t> schema_ranks() const {
    std::unordered_map<std::string_view, std::uint32_t> ranks;
    for (const Entry& entry : entries_) ranks.try_emplace(entry.object.schema, 0);
    std::vector<std::string_view> names;
    names.reserve(ranks.size());
    for (const auto& [name, rank] : ranks) names.push_back(name);
    std::ranges::sort(names);
    std::uint32_t next = 0;
    for (const std::string_view name : names) ranks[name] = next++;
    return ranks;
  }

  [[nodiscard]] std::vector<std::size_t> ranks(const Graph& graph) const {
    using Key = std::tuple<std::uint64_t, std::string_view, std::size_t>;  // kind and schema, name, entry
    const auto schemas = schema_ranks();
    std::vector<Key> nodes;
    nodes.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Object& object = entries_[i].object;
      const auto kind = static_cast<std::uint64_t>(kind_rank(object.kind));
      nodes.emplace_back(kind << 32U | schemas.at(object.schema), object.name, i);
    }
    std::ranges::sort(nodes);
    std::vector<std::size_t> rank(graph.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) rank[std::get<2>(nodes[i])] = i + 1;
    rank[graph.before_rows()] = 0;
    rank[graph.after_rows()] = 0;
    return rank;
  }

  // Comments follow what they are about; privileges come at the end of its section, but before what runs with them.
  void place(const std::vector<std::size_t>& sorted) {
    std::vector<std::vector<std::size_t>> attached(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].attached_to) attached[holder_of(*entries_[i].attached_to)].push_back(i);
    std::array<std::vector<std::size_t>, 3> main, grants, last;
    for (const std::size_t node : sorted) {
      if (node >= entries_.size() || entries_[node].attached_to) continue;
      const Entry& entry = entries_[node];
      const auto section = static_cast<std::size_t>(entry.object.section);
      const bool runs_last = kind_rank(entry.object.kind) >= kind_rank("MATERIALIZED VIEW DATA");
      auto& list = runs_last ? last[section] : main[section];
      if (entry.wanted && !entry.inside) list.push_back(node);
      for (const std::size_t other : attached[node]) {
        entries_[other].object.section = entry.object.section;
        (entries_[other].object.kind == "ACL" ? grants[section] : list).push_back(other);
      }
    }
    for (std::size_t section = 0; section < main.size(); ++section)
      for (auto* list : {&main[section], &grants[section], &last[section]})
        order_.insert(order_.end(), list->begin(), list->end());
  }

  [[nodiscard]] std::size_t holder_of(std::size_t entry) const {
    while (entries_[entry].inside) entry = *entries_[entry].inside;
    return entry;
  }

  /// While the others are put in order, which does not touch what is written here.
  void render() {
    for (Entry& entry : entries_) {
      if (!entry.attached_to && (!entry.wanted || entry.inside)) continue;
      if (entry.render) entry.object.create_sql = entry.render(builder_);
      entry.object.create_sql += entry.closing_sql;
    }
  }

  void number(const Graph& graph) {
    std::vector<int> ids(entries_.size(), 0);
    for (std::size_t i = 0; i < order_.size(); ++i) ids[order_[i]] = static_cast<int>(i) + 1;
    for (const std::size_t index : order_) {
      Entry& entry = entries_[index];
      entry.object.id = ids[index];
      std::vector<int>& depends = entry.object.depends_on;
      collect_ids(graph, index, ids, depends);
      std::ranges::sort(depends);
      depends.erase(std::unique(depends.begin(), depends.end()), depends.end());
      std::erase(depends, entry.object.id);
    }
  }

  // Ids of what the entry needs, itself or through the parts that stand inside it.
  void collect_ids(const Graph& graph, std::size_t index, const std::vector<int>& ids, std::vector<int>& into) const {
    if (entries_[index].attached_to) {
      const int id = ids[holder_of(*entries_[index].attached_to)];
      if (id != 0) into.push_back(id);
      return;
    }
    for (const std::size_t needed : graph.needs(index)) {
      if (needed >= entries_.size()) continue;
      if (entries_[needed].inside == index)
        collect_ids(graph, needed, ids, into);
      else if (const int id = ids[holder_of(needed)]; id != 0)
        into.push_back(id);
    }
  }

  Builder& builder_;
  std::deque<Entry>& entries_;
  std::unordered_map<Address, std::size_t, AddressHash> by_address_;
  std::map<std::size_t, std::size_t> refreshes_;  ///< materialized view, the entry that refreshes it
  std::vector<std::size_t> order_;
};

}  // namespace

int kind_rank(const std::string& kind) {
  static const auto ranks = [] {
    std::unordered_map<std::string_view, int> made;
    for (const auto each : kinds_in_order) made.emplace(each, static_cast<int>(made.size()));
    return made;
  }();
  const auto found = ranks.find(kind);
  return found == ranks.end() ? ranks.at("") : found->second;
}

void order_entries(Builder& builder) {
  Orderer(builder).run();
}

}  // namespace pgcoffer::catalog
