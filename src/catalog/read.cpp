#include "catalog/read.hpp"

#include <utility>

#include "catalog/builder.hpp"
#include "catalog/database.hpp"
#include "catalog/queries.hpp"
#include "catalog/races.hpp"
#include "catalog/reader_support.hpp"
#include "catalog/relation.hpp"

namespace pgcoffer::catalog {
namespace {

/// All that the role must be granted at once.
void refuse_unreadable(Builder& builder) {
  if (builder.unreadable.empty()) return;
  // What is read later, and is not needed to say it.
  read_subscriptions(builder);
  read_large_objects(builder);
  for (const Unsupported& object : builder.catalog.unsupported)
    if (!object.hidden.empty() && !builder.selection.hidden_parts) builder.unreadable.add_object(described(object));
  // A role's or a database's settings may say another one (ALTER DATABASE … SET role).
  const std::string role = builder.connection.query("SELECT current_user")[0][0].str();
  builder.unreadable.add_large_objects(unreadable_large_objects(builder.connection, builder.catalog.large_objects));
  throw builder.unreadable.error(role);
}

void read_all(Builder& builder, const KnownCatalogs& known) {
  if (builder.everything()) builder.ahead.ask({all_columns_query(builder)});
  builder.ahead.ask({dependencies_query(), sequences_query()});
  builder.catalog.database = read_database(builder.connection);
  // Relations first, since they are locked there; the rest of the order is free, the graph makes the right one.
  read_relations(builder);
  read_extensions(builder);
  read_extension_configuration(builder);  // which tables of theirs have rows to dump, whose keys count
  // Most of our own work, while the second connection asks for what the others want.
  read_constraints(builder);
  read_indexes(builder);
  read_schemas(builder);
  read_languages(builder);
  read_types(builder);
  read_functions(builder);
  read_aggregates(builder);
  read_operators(builder);
  read_access_methods(builder);
  read_collations(builder);
  read_conversions(builder);
  read_casts(builder);
  read_transforms(builder);
  read_text_search(builder);
  read_foreign_data(builder);
  read_sequences(builder);
  refuse_unreadable(builder);
  read_rules(builder);
  read_triggers(builder);
  read_event_triggers(builder);
  read_policies(builder);
  read_statistics(builder);
  read_optimizer_statistics(builder);
  read_extended_statistics_data(builder);
  read_publications(builder);
  read_subscriptions(builder);
  read_default_privileges(builder);
  read_large_objects(builder);
  read_changed_privileges(builder);
  add_table_data(builder);
  find_unread(builder);
  find_gaps(builder, known);
  attach_comments(builder);
  attach_security_labels(builder);
  attach_privileges(builder);
  builder.ahead.ask({changed_query()});
  order_entries(builder);
  find_changed(builder);
}

}  // namespace

Catalog read_catalog(pg::Connection& leader, const Selection& selection, std::chrono::milliseconds lock_wait,
                     Ahead::Connect second, const KnownCatalogs& known, Remains* remains) {
  Builder builder(leader, selection, std::move(second));
  builder.lock_wait = lock_wait;
  try {
    read_all(builder, known);
  } catch (const Error& error) {
    throw explained(error);
  }
  if (remains != nullptr) remains->take(std::move(builder.entries));
  return std::move(builder.catalog);
}

}  // namespace pgcoffer::catalog
