#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "base/sql_tokens.hpp"
#include "base/text.hpp"
#include "pgdump/script_text.hpp"

namespace pgcoffer::pgdump {
namespace {

using Kinds = std::set<std::string, std::less<>>;

bool is_data(const std::string& kind) {
  static const Kinds data = {"TABLE DATA", "SEQUENCE SET", "BLOBS", "BLOB", "BLOB METADATA"};
  return data.contains(kind);
}

/// In a script without rows, the first of these is the first entry behind where they would be.
bool follows_rows(const std::string& kind) {
  static const Kinds kinds = {"INDEX",  "INDEX ATTACH", "CONSTRAINT", "TRIGGER",     "FK CONSTRAINT",
                              "POLICY", "ROW SECURITY", "STATISTICS", "PUBLICATION", "EVENT TRIGGER"};
  return kinds.contains(kind);
}

bool is_remark(const std::string& kind) {
  return kind == "COMMENT" || kind == "SECURITY LABEL";
}

class Dependencies {
 public:
  explicit Dependencies(std::vector<Entry>& entries) : entries_(entries) {}

  void run() {
    find_rows();
    for (const Entry& entry : entries_) made_.insert({entry.schema, entry.name.substr(0, entry.name.find('('))});
    for (std::size_t at = 0; at < entries_.size(); ++at) {
      Entry& entry = entries_[at];
      if (entry.kind == "ENCODING" || entry.kind == "SEARCHPATH") continue;
      entry.section = is_data(entry.kind) ? Section::data : at < rows_ ? Section::pre_data : Section::post_data;
      if (is_remark(entry.kind)) {
        of_the_one_before(at);
      } else {
        by_names(entry);
      }
      if (entry.schema.empty()) without_schema_.emplace(std::pair(entry.kind, entry.name), entry.id);
      if (entry.kind == "EXTENSION") know_extension(entry);
      know(entry);
    }
  }

 private:
  /// Sections stand one behind the other.
  void find_rows() {
    const auto first = std::ranges::find_if(entries_, [](const Entry& entry) { return is_data(entry.kind); });
    const auto behind = std::ranges::find_if(entries_, [](const Entry& entry) { return follows_rows(entry.kind); });
    rows_ = static_cast<std::size_t>((first != entries_.end() ? first : behind) - entries_.begin());
  }

  /// A comment follows what it is of; but that of a constraint's index stands where the index would, behind another.
  void of_the_one_before(std::size_t at) {
    if (of_index(entries_[at])) return;
    std::size_t holder = at;
    while (holder > 0 && is_remark(entries_[holder].kind)) --holder;
    entries_[at].section = entries_[holder].section;
    entries_[at].depends.push_back(entries_[holder].id);
  }

  /// COMMENT ON INDEX schema.name
  bool of_index(Entry& entry) const {
    if (!entry.create.starts_with("COMMENT ON INDEX ")) return false;
    const SqlTokens tokens = sql_tokens(entry.create).value_or(SqlTokens());
    if (tokens.size() < 6) return false;
    const auto [first, last] = known_.equal_range({tokens[3].text, tokens[5].text});
    for (auto found = first; found != last; ++found) {
      const Entry& holder = *by_id_.at(found->second);
      if (holder.kind != "INDEX" && holder.kind != "CONSTRAINT") continue;
      entry.section = holder.section;
      entry.depends.push_back(holder.id);
      return true;
    }
    return false;
  }

  void by_names(Entry& entry) {
    const std::string& sql = entry.kind == "TABLE DATA" ? entry.copy : entry.create;
    const SqlTokens tokens = sql_tokens(sql).value_or(SqlTokens());
    names(entry, tokens);
    names_without_schema(entry, tokens);
    if (entry.kind == "TRIGGER") trigger_above(entry, tokens);
    // ALTER … parent ATTACH PARTITION child: it belongs to the child.
    if (entry.kind.ends_with(" ATTACH")) std::ranges::reverse(entry.depends);
    // So do views and functions that stand behind the rows: they group by a key, or the like.
    static const Kinds keyed = {"FK CONSTRAINT", "VIEW", "MATERIALIZED VIEW", "RULE", "FUNCTION", "PROCEDURE"};
    if (entry.section == Section::post_data && keyed.contains(entry.kind)) keys_of_referenced(entry);
    if (entry.kind == "MATERIALIZED VIEW DATA") views_before(entry);
    if (entry.kind.starts_with("PUBLICATION ")) publication_of(entry);
  }

  void names(Entry& entry, const SqlTokens& tokens) {
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
      name(entry, tokens, i);
      // 'public.counter'::regclass
      const bool cast = i + 3 < tokens.size() && tokens[i].type == SqlToken::Type::literal &&
                        tokens[i + 2].is(SqlToken::Type::symbol, ":") && tokens[i + 3].text.starts_with("reg");
      if (cast) names(entry, sql_tokens(tokens[i].text).value_or(SqlTokens()));
    }
  }

  void name(Entry& entry, const SqlTokens& tokens, std::size_t at) {
    const bool qualified = tokens[at].is_name() && tokens[at + 1].is(SqlToken::Type::symbol, ".");
    if (!qualified || (at > 0 && tokens[at - 1].is(SqlToken::Type::symbol, "."))) return;
    const auto need = [&](int id) {
      if (id != entry.id && !mentions(entry, id)) entry.depends.push_back(id);
    };
    const auto [first, last] = known_.equal_range({tokens[at].text, tokens[at + 2].text});
    for (auto found = first; found != last; ++found) need(found->second);
    // What the script does not make may be an extension's.
    if (first != last || made_.contains({tokens[at].text, tokens[at + 2].text})) return;
    const auto [begin, end] = extensions_.equal_range(tokens[at].text);
    for (auto found = begin; found != end; ++found) need(found->second);
  }

  /// SERVER name, LANGUAGE name, ON SCHEMA name and the like
  void names_without_schema(Entry& entry, const SqlTokens& tokens) {
    static const std::map<std::string, std::string, std::less<>> kinds = {{"SERVER", "SERVER"},
                                                                          {"WRAPPER", "FOREIGN DATA WRAPPER"},
                                                                          {"LANGUAGE", "PROCEDURAL LANGUAGE"},
                                                                          {"SCHEMA", "SCHEMA"}};
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].type != SqlToken::Type::word) continue;
      const auto kind = kinds.find(tokens[i].text);
      if (kind == kinds.end()) continue;
      const std::string& name = tokens[i + 1].text;
      if (!named_without_schema(entry, kind->second, name)) extension_that_brings(entry, kind->second, name);
    }
  }

  /// False where the script makes nothing of this name.
  bool named_without_schema(Entry& entry, const std::string& kind, const std::string& name) {
    const auto found = without_schema_.find({kind, name});
    if (found == without_schema_.end()) return false;
    if (found->second != entry.id && !mentions(entry, found->second)) entry.depends.push_back(found->second);
    return true;
  }

  /// Wrappers and languages are most often called as their extensions; a wrapper that is not may come from any.
  void extension_that_brings(Entry& entry, const std::string& kind, const std::string& name) {
    if (kind != "FOREIGN DATA WRAPPER" && kind != "PROCEDURAL LANGUAGE") return;
    if (named_without_schema(entry, "EXTENSION", name) || kind != "FOREIGN DATA WRAPPER") return;
    for (const auto& [called, id] : without_schema_)
      if (called.first == "EXTENSION" && !mentions(entry, id)) entry.depends.push_back(id);
  }

  /// ALTER TABLE partition DISABLE TRIGGER name: the trigger comes from the table above.
  void trigger_above(Entry& entry, const SqlTokens& tokens) const {
    if (tokens.size() < 2 || !tokens[0].is(SqlToken::Type::word, "ALTER")) return;
    const std::string tail = " " + tokens[tokens.size() - 2].text;
    for (const auto& [id, other] : by_id_) {
      const bool made = other->kind == "TRIGGER" && other->create.starts_with("CREATE ") && other->name.ends_with(tail);
      if (made && !mentions(entry, id)) entry.depends.push_back(id);
    }
  }

  /// CREATE EXTENSION … WITH SCHEMA name
  void know_extension(Entry& entry) {
    const auto tokens = sql_tokens(entry.create).value_or(SqlTokens());
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (!tokens[i].is(SqlToken::Type::word, "SCHEMA")) continue;
      extensions_.emplace(tokens[i + 1].text, entry.id);
    }
  }

  /// Functions by their bare names, constraints and the like by what comes behind their table's.
  void know(const Entry& entry) {
    if (entry.kind == "TABLE DATA" || entry.kind == "ACL" || is_remark(entry.kind)) return;
    static const Kinds routines = {"FUNCTION", "PROCEDURE", "AGGREGATE"};
    std::string name = routines.contains(entry.kind) ? entry.name.substr(0, entry.name.find('(')) : entry.name;
    if (entry.kind == "CONSTRAINT") {
      for (const int id : entry.depends) {
        const std::string& table = by_id_.at(id)->name;
        if (entry.name.starts_with(table + " ")) name = entry.name.substr(table.size() + 1);
      }
    }
    if (entry.kind == "CONSTRAINT" || entry.kind == "INDEX" || entry.kind == "INDEX ATTACH")
      for (const int id : entry.depends) keys_[id].push_back(entry.id);
    static const Kinds named = {"TABLE",          "VIEW",       "MATERIALIZED VIEW", "SEQUENCE",   "FOREIGN TABLE",
                                "TYPE",           "DOMAIN",     "FUNCTION",          "PROCEDURE",  "AGGREGATE",
                                "INDEX",          "CONSTRAINT", "COLLATION",         "SHELL TYPE", "OPERATOR CLASS",
                                "OPERATOR FAMILY"};
    if (named.contains(entry.kind)) known_.emplace(QualifiedName{entry.schema, name}, entry.id);
    by_id_[entry.id] = &entry;
  }

  static bool mentions(const Entry& entry, int id) {
    return std::ranges::find(entry.depends, id) != entry.depends.end();
  }

  /// A foreign key wants the unique keys of the table that it references, attached to those of partitions.
  void keys_of_referenced(Entry& entry) const {
    std::set<int> wanted;
    std::vector<int> open(entry.depends);
    while (!open.empty()) {
      const auto keys = keys_.find(open.back());
      open.pop_back();
      if (keys == keys_.end()) continue;
      for (const int id : keys->second) {
        if (!wanted.insert(id).second) continue;
        open.push_back(id);  // what is attached to it
        const Entry& key = *by_id_.at(id);
        if (key.kind == "INDEX ATTACH") open.insert(open.end(), key.depends.begin(), key.depends.end());
      }
    }
    for (const int id : wanted)
      if (!mentions(entry, id)) entry.depends.push_back(id);
  }

  /// Rows of a materialized view may come from others, by way of views too.
  void views_before(Entry& entry) const {
    std::set<int> below;
    std::vector<int> open(entry.depends);
    while (!open.empty()) {
      const int id = open.back();
      open.pop_back();
      const auto found = by_id_.find(id);
      if (found == by_id_.end() || !below.insert(id).second) continue;
      open.insert(open.end(), found->second->depends.begin(), found->second->depends.end());
    }
    for (const auto& [id, other] : by_id_) {
      const bool same = other->kind == "MATERIALIZED VIEW DATA" &&
                        std::ranges::any_of(other->depends, [&](int view) { return below.contains(view); });
      if (same && !mentions(entry, id)) entry.depends.push_back(id);
    }
  }

  void publication_of(Entry& entry) const {
    for (const auto& [id, other] : by_id_)
      if (other->kind == "PUBLICATION" && entry.name.starts_with(other->name + " ")) entry.depends.push_back(id);
  }

  std::vector<Entry>& entries_;
  std::size_t rows_ = 0;  ///< place of the first entry with rows
  std::multimap<QualifiedName, int> known_;
  std::set<QualifiedName> made_;  ///< by the script, here or further down; functions without their arguments
  std::map<std::pair<std::string, std::string>, int> without_schema_;  ///< by kind and name
  std::multimap<std::string, int> extensions_;                         ///< by the schema they are made in
  std::map<int, const Entry*> by_id_;
  std::map<int, std::vector<int>> keys_;  ///< of tables: indexes and constraints; of these: what is attached to them
};

}  // namespace

void add_dependencies(std::vector<Entry>& entries) {
  Dependencies(entries).run();
}

}  // namespace pgcoffer::pgdump
