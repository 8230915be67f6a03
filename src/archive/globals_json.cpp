#include "archive/globals_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "archive/database_json.hpp"

namespace pgcoffer::archive {

namespace {

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

void write_role(ObjectText& out, const cluster::Role& role) {
  out.text("name", role.name);
  std::vector<std::string> attributes;
  for (const Attribute& attribute : kAttributes)
    if (role.*attribute.member) attributes.emplace_back(attribute.word);
  out.texts("attributes", attributes);
  if (role.connection_limit != -1) out.number("connection_limit", role.connection_limit);
  if (role.password) out.text("password", *role.password);
  out.text_if_any("valid_until", role.valid_until);
  out.text_if_any("comment", role.comment);
  if (!role.labels.empty()) write_labels(out, "security_labels", role.labels);
  if (!role.settings.empty()) write_settings(out, "settings", role.settings);
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

void write_membership(ObjectText& out, const cluster::Membership& membership) {
  out.text("role", membership.role);
  out.text("member", membership.member);
  out.text_if_any("grantor", membership.grantor);
  if (membership.admin) out.flag("admin", true);
  if (membership.inherit) out.flag("inherit", *membership.inherit);
  if (membership.set) out.flag("set", *membership.set);
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

void write_tablespace(ObjectText& out, const cluster::Tablespace& tablespace) {
  out.text("name", tablespace.name);
  out.text("owner", tablespace.owner);
  out.text_if_any("location", tablespace.location);
  if (!tablespace.options.empty()) out.texts("options", tablespace.options);
  out.text_if_any("comment", tablespace.comment);
  if (!tablespace.labels.empty()) write_labels(out, "security_labels", tablespace.labels);
  if (tablespace.acl) write_acl(out, "acl", *tablespace.acl, tablespace_target(tablespace));
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

}  // namespace

void write_globals(ObjectText& out, const cluster::Globals& globals) {
  out.text("bootstrap_superuser", globals.bootstrap_superuser);
  out.flag("passwords", globals.passwords);
  out.list("roles", globals.roles, write_role);
  if (!globals.settings.empty()) write_settings(out, "settings", globals.settings);
  out.list("memberships", globals.memberships, write_membership);
  out.list("parameters", globals.parameters, [&](ObjectText& object, const cluster::ParameterPrivileges& parameter) {
    object.text("name", parameter.name);
    write_acl(object, "acl", parameter.acl, parameter_target(globals, parameter.name));
  });
  out.list("tablespaces", globals.tablespaces, write_tablespace);
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
