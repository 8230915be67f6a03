#include "audit/manifest_texts.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/text.hpp"
#include "content/detect.hpp"

namespace pgcoffer::audit {
namespace {

class Texts {
 public:
  void add(const archive::Table& table) {
    const QualifiedName name{table.schema, table.name};
    add_verdict(table, name, nullptr);
    add("where", table.where, name, nullptr);
    add("order-by", table.order_by, name, nullptr);
    for (const archive::Column& column : table.columns) {
      add_verdict(column, name, &column);
      // A constant is not looked for in the rows either.
      if (column.verdict != "constant") add("how", column.how, name, &column, true);
    }
  }

  void add(const cluster::Database& database) { add_description("the database", database); }

  void add(const cluster::Globals& globals) {
    for (const cluster::Role& role : globals.roles) add_description("role " + quote_ident(role.name), role);
    for (const cluster::Tablespace& tablespace : globals.tablespaces) {
      const std::string named = "tablespace " + quote_ident(tablespace.name);
      add_description(named, tablespace);
      for (const std::string& option : tablespace.options)
        add(fmt::format("option {} of {}", option.substr(0, option.find('=')), named), option);
    }
  }

  /// The option without its value is the object.
  void add_option(const std::string& option) { add("option " + option.substr(0, option.find(' ')), option); }

  [[nodiscard]] std::vector<ManifestText> take() { return std::move(texts_); }

 private:
  void add(std::string object, std::string_view text) {
    if (!text.empty()) texts_.push_back({std::move(object), text});
  }

  /// `described` has a comment and security labels.
  template <class Described>
  void add_description(const std::string& named, const Described& described) {
    if (!described.comment.empty()) texts_.push_back({"comment of " + named, described.comment, false, true});
    for (const cluster::SecurityLabel& label : described.labels)
      add(fmt::format("security label of {} ({})", named, label.provider), label.label);
  }

  /// Of a table, or of one of its columns.
  void add(std::string_view what, std::string_view text, const QualifiedName& table, const archive::Column* column,
           bool replacement = false) {
    if (text.empty() || !seen_.emplace(what, text).second) return;
    const std::string of = column == nullptr ? "" : "." + quote_ident(column->name);
    texts_.push_back({fmt::format("{} of {}{}", what, display_name(table), of), text, replacement});
  }

  /// `decided` is the table or the column.
  template <class Decided>
  void add_verdict(const Decided& decided, const QualifiedName& table, const archive::Column* column) {
    add("reason", decided.reason, table, column);
    add("rule", decided.rule, table, column);
    add("after-restore", decided.after_restore, table, column);
  }

  std::vector<ManifestText> texts_;
  std::set<std::pair<std::string_view, std::string_view>> seen_;
};

}  // namespace

std::vector<ManifestText> manifest_texts(const archive::Manifest& manifest) {
  Texts texts;
  if (manifest.properties) texts.add(*manifest.properties);
  if (manifest.globals) texts.add(*manifest.globals);
  for (const std::string& option : manifest.options) texts.add_option(option);
  for (const archive::Table& table : manifest.tables) texts.add(table);
  return texts.take();
}

std::string shown(const std::string& text) {
  return content::tokens_in(text).empty() ? text : "(not shown, since a credential is in it)";
}

}  // namespace pgcoffer::audit
