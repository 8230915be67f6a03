#include "dump/database.hpp"

namespace pgcoffer::dumping {
namespace {

void forget_owner(cluster::Database& database) {
  const std::string owner = std::exchange(database.owner, {});
  if (!database.acl) return;
  std::erase_if(*database.acl, [&](const cluster::AclItem& item) { return item.grantee == owner; });
  for (cluster::AclItem& item : *database.acl) {
    if (item.grantor == owner) item.grantor.clear();
  }
}

}  // namespace

cluster::DatabaseSqlOptions database_options(const DumpOptions& options) {
  cluster::DatabaseSqlOptions sql;
  sql.owner = !options.no_owner;
  sql.privileges = !options.no_privileges;
  sql.comments = !options.leave_out.comments;
  sql.security_labels = !options.leave_out.security_labels;
  sql.tablespaces = !options.leave_out.tablespaces;
  return sql;
}

cluster::Database archived_database(cluster::Database database, const DumpOptions& options) {
  const cluster::DatabaseSqlOptions kept = database_options(options);
  if (!kept.owner) forget_owner(database);
  if (!kept.privileges) database.acl.reset();
  if (!kept.comments) database.comment.clear();
  if (!kept.security_labels) database.labels.clear();
  if (!kept.tablespaces) database.tablespace.clear();
  return database;
}

}  // namespace pgcoffer::dumping
