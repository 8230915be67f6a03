#include "pgdump/tables.hpp"

#include <string>

namespace pgcoffer::pgdump {
namespace {

constexpr std::array<std::string_view, 4> kTables = {"TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"};
/// Kinds of what belongs to a table, and has a place in the archive of its own.
constexpr std::array<std::string_view, 22> kParts = {
    "TABLE DATA",      "SEQUENCE SET",     "SEQUENCE OWNED BY", "DEFAULT",
    "CONSTRAINT",      "CHECK CONSTRAINT", "FK CONSTRAINT",     "INDEX",
    "INDEX ATTACH",    "TABLE ATTACH",     "TRIGGER",           "RULE",
    "POLICY",          "ROW SECURITY",     "COMMENT",           "ACL",
    "STATISTICS",      "CLUSTER ON",       "SECURITY LABEL",    "MATERIALIZED VIEW DATA",
    "STATISTICS DATA", "PUBLICATION TABLE"};

/// Where the statement names the table as such: not before its columns.
std::size_t place_of(const Entry& table, std::string_view sql) {
  const std::string name = " " + quote_ident(QualifiedName{table.schema, table.name});
  for (std::size_t at = sql.find(name); at != std::string_view::npos; at = sql.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if (end == sql.size() || sql[end] == ' ' || sql[end] == '\n' || sql[end] == ';') return at;
  }
  return std::string_view::npos;
}

/// Of several tables that which a statement names first; the first one where it names none.
class NamedFirst {
 public:
  explicit NamedFirst(std::string_view sql) : sql_(sql) {}
  void add(const Entry* table) {
    if (table == nullptr) return;
    const std::size_t place = place_of(*table, sql_);
    if (best_ == nullptr || place < place_) best_ = table;
    place_ = std::min(place_, place);
  }
  [[nodiscard]] const Entry* best() const { return best_; }

 private:
  std::string_view sql_;
  const Entry* best_ = nullptr;
  std::size_t place_ = std::string_view::npos;
};

const Entry* find(const std::map<QualifiedName, const Entry*>& entries, const QualifiedName& name) {
  const auto found = entries.find(name);
  return found == entries.end() ? nullptr : found->second;
}

}  // namespace

Tables::Tables(const Contents& contents) {
  for (const Entry& entry : contents.entries) {
    by_id_[entry.id] = &entry;
    const QualifiedName name{entry.schema, entry.name};
    if (is_one_of(entry.kind, kTables)) tables_.emplace(name, &entry);
    if (entry.kind == "SEQUENCE") sequences_.emplace(name, &entry);
    if (entry.kind == "SEQUENCE OWNED BY") owned_by_.emplace(name, &entry);
  }
}

const Entry* Tables::by_id(int id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

/// By the entry's name, which begins with the table's, or is it: "a b c" may be of "a" or of "a b".
const Entry* Tables::named(const Entry& entry) const {
  constexpr std::array<std::string_view, 7> after_table = {
      "DEFAULT", "CONSTRAINT", "CHECK CONSTRAINT", "FK CONSTRAINT", "TRIGGER", "RULE", "POLICY"};
  constexpr std::array<std::string_view, 4> as_table = {"TABLE DATA", "TABLE ATTACH", "ROW SECURITY",
                                                        "MATERIALIZED VIEW DATA"};
  if (is_one_of(entry.kind, as_table)) return find(tables_, {entry.schema, entry.name});
  if (!is_one_of(entry.kind, after_table)) return nullptr;
  NamedFirst first(entry.create);
  for (std::size_t at = entry.name.find(' '); at != std::string::npos; at = entry.name.find(' ', at + 1))
    first.add(find(tables_, {entry.schema, entry.name.substr(0, at)}));
  return first.best();
}

/// The index of a partition, and not that which it becomes a part of, which it depends on, too.
const Entry* Tables::attached_index(const Entry& entry) const {
  if (entry.kind != "INDEX ATTACH") return nullptr;
  for (const int id : entry.depends) {
    const Entry* const other = by_id(id);
    if (other == nullptr) continue;
    const bool index = other->kind == "INDEX" && other->name == entry.name;
    if (index || (other->kind == "CONSTRAINT" && other->name.ends_with(" " + entry.name))) return other;
  }
  return nullptr;
}

/// The table whose column owns the sequence. A script's sequence does not depend on it, what says so does.
const Entry* Tables::owner_of(const Entry& sequence) const {
  for (const Entry* entry : {&sequence, find(owned_by_, {sequence.schema, sequence.name})}) {
    if (entry == nullptr) continue;
    for (const int id : entry->depends)
      if (const Entry* const other = by_id(id); other != nullptr && is_one_of(other->kind, kTables)) return other;
  }
  return nullptr;
}

const Entry* Tables::of(const Entry& entry, int depth) const {
  constexpr int most = 3;
  if (is_one_of(entry.kind, kTables)) return &entry;
  if (entry.kind == "SEQUENCE") {
    const Entry* const owner = owner_of(entry);
    return owner != nullptr ? owner : &entry;
  }
  if (depth > most || !is_one_of(entry.kind, kParts)) return nullptr;
  if (const Entry* const table = named(entry)) return table;
  if (const Entry* const index = attached_index(entry)) return of(*index, depth + 1);
  if (entry.kind == "SEQUENCE SET" || entry.kind == "SEQUENCE OWNED BY")
    if (const Entry* const sequence = find(sequences_, {entry.schema, entry.name})) return of(*sequence, depth + 1);
  NamedFirst first(entry.create);
  for (const int id : entry.depends)
    if (const Entry* const other = by_id(id)) first.add(of(*other, depth + 1));
  return first.best();
}

}  // namespace pgcoffer::pgdump
