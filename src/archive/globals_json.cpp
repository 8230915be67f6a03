#include "archive/globals_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "archive/database_json.hpp"

namespace pgcoffer::archive {

namespace {

using Json = nlohmann::ordered_json;

struct Attribute {
  std::string_view word;
  bool cluster::Role::*member;
};
constexpr auto kAttributes = std::to_array<Attribute>({{"SUPERUSER", &cluster::Role::superuser},
                                                       {"INHERIT", &cluster::Role::inherit},
                                                       {"CREATEROLE", &cluster::Role::create_role},
                                                       {"CREATEDB", &cluster::Role::create_db},
                                                       {"LOGIN", &cluster::Role::can_login},
                                                       {"REPLICATION", &cluster::Role::replication},
                                                       {"BYPASSRLS", &cluster::Role::bypass_rls}});

Json role_json(const cluster::Role& role) {
  Json out = {{"name", text_json(role.name)}, {"attributes", Json::array()}};
  for (const Attribute& attribute : kAttributes) {
    if (role.*attribute.member) out["attributes"].push_back(attribute.word);
  }
  if (role.connection_limit != -1) out["connection_limit"] = role.connection_limit;
  if (role.password) out["password"] = text_json(*role.password);
  add_text(out, "valid_until", role.valid_until);
  add_text(out, "comment", role.comment);
  if (!role.labels.empty()) out["security_labels"] = labels_json(role.labels);
  if (!role.settings.empty()) out["settings"] = settings_json(role.settings);
  return out;
}

cluster::Role read_role(const Fields& fields) {
  cluster::Role role;
  role.name = fields.text("name");
  role.inherit = false;
  for (const std::string& word : fields.texts("attributes")) {
    const auto* const found = std::ranges::find(kAttributes, word, &Attribute::word);
    if (found == kAttributes.end()) fields.fail("attributes", fmt::format("unknown attribute \"{}\"", word));
    role.*found->member = true;
  }
  if (fields.has("connection_limit")) role.connection_limit = fields.number<int>("connection_limit");
  if (fields.has("password")) role.password = fields.text("password");
  role.valid_until = fields.text_or_empty("valid_until");
  role.comment = fields.text_or_empty("comment");
  role.labels = read_labels(fields, "security_labels");
  role.settings = read_settings(fields, "settings");
  return role;
}

Json membership_json(const cluster::Membership& membership) {
  Json out = {{"role", text_json(membership.role)}, {"member", text_json(membership.member)}};
  add_text(out, "grantor", membership.grantor);
  if (membership.admin) out["admin"] = true;
  if (membership.inherit) out["inherit"] = *membership.inherit;
  if (membership.set) out["set"] = *membership.set;
  return out;
}

cluster::Membership read_membership(const Fields& fields) {
  cluster::Membership membership;
  membership.role = fields.text("role");
  membership.member = fields.text("member");
  membership.grantor = fields.text_or_empty("grantor");
  membership.admin = fields.has("admin") && fields.flag("admin");
  if (fields.has("inherit")) membership.inherit = fields.flag("inherit");
  if (fields.has("set")) membership.set = fields.flag("set");
  return membership;
}

Json tablespace_json(const cluster::Tablespace& tablespace) {
  Json out = {{"name", text_json(tablespace.name)}, {"owner", text_json(tablespace.owner)}};
  add_text(out, "location", tablespace.location);
  for (const std::string& option : tablespace.options) out["options"].push_back(text_json(option));
  add_text(out, "comment", tablespace.comment);
  if (!tablespace.labels.empty()) out["security_labels"] = labels_json(tablespace.labels);
  if (tablespace.acl) out["acl"] = acl_json(*tablespace.acl, tablespace_target(tablespace));
  return out;
}

cluster::Tablespace read_tablespace(const Fields& fields) {
  cluster::Tablespace tablespace;
  tablespace.name = fields.text("name");
  tablespace.owner = fields.text("owner");
  tablespace.location = fields.text_or_empty("location");
  if (fields.has("options")) tablespace.options = fields.texts("options");
  tablespace.comment = fields.text_or_empty("comment");
  tablespace.labels = read_labels(fields, "security_labels");
  if (fields.has("acl")) tablespace.acl = read_acl(fields, "acl", tablespace.owner);
  return tablespace;
}

template <class Item, class ToJson>
Json list_json(const std::vector<Item>& items, ToJson to) {
  Json out = Json::array();
  for (const Item& item : items) out.push_back(to(item));
  return out;
}

}  // namespace

Json globals_json(const cluster::Globals& globals) {
  Json out = {{"bootstrap_superuser", text_json(globals.bootstrap_superuser)},
              {"passwords", globals.passwords},
              {"roles", list_json(globals.roles, role_json)}};
  if (!globals.settings.empty()) out["settings"] = settings_json(globals.settings);
  out["memberships"] = list_json(globals.memberships, membership_json);
  out["parameters"] = list_json(globals.parameters, [&](const cluster::ParameterPrivileges& parameter) -> Json {
    return {{"name", text_json(parameter.name)},
            {"acl", acl_json(parameter.acl, parameter_target(globals, parameter.name))}};
  });
  out["tablespaces"] = list_json(globals.tablespaces, tablespace_json);
  return out;
}

cluster::Globals read_globals(const Fields& fields) {
  cluster::Globals globals;
  globals.bootstrap_superuser = fields.text("bootstrap_superuser");
  globals.passwords = fields.flag("passwords");
  fields.each("roles", [&](const Fields& role) { globals.roles.push_back(read_role(role)); });
  globals.settings = read_settings(fields, "settings");
  fields.each("memberships", [&](const Fields& item) { globals.memberships.push_back(read_membership(item)); });
  fields.each("parameters", [&](const Fields& item) {
    globals.parameters.push_back({item.text("name"), read_acl(item, "acl", globals.bootstrap_superuser)});
  });
  fields.each("tablespaces", [&](const Fields& item) { globals.tablespaces.push_back(read_tablespace(item)); });
  return globals;
}

}  // namespace pgcoffer::archive
