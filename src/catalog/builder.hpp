#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.hpp"
#include "catalog/model.hpp"
#include "catalog/selection.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::catalog {

/// Privileges of an object as the server holds them; acl.cpp turns them into GRANT and REVOKE.
struct Privileges {
  std::string grant_type;  ///< "TABLE", "SEQUENCE", "FUNCTION", "SCHEMA", "TYPE", "LANGUAGE", "FOREIGN SERVER", …; empty: none
  std::string grant_name;  ///< what follows it in GRANT … ON: "public.users", "public.f(integer)"
  std::string acl;         ///< the aclitem[] column's text; empty when NULL
  std::string base_acl;    ///< what a fresh object has: acldefault(), or pg_init_privs for initial privileges
};

/// An entry while the catalog is being read: an Object and what is needed to finish it.
struct Entry {
  Object object;               ///< id is the entry's index + 1 until the final order is known
  std::string target;          ///< what COMMENT ON, SECURITY LABEL ON and ALTER name: "FUNCTION public.f(integer)"
  Privileges privileges;
  std::vector<Address> needs;  ///< must exist before, beside what pg_depend says of `object.address`
  std::vector<Address> also;   ///< further addresses that this entry makes (a table's row type, its array type, inline defaults)
  bool wanted = true;          ///< false: only an anchor for dependencies (not selected, or an extension's member)
};

/// Shared state of the readers, one of which exists per object kind: `void read_functions(Builder&);` and so on.
///
/// A reader runs a set-based query, makes one Entry a row, and leaves comments, security labels, privileges, owners,
/// dependencies (pg_depend) and the order to the builder, which does them for all kinds at once.
class Builder {
 public:
  Builder(pg::Connection& connection, const Selection& selection);

  pg::Connection& connection;
  const Selection& selection;
  Catalog catalog;             ///< server, tables, large objects and unsupported are filled in as readers run
  int version;                 ///< PQserverVersion

  /// Names by oid, all read once at the start. Unknown oids throw Error(failed).
  [[nodiscard]] const std::string& schema_name(Oid schema) const;
  [[nodiscard]] const std::string& role_name(Oid role) const;
  [[nodiscard]] std::string qualified(Oid schema, std::string_view name) const;  ///< quote_ident'ed schema.name

  /// What -n, -N, -t and the rule "system schemas are not dumped" say of objects that live in this schema.
  [[nodiscard]] bool schema_selected(Oid schema) const;
  /// For objects without schema (languages, casts, extensions …): false when -t or -n restrict the dump, and for
  /// objects made by initdb (oid < 16384).
  [[nodiscard]] bool global_selected(Oid object) const;
  /// True when an extension owns it (pg_depend deptype 'e'): not dumped by itself.
  [[nodiscard]] bool extension_member(Oid class_oid, Oid oid) const;

  /// Adds an entry; `wanted` is false for members of extensions whatever the caller says.
  Entry& add(Entry entry);
  /// Names an object that is selected but of a kind (or with a property) that cannot be dumped.
  void unsupported(std::string kind, std::string name);
  /// The table by oid, or null.
  [[nodiscard]] Table* table(Oid oid);

  std::vector<Entry> entries;

 private:
  std::unordered_map<Oid, std::string> schemas_, roles_;
  std::unordered_set<Oid> selected_schemas_;
  std::map<Oid, std::unordered_set<Oid>> extension_members_;  ///< by class
};

/// "ALTER <target> OWNER TO <owner>;\n" and "DROP <target>;\n" for kinds that follow the rule.
void set_owner_and_drop(Entry& entry);

/// Classes (pg_class oids of system catalogs), the same in every version.
namespace class_oid {
inline constexpr Oid relation = 1259, type = 1247, proc = 1255, constraint = 2606, attrdef = 2604, schema = 2615,
                     language = 2612, operator_ = 2617, opclass = 2616, opfamily = 2753, am = 2601, cast = 2605,
                     conversion = 2607, collation = 3456, rewrite = 2618, trigger = 2620, event_trigger = 3466,
                     policy = 3256, statistic_ext = 3381, ts_parser = 3601, ts_dict = 3600, ts_template = 3764,
                     ts_config = 3602, foreign_data_wrapper = 2328, foreign_server = 1417, user_mapping = 1418,
                     publication = 6104, publication_rel = 6106, publication_namespace = 6237, subscription = 6100,
                     extension = 3079, transform = 3576, default_acl = 826, large_object = 2613, database = 1262,
                     amop = 2602, amproc = 2603;
}

/// One reader per kind; each in its own pair of files. In the order in which read_catalog calls them.
void read_schemas(Builder&);
void read_extensions(Builder&);
void read_languages(Builder&);
void read_types(Builder&);        ///< enum, composite, domain, range, base, shell
void read_functions(Builder&);    ///< functions, procedures, window functions
void read_aggregates(Builder&);
void read_operators(Builder&);    ///< operators, operator classes and families
void read_access_methods(Builder&);
void read_collations(Builder&);
void read_conversions(Builder&);
void read_casts(Builder&);
void read_transforms(Builder&);
void read_text_search(Builder&);  ///< parsers, templates, dictionaries, configurations
void read_foreign_data(Builder&); ///< wrappers, servers, user mappings
void read_relations(Builder&);    ///< tables of all kinds, views, materialized views, with columns, defaults, inheritance; locks them
void read_sequences(Builder&);
void read_constraints(Builder&);
void read_indexes(Builder&);
void read_rules(Builder&);
void read_triggers(Builder&);
void read_event_triggers(Builder&);
void read_policies(Builder&);     ///< row-level security
void read_statistics(Builder&);   ///< extended statistics
void read_publications(Builder&);
void read_subscriptions(Builder&);
void read_default_privileges(Builder&);
void read_large_objects(Builder&);
void read_property_graphs(Builder&);  ///< 19+

/// For all entries at once.
void attach_comments(Builder&);         ///< COMMENT entries, columns included
void attach_security_labels(Builder&);
void attach_privileges(Builder&);       ///< ACL entries, columns included
/// Dependencies from pg_depend and `needs`, sections, loops broken, stable topological order; fills catalog.objects.
void order_entries(Builder&);

}  // namespace pgcoffer::catalog
