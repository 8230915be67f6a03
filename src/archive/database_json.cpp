#include "archive/database_json.hpp"

#include <fmt/format.h>

namespace pgcoffer::archive {

namespace {

using Json = nlohmann::ordered_json;

/// The words for an item's privileges: those that may be granted on, or the others.
Json privileges_json(const cluster::AclItem& item, const cluster::AclTarget& target, bool grantable) {
  Json words = Json::array();
  for (std::size_t i = 0; i < item.privileges.size(); ++i) {
    if (item.privileges[i] == '*') continue;
    const bool starred = i + 1 < item.privileges.size() && item.privileges[i + 1] == '*';
    if (starred == grantable) words.push_back(cluster::privilege_word(target, item.privileges[i]));
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

Json acl_json(const cluster::Acl& acl, const cluster::AclTarget& target) {
  Json out = Json::array();
  for (const cluster::AclItem& item : acl) {
    Json object = Json::object();
    add_text(object, "grantee", item.grantee);
    const auto add = [&](const char* key, bool grantable) {
      Json words = privileges_json(item, target, grantable);
      if (!words.empty()) object[key] = std::move(words);
    };
    add("privileges", false);
    add("grantable", true);
    if (item.grantor != target.owner) add_text(object, "grantor", item.grantor);
    out.push_back(std::move(object));
  }
  return out;
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

Json settings_json(const std::vector<cluster::Setting>& settings) {
  Json out = Json::array();
  for (const cluster::Setting& setting : settings) {
    Json object = Json::object();
    add_text(object, "role", setting.role);
    object["name"] = text_json(setting.name);
    object["values"] = Json::array();
    for (const std::string& value : setting.values) object["values"].push_back(text_json(value));
    out.push_back(std::move(object));
  }
  return out;
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

Json labels_json(const std::vector<cluster::SecurityLabel>& labels) {
  Json out = Json::array();
  for (const cluster::SecurityLabel& label : labels)
    out.push_back({{"provider", text_json(label.provider)}, {"label", text_json(label.label)}});
  return out;
}

std::vector<cluster::SecurityLabel> read_labels(const Fields& fields, const char* key) {
  std::vector<cluster::SecurityLabel> labels;
  if (!fields.has(key)) return labels;
  fields.each(key, [&](const Fields& item) { labels.push_back({item.text("provider"), item.text("label")}); });
  return labels;
}

Json database_json(const cluster::Database& database) {
  Json out = {{"name", text_json(database.name)}};
  add_text(out, "owner", database.owner);
  out["encoding"] = text_json(database.encoding);
  out["locale_provider"] = database.locale_provider;
  add_text(out, "collate", database.collate);
  add_text(out, "ctype", database.ctype);
  if (database.locale) out["locale"] = text_json(*database.locale);
  if (database.icu_rules) out["icu_rules"] = text_json(*database.icu_rules);
  add_text(out, "tablespace", database.tablespace);
  if (database.connection_limit != -1) out["connection_limit"] = database.connection_limit;
  if (database.is_template) out["is_template"] = true;
  add_text(out, "comment", database.comment);
  if (!database.labels.empty()) out["security_labels"] = labels_json(database.labels);
  if (database.acl) out["acl"] = acl_json(*database.acl, {"DATABASE", database.name, "", database.owner, 0});
  if (!database.settings.empty()) out["settings"] = settings_json(database.settings);
  return out;
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
