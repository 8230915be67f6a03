#include "cluster/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::cluster {
namespace {

template <class List>
auto find_named(List& list, const std::string& name) {
  const auto found = std::ranges::find_if(list, [&](const auto& item) { return item.name == name; });
  return found == list.end() ? nullptr : &*found;
}

std::string comment_sql(const std::string& target, const std::string& comment) {
  return fmt::format("COMMENT ON {} IS {};\n", target, comment.empty() ? "NULL" : quote_literal(comment));
}

class Planner {
 public:
  Planner(const Globals& wanted, const Globals& there, const StepOptions& options)
      : wanted_(wanted), there_(there), options_(options) {}

  Steps run() {
    for (const Role& role : wanted_.roles) this->role(role);
    for (const Role& role : wanted_.roles) {
      const Role* const known = find_named(there_.roles, role.name);
      settings(quote_ident(role.name), role.settings, known != nullptr ? known->settings : std::vector<Setting>());
    }
    settings("ALL", wanted_.settings, there_.settings);
    for (const Membership& membership : wanted_.memberships) this->membership(membership);
    other_memberships();
    if (options_.privileges) parameters();
    if (options_.tablespaces) {
      for (const Tablespace& tablespace : wanted_.tablespaces) this->tablespace(tablespace);
    }
    std::ranges::move(last_, std::back_inserter(steps_.list));
    if (!existing_.empty())
      steps_.notices.push_back("exists already, and is brought to the archive's state: " + join(existing_, ", "));
    return std::move(steps_);
  }

 private:
  void add(std::string what, std::string sql, bool existing, bool superuser = false) {
    if (!sql.empty()) steps_.list.push_back({std::move(what), std::move(sql), true, superuser, existing});
  }

  /// Comment and labels of a role or tablespace.
  template <class Object>
  void describe(const std::string& target, const Object& object, const Object& known, bool existing) {
    if (options_.comments && object.comment != known.comment)
      add("comment on " + target, comment_sql(target, object.comment), existing);
    if (!options_.security_labels || object.labels == known.labels) return;
    std::string sql;
    for (const SecurityLabel& label : known.labels) {
      const bool kept = std::ranges::any_of(
          object.labels, [&](const SecurityLabel& other) { return other.provider == label.provider; });
      if (!kept) sql += fmt::format("SECURITY LABEL FOR {} ON {} IS NULL;\n", quote_ident(label.provider), target);
    }
    add("security labels of " + target, sql + security_labels_sql(target, object.labels), existing);
  }

  void role(const Role& role) {
    const std::string target = "ROLE " + quote_ident(role.name);
    const Role* const known = find_named(there_.roles, role.name);
    if (known == nullptr) {
      add("create role " + quote_ident(role.name), fmt::format("CREATE {} {};\n", target, attributes_sql(role)), false);
    } else {
      existing_.push_back("role " + quote_ident(role.name));
      change(role, *known);
    }
    describe(target, role, known != nullptr ? *known : Role(), known != nullptr);
  }

  void change(const Role& role, const Role& known) {
    std::string sql = attributes_sql(role);
    const std::string before = attributes_sql(known);
    // What a statement about a new role need not say.
    if (role.connection_limit == -1 && known.connection_limit != -1) sql += " CONNECTION LIMIT -1";
    if (role.valid_until.empty() && !known.valid_until.empty()) sql += " VALID UNTIL 'infinity'";
    if (wanted_.passwords && !role.password && known.password) sql += " PASSWORD NULL";
    Role same_password = known;
    // Without passwords in the archive a role keeps its own.
    if (!wanted_.passwords) same_password.password.reset();
    if (sql == attributes_sql(same_password)) return;
    Step step{fmt::format("change role {}: {}", quote_ident(role.name), changes(role, known)),
              fmt::format("ALTER ROLE {} {};\n", quote_ident(role.name), sql), true, false, true};
    (role.name == options_.current_role ? last_ : steps_.list).push_back(std::move(step));
  }

  /// In words, without the password itself.
  static std::string changes(const Role& role, const Role& known) {
    std::vector<std::string> words;
    const auto flag = [&](bool now, bool before, const char* word) {
      if (now != before) words.push_back(fmt::format("{}{}", now ? "" : "NO", word));
    };
    flag(role.superuser, known.superuser, "SUPERUSER");
    flag(role.inherit, known.inherit, "INHERIT");
    flag(role.create_role, known.create_role, "CREATEROLE");
    flag(role.create_db, known.create_db, "CREATEDB");
    flag(role.can_login, known.can_login, "LOGIN");
    flag(role.replication, known.replication, "REPLICATION");
    flag(role.bypass_rls, known.bypass_rls, "BYPASSRLS");
    if (role.connection_limit != known.connection_limit)
      words.push_back(fmt::format("CONNECTION LIMIT {}", role.connection_limit));
    if (role.valid_until != known.valid_until)
      words.push_back("VALID UNTIL " + (role.valid_until.empty() ? "infinity" : role.valid_until));
    if (words.empty() || role.password != known.password) words.emplace_back("PASSWORD");
    return join(words, " ");
  }

  void settings(const std::string& role, const std::vector<Setting>& now, const std::vector<Setting>& before) {
    if (now == before) return;
    if (!before.empty()) add("reset parameters of role " + role, fmt::format("ALTER ROLE {} RESET ALL;\n", role), true);
    for (const Setting& setting : now) {
      add(fmt::format("set parameter {} of role {}", setting.name, role),
          fmt::format("ALTER ROLE {} SET {};\n", role, setting_sql(setting)), !before.empty());
      steps_.list.back().parameter = true;
    }
  }

  [[nodiscard]] bool has_grantors() const { return options_.server_version >= 160000; }

  /// The membership as this server can have it.
  [[nodiscard]] Membership suited(Membership membership) const {
    if (membership.grantor == wanted_.bootstrap_superuser) membership.grantor = there_.bootstrap_superuser;
    if (has_grantors()) return membership;
    membership.grantor.clear();
    membership.inherit.reset();
    membership.set.reset();
    return membership;
  }

  void membership(const Membership& wanted) {
    const Membership membership = suited(wanted);
    const std::string what =
        fmt::format("grant role {} to {}", quote_ident(membership.role), quote_ident(membership.member));
    const bool lost = !has_grantors() &&
                      ((wanted.set && !*wanted.set) || (wanted.inherit && *wanted.inherit != inherits(wanted.member)));
    if (lost) steps_.notices.push_back(what + ": servers before 16 have no INHERIT and SET options of grants");
    const auto known = std::ranges::find_if(there_.memberships, [&](const Membership& other) {
      return other.role == membership.role && other.member == membership.member &&
             (membership.grantor.empty() || other.grantor == membership.grantor);
    });
    if (known == there_.memberships.end()) return add(what, membership_sql(membership), false);
    if (same_options(membership, *known)) return;
    add(what + ", with other options", regrant_sql(membership), true);
  }

  static bool same_options(const Membership& now, const Membership& before) {
    return now.admin == before.admin && (!now.inherit || now.inherit == before.inherit) &&
           (!now.set || now.set == before.set);
  }

  /// An option of a grant stays as it is unless it is said.
  [[nodiscard]] std::string regrant_sql(const Membership& membership) const {
    const std::string roles = fmt::format("{} TO {}", quote_ident(membership.role), quote_ident(membership.member));
    if (!has_grantors()) {
      if (membership.admin) return fmt::format("GRANT {} WITH ADMIN OPTION;\n", roles);
      return fmt::format("REVOKE ADMIN OPTION FOR {} FROM {};\n", quote_ident(membership.role),
                         quote_ident(membership.member));
    }
    const auto word = [](bool value) { return value ? "TRUE" : "FALSE"; };
    std::string sql = fmt::format("GRANT {} WITH ADMIN {}", roles, word(membership.admin));
    if (membership.inherit) sql += fmt::format(", INHERIT {}", word(*membership.inherit));
    if (membership.set) sql += fmt::format(", SET {}", word(*membership.set));
    if (!membership.grantor.empty()) sql += " GRANTED BY " + quote_ident(membership.grantor);
    return sql + ";\n";
  }

  [[nodiscard]] bool inherits(const std::string& member) const {
    const Role* const role = find_named(wanted_.roles, member);
    return role == nullptr || role->inherit;
  }

  /// What a role of the archive is a member of here only: taken away, somebody else's work might stop.
  void other_memberships() {
    for (const Membership& known : there_.memberships) {
      if (find_named(wanted_.roles, known.member) == nullptr) continue;
      const bool wanted = std::ranges::any_of(wanted_.memberships, [&](const Membership& membership) {
        return membership.role == known.role && membership.member == known.member;
      });
      if (!wanted) {
        steps_.notices.push_back(fmt::format("role {} is a member of {} on this server only: left so",
                                             quote_ident(known.member), quote_ident(known.role)));
      }
    }
  }

  static Acl renamed(Acl acl, const std::string& from, const std::string& to) {
    for (AclItem& item : acl) {
      if (item.grantor == from) item.grantor = to;
      if (item.grantee == from) item.grantee = to;
    }
    return acl;
  }

  void parameters() {
    if (!wanted_.parameters.empty() && options_.server_version < 150000) {
      throw Error(Kind::unsupported,
                  fmt::format("server version {} has no privileges on parameters", options_.server_version / 10000))
          .hint("Restore without privileges: -x.");
    }
    for (const ParameterPrivileges& parameter : wanted_.parameters) {
      const ParameterPrivileges* const known = find_named(there_.parameters, parameter.name);
      add("privileges on parameter " + parameter.name,
          acl_sql(parameter_target(there_, parameter.name),
                  renamed(parameter.acl, wanted_.bootstrap_superuser, there_.bootstrap_superuser),
                  known != nullptr ? known->acl : default_parameter_acl(there_.bootstrap_superuser)),
          known != nullptr, true);
    }
  }

  void tablespace(const Tablespace& tablespace) {
    const std::string name = quote_ident(tablespace.name);
    const std::string target = "TABLESPACE " + name;
    const Tablespace* const there = find_named(there_.tablespaces, tablespace.name);
    Tablespace known;
    if (there == nullptr) {
      steps_.list.push_back({fmt::format("create tablespace {} in {}", name, place(tablespace)),
                             create_tablespace_sql(tablespace), false, true, false});
      known.owner = tablespace.owner;
    } else {
      known = *there;
      existing_.push_back("tablespace " + name);
      if (known.location != tablespace.location) {
        steps_.notices.push_back(
            fmt::format("tablespace {} is in {} here, not in {}: left there", name, place(known), place(tablespace)));
      }
      if (known.owner != tablespace.owner) {
        add("owner of tablespace " + name,
            fmt::format("ALTER {} OWNER TO {};\n", target, quote_ident(tablespace.owner)), true);
      }
    }
    options(tablespace, known);
    if (options_.privileges) {
      const Acl before =
          known.acl ? renamed(*known.acl, known.owner, tablespace.owner) : default_tablespace_acl(tablespace.owner);
      add("privileges on tablespace " + name,
          acl_sql(tablespace_target(tablespace),
                  tablespace.acl ? *tablespace.acl : default_tablespace_acl(tablespace.owner), before),
          there != nullptr);
    }
    describe(target, tablespace, known, there != nullptr);
  }

  static std::string place(const Tablespace& tablespace) {
    return tablespace.location.empty() ? "the cluster's own folder" : fmt::format("\"{}\"", tablespace.location);
  }

  void options(const Tablespace& tablespace, const Tablespace& known) {
    if (tablespace.options == known.options) return;
    const std::string name = quote_ident(tablespace.name);
    std::vector<std::string> names;
    for (const std::string& option : known.options) names.push_back(quote_ident(option.substr(0, option.find('='))));
    std::string sql;
    if (!names.empty()) sql = fmt::format("ALTER TABLESPACE {} RESET ({});\n", name, join(names, ", "));
    if (!tablespace.options.empty())
      sql += fmt::format("ALTER TABLESPACE {} SET ({});\n", name, tablespace_options_sql(tablespace.options));
    add("options of tablespace " + name, sql, !known.options.empty());
  }

  const Globals& wanted_;
  const Globals& there_;
  const StepOptions& options_;
  Steps steps_;
  std::vector<Step> last_;
  std::vector<std::string> existing_;
};

}  // namespace

Steps steps_to(const Globals& wanted, const Globals& there, const StepOptions& options) {
  return Planner(wanted, there, options).run();
}

}  // namespace pgcoffer::cluster
