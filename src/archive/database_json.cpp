#include "archive/database_json.hpp"

#include <fmt/format.h>

namespace pgcoffer::archive {
namespace {

/// The words for an item's privileges: those that may be granted on, or the others.
std::vector<std::string> privilege_words(const cluster::AclItem& item, const cluster::AclTarget& target,
                                         bool grantable) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < item.privileges.size(); ++i) {
    if (item.privileges[i] == '*') continue;
    const bool starred = i + 1 < item.privileges.size() && item.privileges[i + 1] == '*';
    if (starred == grantable) words.emplace_back(cluster::privilege_word(target, item.privileges[i]));
  }
  return words;
}

std::string letters(const Fields& fields, const char* key) {
  std::string out;
  if (!fields.has(key)) return out;
  for (const std::string& word : fields.texts(key)) {
    out += cluster::privilege_letter(word);
    if (out.back() == '\0') fields.fail(key, fmt::format("unknown privilege \"{}\"", word));
  }
  return out;
}

}  // namespace

void write_acl(ObjectText& out, std::string_view key, const cluster::Acl& acl, const cluster::AclTarget& target) {
  out.list(key, acl, [&](ObjectText& object, const cluster::AclItem& item) {
    object.text_if_any("grantee", item.grantee);
    const auto add = [&](std::string_view field, bool grantable) {
      const auto words = privilege_words(item, target, grantable);
      if (!words.empty()) object.texts(field, words);
    };
    add("privileges", false);
    add("grantable", true);
    if (item.grantor != target.owner) object.text_if_any("grantor", item.grantor);
  });
}

cluster::Acl read_acl(const Fields& fields, const char* key, const std::string& owner) {
  cluster::Acl acl;
  fields.each(key, [&](const Fields& item) {
    acl.push_back({item.text_or_empty("grantee"),
                   cluster::privilege_letters(letters(item, "privileges"), letters(item, "grantable")),
                   item.has("grantor") ? item.text("grantor") : owner});
  });
  return acl;
}

void write_settings(ObjectText& out, std::string_view key, const std::vector<cluster::Setting>& settings) {
  out.list(key, settings, [](ObjectText& object, const cluster::Setting& setting) {
    object.text_if_any("role", setting.role);
    object.text("name", setting.name);
    object.texts("values", setting.values);
  });
}

std::vector<cluster::Setting> read_settings(const Fields& fields, const char* key) {
  std::vector<cluster::Setting> settings;
  if (!fields.has(key)) return settings;
  fields.each(key, [&](const Fields& item) {
    settings.push_back({item.text_or_empty("role"), item.text("name"), item.texts("values")});
    if (settings.back().values.empty()) item.fail("values", "is empty");
  });
  return settings;
}

void write_labels(ObjectText& out, std::string_view key, const std::vector<cluster::SecurityLabel>& labels) {
  out.list(key, labels, [](ObjectText& object, const cluster::SecurityLabel& label) {
    object.text("provider", label.provider);
    object.text("label", label.label);
  });
}

std::vector<cluster::SecurityLabel> read_labels(const Fields& fields, const char* key) {
  std::vector<cluster::SecurityLabel> labels;
  if (!fields.has(key)) return labels;
  fields.each(key, [&](const Fields& item) { labels.push_back({item.text("provider"), item.text("label")}); });
  return labels;
}

void write_database(ObjectText& out, const cluster::Database& database) {
  out.text("name", database.name);
  out.text_if_any("owner", database.owner);
  out.text("encoding", database.encoding);
  out.text("locale_provider", database.locale_provider);
  out.text_if_any("collate", database.collate);
  out.text_if_any("ctype", database.ctype);
  if (database.locale) out.text("locale", *database.locale);
  if (database.icu_rules) out.text("icu_rules", *database.icu_rules);
  out.text_if_any("tablespace", database.tablespace);
  if (database.connection_limit != -1) out.number("connection_limit", database.connection_limit);
  if (database.is_template) out.flag("is_template", true);
  out.text_if_any("comment", database.comment);
  if (!database.labels.empty()) write_labels(out, "security_labels", database.labels);
  if (database.acl) write_acl(out, "acl", *database.acl, {"DATABASE", database.name, "", database.owner, 0});
  if (!database.settings.empty()) write_settings(out, "settings", database.settings);
}

cluster::Database read_database(const Fields& fields) {
  cluster::Database database;
  database.name = fields.text("name");
  database.owner = fields.text_or_empty("owner");
  database.encoding = fields.text("encoding");
  database.locale_provider = fields.word("locale_provider", {"libc", "icu", "builtin"});
  database.collate = fields.text_or_empty("collate");
  database.ctype = fields.text_or_empty("ctype");
  if (fields.has("locale")) database.locale = fields.text("locale");
  if (fields.has("icu_rules")) database.icu_rules = fields.text("icu_rules");
  database.tablespace = fields.text_or_empty("tablespace");
  if (fields.has("connection_limit")) database.connection_limit = fields.number<int>("connection_limit");
  database.is_template = fields.has("is_template") && fields.flag("is_template");
  database.comment = fields.text_or_empty("comment");
  database.labels = read_labels(fields, "security_labels");
  if (fields.has("acl")) database.acl = read_acl(fields, "acl", database.owner);
  database.settings = read_settings(fields, "settings");
  return database;
}

}  // namespace pgcoffer::archive
