#pragma once

namespace pgcoffer {

/// What a dump or a restore leaves out though it was selected, each as pg_dump's option of that name.
struct LeaveOut {
  bool comments = false;             ///< --no-comments: COMMENT ON …
  bool security_labels = false;      ///< --no-security-labels: SECURITY LABEL …
  bool publications = false;         ///< --no-publications, with what they hold
  bool subscriptions = false;        ///< --no-subscriptions; pg_subscription is not even read
  bool policies = false;             ///< --no-policies: row-level security, neither its policies nor that it is on
  bool tablespaces = false;          ///< --no-tablespaces: everything goes to the default tablespace
  bool table_access_method = false;  ///< --no-table-access-method: tables get the default one
};

}  // namespace pgcoffer
