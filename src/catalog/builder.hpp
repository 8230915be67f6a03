#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/rare.hpp"
#include "base/text.hpp"
#include "catalog/ahead.hpp"
#include "catalog/dependencies.hpp"
#include "catalog/known_catalogs.hpp"
#include "catalog/model.hpp"
#include "catalog/named.hpp"
#include "catalog/selection.hpp"
#include "catalog/unreadable.hpp"
#include "pg/connection.hpp"

namespace pgcoffer::catalog {

/// Privileges of an object as the server holds them; acl.cpp turns them into GRANT and REVOKE.
struct Privileges {
  std::string
      grant_type;  ///< "TABLE", "SEQUENCE", "FUNCTION", "SCHEMA", "TYPE", "LANGUAGE", "FOREIGN SERVER", …; empty: none
  std::string grant_name;  ///< what follows it in GRANT … ON: "public.users", "public.f(integer)"
  std::string acl;         ///< the aclitem[] column's text; empty when NULL
  std::string base_acl;    ///< what a fresh object has: acldefault(), or pg_init_privs for initial privileges
  std::string owner;       ///< of an object that is not dumped itself, whose Object names none; else empty
  bool operator==(const Privileges&) const = default;
};

class Builder;

/// An entry while the catalog is being read: an Object and what is needed to finish it.
struct Entry {
  Object object;       ///< id, depends_on and (without `section` set otherwise) order are the builder's work
  std::string target;  ///< what COMMENT ON, SECURITY LABEL ON and ALTER name: "FUNCTION public.f(integer)"
  Rare<Privileges> privileges;
  std::vector<Address> needs;      ///< must exist before, beside what pg_depend says of `object.address`
  std::vector<Address> also;       ///< further addresses that this entry makes (a table's row type, its array type)
  bool wanted = true;              ///< false: only an anchor for dependencies (not selected, or an extension's member)
  std::vector<std::size_t> after;  ///< like `needs`, by index into Builder::entries

  /// Index of the entry in whose create_sql this one stands (a default or a check constraint in CREATE TABLE or CREATE
  /// DOMAIN, the query of a view). The entry that holds it needs all that this one needs. When that makes a loop, the
  /// order resets `inside`, and this becomes an entry of its own after the other one, with its own create_sql. The
  /// holder must have `render` then.
  std::optional<std::size_t> inside;
  /// Makes create_sql when the order is known; looks at `inside` of its parts. Optional.
  std::function<std::string(const Builder&)> render;
  /// For a type: index of the entry that declares it as a shell (CREATE TYPE name;), which is added with wanted =
  /// false. When functions of the type need it before it is there, the order makes them need the shell and sets it
  /// wanted.
  std::optional<std::size_t> shell;
  /// For a domain: index of the entry of its DEFAULT, which stands inside. The server tells of the domain itself what
  /// that needs; where this makes a loop, all but what `needs` names is the default's, which then comes after it.
  std::optional<std::size_t> default_part;
  bool populated = true;         ///< of materialized views: to be refreshed after the rows
  std::string closing_sql;       ///< statements after create_sql, whoever made that
  bool may_follow_rows = false;  ///< pre-data, but may move to post-data to break a loop (materialized view, function)
  std::optional<std::size_t> attached_to;  ///< COMMENT, ACL, SECURITY LABEL: takes place and section of this entry
};

/// Shared state of the readers, one of which exists per object kind: `void read_functions(Builder&);` and so on.
///
/// A reader runs a set-based query, makes one Entry a row, and leaves comments, security labels, privileges, owners,
/// dependencies (pg_depend) and the order to the builder, which does them for all kinds at once.
class Builder {
 public:
  Builder(pg::Connection& connection, const Selection& selection, Ahead::Connect second = {});

  pg::Connection& connection;
  Ahead ahead;
  const Selection& selection;
  Unreadable unreadable;
  Catalog catalog;  ///< server, tables, large objects and unsupported are filled in as readers run
  int version;      ///< PQserverVersion
  std::chrono::milliseconds lock_wait{0};  ///< how long to wait for the lock on a table; 0: for ever

  /// Runs it on the connection, unless it was asked ahead.
  [[nodiscard]] pg::Result query(std::string_view sql);

  /// Names by oid, all read once at the start. Unknown oids throw Error(failed).
  [[nodiscard]] const std::string& schema_name(Oid schema) const;
  [[nodiscard]] const std::string& role_name(Oid role) const;
  [[nodiscard]] std::string qualified(Oid schema, std::string_view name) const;  ///< quote_ident'ed schema.name

  /// What -n, -N, -t and the rule "system schemas are not dumped" say of objects that live in this schema.
  [[nodiscard]] bool schema_selected(Oid schema) const;
  /// What the patterns stand for.
  [[nodiscard]] const Named& named() const { return named_; }
  /// True when the relation's rows, or the sequence's value, are not to be dumped although it is.
  [[nodiscard]] bool rows_excluded(const QualifiedName& name, char persistence) const;
  /// With neither -e nor --exclude-extension every extension is, unless -t or -n restrict the dump.
  [[nodiscard]] bool extension_selected(Oid extension) const;
  /// For objects without schema (languages, casts …): false when -t, -n or -e restrict the dump, and for objects made
  /// by initdb (oid < 16384).
  [[nodiscard]] bool global_selected(Oid object) const;
  /// True when -t is given: only relations and what belongs to them are asked for.
  [[nodiscard]] bool relations_only() const { return !selection.tables.empty(); }
  /// True when none of -t, -n and -e restricts the dump.
  [[nodiscard]] bool everything() const {
    return selection.tables.empty() && selection.schemas.empty() && selection.extensions.empty();
  }
  /// What -t, -n, -T and -N say of a relation (tables of all kinds, views, sequences).
  [[nodiscard]] bool relation_selected(Oid schema, std::string_view name) const;
  /// True when an extension owns it (pg_depend deptype 'e'): not dumped by itself.
  [[nodiscard]] bool extension_member(Oid class_oid, Oid oid) const;
  /// The extension that owns it, or 0.
  [[nodiscard]] Oid extension_of(Oid class_oid, Oid oid) const;
  /// True when an extension that is dumped owns it: what was changed of it since, is dumped.
  [[nodiscard]] bool member_selected(Oid class_oid, Oid oid) const;
  /// What needs what, as pg_depend has it; read when first asked for.
  [[nodiscard]] const std::vector<Dependency>& dependencies();
  /// Rows of few_columns_query(); read when first asked for.
  [[nodiscard]] const pg::Result& few_columns();
  [[nodiscard]] bool schema_exists(Oid schema) const { return schemas_.contains(schema); }

  /// Adds an entry; `wanted` is false for members of extensions whatever the caller says. Its index is
  /// entries.size() - 1.
  Entry& add(Entry entry);
  /// Names an object that is selected but of a kind (or with a property) that cannot be dumped.
  void unsupported(std::string kind, std::string name);
  /// The same of what only this role cannot dump, since it may not see its `part`.
  void hidden(std::string kind, std::string name, std::string part);
  /// The table by oid, or null. Good until read_relations has ended.
  [[nodiscard]] Table* table(Oid oid);
  /// Index of the entry that makes this relation (table, view, sequence, index), if there is one.
  [[nodiscard]] std::optional<std::size_t> relation_entry(Oid relation) const;

  std::deque<Entry> entries;  ///< none moves when others come: there are tens of thousands, of 700 bytes each

 private:
  void read_names();

  std::unordered_map<Oid, std::string> schemas_;
  mutable std::unordered_map<Oid, std::string> roles_;  ///< grows where another is asked for
  std::unordered_set<Oid> selected_schemas_;
  Named named_;
  std::map<Oid, std::unordered_map<Oid, Oid>> extension_members_;  ///< by class: member, extension
  std::unordered_map<Oid, std::size_t> relations_;                 ///< relation, index of its entry
  std::optional<std::vector<Dependency>> dependencies_;
  std::optional<pg::Result> few_columns_;
  std::unordered_map<Oid, std::size_t> tables_;  ///< relation, index in catalog.tables
};

/// Separator of lists that the queries aggregate (string_agg with chr(31)), since names may hold anything else.
inline constexpr char unit_separator = '\x1f';

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

/// True for schemas of the server's own: pg_… and information_schema.
[[nodiscard]] bool system_schema(std::string_view name);

/// One reader per kind; each in its own pair of files. In the order in which read_catalog calls them.
void read_schemas(Builder&);
void read_extensions(Builder&);
void read_languages(Builder&);
void read_types(Builder&);      ///< enum, composite, domain, range, base, shell
void read_functions(Builder&);  ///< functions, procedures, window functions
void read_aggregates(Builder&);
void read_operators(Builder&);  ///< operators, operator classes and families
void read_access_methods(Builder&);
void read_collations(Builder&);
void read_conversions(Builder&);
void read_casts(Builder&);
void read_transforms(Builder&);
void read_text_search(Builder&);   ///< parsers, templates, dictionaries, configurations
void read_foreign_data(Builder&);  ///< wrappers, servers, user mappings
void read_relations(
    Builder&);  ///< tables of all kinds, views, materialized views, with columns, defaults, inheritance; locks them
void read_sequences(Builder&);
void read_constraints(Builder&);
void read_indexes(Builder&);
void read_rules(Builder&);
void read_triggers(Builder&);
void read_event_triggers(Builder&);
void read_policies(Builder&);                  ///< row-level security
void read_statistics(Builder&);                ///< extended statistics
void read_optimizer_statistics(Builder&);      ///< what ANALYZE found out; after all relations and indexes
void read_extended_statistics_data(Builder&);  ///< the same of extended statistics
void read_publications(Builder&);
void read_subscriptions(Builder&);
void read_default_privileges(Builder&);
void read_large_objects(Builder&);
/// Sets extension_condition of extensions' configuration tables; after read_relations.
void read_extension_configuration(Builder&);
/// Adds entries with wanted = false for objects that are not dumped themselves (the system's, members of extensions)
/// but whose privileges were changed; only their ACL is to be written. Relations are not among them.
void read_changed_privileges(Builder&);

/// Names every selected object of the database that no entry stands for (`unsupported`), so that none is lost silently.
void find_unread(Builder&);
/// Names every object that uses what the server has and `known` does not (`unsupported`), and warns of what nothing
/// uses.
void find_gaps(Builder&, const KnownCatalogs& known);

/// For all entries at once.
void attach_comments(Builder&);  ///< COMMENT entries, columns included
void attach_security_labels(Builder&);
void attach_privileges(Builder&);  ///< ACL entries, columns included
/// Dependencies from pg_depend and `needs`, sections, loops broken, stable topological order; fills catalog.objects.
void order_entries(Builder&);

}  // namespace pgcoffer::catalog
