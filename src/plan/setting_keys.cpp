#include "plan/setting_keys.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

#include "base/text.hpp"
#include "policy/key_values.hpp"
#include "policy/rules.hpp"
#include "rows/copy_text.hpp"

namespace pgcoffer::plan {
namespace {

/// Of a line of COPY's with one field.
std::string value_of(std::string_view line) {
  std::string value;
  const char* at = line.data();
  while (!rows::copy_text::ends_field(*at)) {
    const char c = *at++;
    value += c == '\\' ? rows::copy_text::read_escape(at) : c;
  }
  return value;
}

/// They come one by one: a table may have as many as rows, of which only those are kept that tell something.
std::set<std::string> credential_keys(pg::Connection& connection, const catalog::Table& table,
                                      const catalog::Column& key) {
  std::set<std::string> keys;
  const std::string name = quote_always(key.name);
  connection.copy_out(fmt::format("COPY (SELECT DISTINCT CAST({0} AS pg_catalog.text) FROM ONLY {1} WHERE {0} IS NOT "
                                  "NULL) TO STDOUT",
                                  name, quote_always(table.name)),
                      [&](std::string_view line) {
                        std::string value = value_of(line);
                        if (policy::is_credential_key(value)) keys.insert(std::move(value));
                      });
  return keys;
}

}  // namespace

void settle_setting_keys(pg::Connection& connection, const catalog::Catalog& catalog, policy::Verdicts& verdicts) {
  for (std::size_t i = 0; i < catalog.tables.size(); ++i) {
    const catalog::Table& table = catalog.tables[i];
    policy::TableVerdict& verdict = verdicts.tables[i];
    if (!table.rows_selected || verdict.action != policy::TableAction::keep) continue;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const auto key = policy::keys_of(table, verdict.columns[c]);
      if (!key) continue;
      const auto keys = credential_keys(connection, table, table.columns[*key]);
      if (policy::settle_keys(table, table.columns[c], keys, verdict.columns[c])) continue;
      verdicts.warnings.push_back(
          fmt::format("{} keys of table {} are called like credentials, too many to look up: the values of its other "
                      "keys are left out, too, unless column {} has a rule",
                      human_count(keys.size()), policy::table_name(table), quote_always(table.columns[c].name)));
    }
  }
}

}  // namespace pgcoffer::plan
