/// For .ci/learn-resemblance: the traits of the columns of fixtures/schemas, a line each: application, name, label,
/// what it can be by its type ("c": a credential, "p": personal data that no rule knows) and traits, with tabs between.
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
        if (label == "either") continue;
        std::printf("%s\t%s.%s\t%s\t%s%s", schema.application.c_str(), table.name.name.c_str(),
                    table.columns[c].name.c_str(), label.c_str(),
                    policy::can_hold_credential(table.columns[c]) ? "c" : "",
                    policy::can_resemble(table.columns[c]) ? "p" : "");
        for (const std::string& trait : policy::traits_of(table, table.name, table.columns[c]))
          std::printf("\t%s", trait.c_str());
        std::puts("");
      }
    }
}
