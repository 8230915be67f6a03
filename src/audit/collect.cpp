#include "audit/collect.hpp"

#include <algorithm>
#include <numeric>

#include "audit/manifest_texts.hpp"
#include "audit/schema.hpp"
#include "audit/settings_row.hpp"
#include "base/text.hpp"
#include "content/detect.hpp"
#include "content/script.hpp"
#include "policy/credential_names.hpp"
#include "policy/redact.hpp"

namespace pgcoffer::audit {
namespace {

/// Of the two pieces of a large object, how much on each side of the cut is looked at together.
constexpr std::size_t kSeam = 16384;

bool is_credential_name(std::string_view name) {
  return policy::credential_by_name(name).has_value();
}

/// What a setting's or variable's value is seen to hold.
content::Kinds found_in_value(std::string_view value) {
  content::Kinds found = content::secrets_in(value, is_credential_name);
  found.add(content::personal_in_text(value));
  return found;
}

content::Kinds found_in_bytes(std::string_view bytes) {
  content::Kinds found = content::secrets_in(bytes, is_credential_name);
  found.add(content::personal_in_bytes(bytes));
  return found;
}

/// A table with those of its columns that are in the rows, called like the one that it is a partition of.
catalog::Table in_rows(const catalog::Catalog& catalog, const catalog::Table& table, const archive::Table& described) {
  catalog::Table result;
  const catalog::Table* root = catalog.find(table.partition_root);
  result.name = root == nullptr ? table.name : root->name;
  for (std::size_t c = 0; c < described.columns.size(); ++c)
    if (described.columns[c].in_rows) result.columns.push_back(table.columns[c]);
  return result;
}

}  // namespace

Collector::Collector(const archive::Manifest& manifest, const archive::Toc& toc)
    : references_(manifest, toc),
      tables_(manifest.tables.size()),
      texts_(manifest.tables.size()),
      replaced_(manifest.tables.size()) {
  for (std::size_t i = 0; i < manifest.tables.size(); ++i) {
    for (const archive::Column& column : manifest.tables[i].columns) {
      if (!column.in_rows) continue;
      texts_[i].push_back(text_of(column.type));
      replaced_[i].emplace_back(column);
    }
    tables_[i].columns.resize(texts_[i].size());
  }
  const catalog::Catalog catalog = catalog_of(manifest, toc);
  for (std::size_t i = 0; i < manifest.tables.size(); ++i) {
    const catalog::Table table = in_rows(catalog, catalog.tables[i], manifest.tables[i]);
    pairs_.push_back(policy::key_values(table, table.name));
    no_secrets_.emplace_back(table, pairs_.back());
  }
  secrets_ = no_secrets_;
  // The statements of globals repeat what the manifest has.
  manifest.globals ? look_at_globals(*manifest.globals) : look_at_schema(toc);
  look_at_texts(manifest);
  if (manifest.properties) look_at_settings(manifest.properties->settings, "the database");
  for (const archive::Variable& variable : manifest.environment)
    add_tokens("environment variable " + variable.name, found_in_value(variable.value), "environment-config.json");
}

void Collector::look_at_schema(const archive::Toc& toc) {
  for (const archive::TocEntry& entry : toc.entries) {
    // In a comment what stands beside its name is a secret; in SQL it may be a comparison.
    content::Kinds found = entry.kind == "COMMENT" ? content::secrets_in_comment(entry.create, is_credential_name)
                                                   : content::secrets_in_script(entry.create, is_credential_name);
    found.add(content::personal_in_script(entry.create));
    if (policy::holds_password(entry.kind, entry.create)) found.add(content::Kind::named_secret);
    add_tokens(entry.kind + " " + entry.name, found, "toc.json");
  }
}

void Collector::look_at_texts(const archive::Manifest& manifest) {
  for (const ManifestText& text : manifest_texts(manifest)) {
    content::Kinds found =
        text.comment ? content::secrets_in(text.text, is_credential_name) : content::tokens_in(text.text);
    if (!text.replacement) found.add(content::personal_in_text(text.text));
    add_tokens(text.object, found, "manifest.json");
  }
}

void Collector::look_at_globals(const cluster::Globals& globals) {
  for (const cluster::Role& role : globals.roles) {
    const std::string named = "role " + quote_ident(role.name);
    content::Kinds password;
    if (role.password) password.add(content::Kind::crypt);  // servers keep verifiers only
    add_tokens("password of " + named, password, "manifest.json");
    look_at_settings(role.settings, named);
  }
  look_at_settings(globals.settings, "all roles");
}

void Collector::look_at_settings(const std::vector<cluster::Setting>& settings, const std::string& holder) {
  for (const cluster::Setting& setting : settings) {
    const std::string value = join(setting.values, ", ");
    content::Kinds found = found_in_value(value);
    if (policy::is_secret_setting(setting.name) && content::is_secret_text(value))
      found.add(content::Kind::named_secret);
    add_tokens("setting " + setting.name + " of " + holder, found, "manifest.json");
  }
}

Collector::Part Collector::part(std::size_t table) const {
  return {table, texts_[table].size(), references_.sides(table), no_secrets_[table]};
}

void Collector::read(Part& part, std::string_view lines) const {
  std::vector<std::size_t> all(texts_[part.table_].size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  read(part, lines, all);
}

void Collector::read(Part& part, std::string_view lines, const std::vector<std::size_t>& columns) const {
  const bool keys = !references_.sides(part.table_).empty();
  const std::vector<ColumnText>& texts = texts_[part.table_];
  const std::vector<Replaced>& replaced = replaced_[part.table_];
  std::vector<std::string> values(texts.size());
  std::vector<const std::string*> row(texts.size(), nullptr);
  const auto& pair = pairs_[part.table_];
  SettingsRow setting(pair);
  Fields fields;
  const auto take = [&](std::uint64_t number, std::size_t field, const std::string_view* value) {
    const std::size_t column = columns[field];
    if (keys) {
      if (value != nullptr) values[column] = *value;
      row[column] = value == nullptr ? nullptr : &values[column];
      if (field + 1 == columns.size()) part.batch_.add(row);
    }
    setting.add(column, value, texts[column]);
    part.secrets_.add(column, value);
    if (field + 1 == columns.size()) {
      if (setting.take_secret()) part.content_.columns[pair->value].add(content::Kind::named_secret, number);
      part.secrets_.end_row(number);
    }
    ColumnContent& content = part.content_.columns[column];
    value == nullptr ? content.add_null() : content.add(*value, texts[column], number, replaced[column]);
  };
  const std::uint64_t wrong = fields.read(lines, columns.size(), take);
  if (wrong != 0) part.content_.wrong_rows.push_back({"", wrong});
}

void Collector::add(Part&& part, const std::string& file) {
  references_.add(part.batch_);
  for (ColumnContent& column : part.content_.columns) column.name_part(file);
  for (Place& place : part.content_.wrong_rows) place.part = file;
  part.secrets_.name_part(file);
  const std::scoped_lock lock(mutex_);
  TableContent& all = tables_[part.table_];
  for (std::size_t i = 0; i < all.columns.size(); ++i) all.columns[i].add(part.content_.columns[i]);
  std::ranges::move(part.content_.wrong_rows, std::back_inserter(all.wrong_rows));
  secrets_[part.table_].add(part.secrets_);
}

void Collector::finish() {
  for (std::size_t i = 0; i < tables_.size(); ++i) secrets_[i].tell(tables_[i].columns);
}

Collector::LargeObject::LargeObject(Collector& collector, std::uint32_t oid)
    : collector_(collector), name_("large object " + std::to_string(oid)) {}

void Collector::LargeObject::add(std::string_view bytes, const std::string& file) {
  content::Kinds found = found_in_bytes(bytes);
  const std::string seam = tail_ + std::string(bytes.substr(0, kSeam));
  const content::Kinds across = found_in_bytes(seam);
  const content::Kinds before = found_in_bytes(tail_);
  for (const content::Kind kind : content::all_kinds())
    if (across.has(kind) && !before.has(kind)) found.add(kind);
  collector_.add_tokens(name_, found, file);
  tail_ = bytes.size() >= kSeam ? bytes.substr(bytes.size() - kSeam) : (tail_ + std::string(bytes));
}

void Collector::add_tokens(const std::string& object, const content::Kinds& found, const std::string& file) {
  if (found.empty()) return;
  const std::scoped_lock lock(mutex_);
  for (const content::Kind kind : content::all_kinds())
    if (found.has(kind)) tokens_.push_back({object, file, kind});
}

}  // namespace pgcoffer::audit
