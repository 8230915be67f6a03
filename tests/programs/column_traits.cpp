/// For .ci/learn-resemblance: the traits of the columns of fixtures/schemas that can hold a credential, a line each:
/// application, label and traits, with tabs between.
#include <cstdio>

#include "../unit/draft/schemas.hpp"
#include "policy/credential_names.hpp"
#include "policy/resemblance.hpp"

int main() {
  using namespace pgcoffer;
  for (const schemas::Schema& schema : schemas::all())
    for (std::size_t i = 0; i < schema.labels.size(); ++i) {
      const catalog::Table& table = schema.database.catalog.tables[i];
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const std::string& label = schema.labels[i][c];
        if (label == "either" || !policy::can_hold_credential(table.columns[c])) continue;
        std::printf("%s\t%s.%s\t%s", schema.application.c_str(), table.name.name.c_str(), table.columns[c].name.c_str(),
                    label.c_str());
        for (const std::string& trait : policy::traits_of(table, table.name, table.columns[c]))
          std::printf("\t%s", trait.c_str());
        std::puts("");
      }
    }
}
