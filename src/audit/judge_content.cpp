#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "audit/judge.hpp"
#include "audit/schema.hpp"
#include "base/text.hpp"
#include "policy/credentials.hpp"
#include "policy/personal_data.hpp"

namespace pgcoffer::audit {
namespace {

using content::Family;
using content::Kind;

std::string column_name(const archive::Table& table, const std::string& column) {
  return display_name({table.schema, table.name}) + "." + quote_ident(column);
}

/// The earliest of the places in their order in the archive.
std::vector<Place> first(std::vector<Place> places) {
  std::ranges::sort(places, {}, [](const Place& place) { return std::pair(place.part, place.row); });
  if (places.size() > kPlaces) places.resize(kPlaces);
  return places;
}

/// Of a table's column in its rows: the manifest's, the catalog's, and what is in it.
struct Looked {
  const archive::Table& table;
  const archive::Column& column;
  const catalog::Table& model;
  const QualifiedName& root_name;  ///< of the partitioned table, or the table's own
  const catalog::Column& model_column;
  const ColumnContent& content;

  [[nodiscard]] std::string name() const { return column_name(table, column.name); }
  /// The dump took the values as they are.
  [[nodiscard]] bool kept() const { return column.verdict.empty() || column.verdict == "keep"; }
  [[nodiscard]] bool may_be_real() const { return audit::may_be_real(column.verdict); }
};

/// Whether the kind is told of in such a column; the policy's own replacements are nobody's data. A random text may be
/// what a rule made of a value; what looks like personal data was rather let through by it.
bool concerns(Kind kind, const Looked& looked) {
  if (looked.column.verdict == "null" || looked.column.verdict == "constant") return false;
  const Family of = content::family(kind);
  if (of == Family::credential) return true;
  if (of == Family::personal) return looked.may_be_real();
  return looked.kept() && kind == Kind::high_entropy;
}

/// Where what was found is told.
std::vector<Finding>& list_for(Kind kind, Report& report) {
  const bool note = content::family(kind) == Family::personal && !report.personal_data;
  return note ? report.notes : report.findings;
}

class Judge {
 public:
  explicit Judge(Report& report) : report_(report) {}

  void column(const Looked& looked) {
    verdict(looked);
    bool told = false;
    for (const Kind kind : content::all_kinds()) {
      const auto& seen = looked.content.seen(kind);
      if (seen.rows == 0 || !concerns(kind, looked) || !is_likely(kind, looked.model_column, looked.content)) continue;
      told = true;
      list_for(kind, report_)
          .push_back({looked.name(), std::string(to_string(kind)), std::string(describe(kind)), seen.rows,
                      looked.content.values(), first(seen.places)});
    }
    if (!told) by_name(looked);
  }

 private:
  /// That a verdict has been carried out.
  void verdict(const Looked& looked) {
    const auto& content = looked.content;
    const bool broken = (looked.column.verdict == "null" && content.values() > 0) ||
                        (looked.column.verdict == "constant" && !content.all_the_same);
    if (!broken) return;
    report_.findings.push_back(
        {looked.name(),
         "verdict-not-kept",
         fmt::format("the manifest says {}, and the rows have other values", looked.column.verdict),
         content.values(),
         content.rows,
         {}});
  }

  /// A column that is called like a credential and was kept without a rule that says so. Where its values are known by
  /// their shape, that has been told.
  void by_name(const Looked& looked) {
    if (!looked.kept() || !looked.column.rule.empty() || looked.content.values() == 0) return;
    const auto credential = policy::detect_column(looked.model, looked.root_name, looked.model_column);
    const auto add = [&](std::vector<Finding>& list, const char* kind, const std::string& what) {
      list.push_back({looked.name(), kind, what, looked.content.values(), looked.content.values(), {}});
    };
    if (credential) add(report_.findings, "named-like-a-credential", "its name says " + policy::reason(*credential));
    if (!credential && policy::is_called_like_credential(looked.model, looked.root_name, looked.model_column))
      add(report_.notes, "called-like-a-credential", policy::kGuessedReason);
    const auto personal = policy::detect_personal_data(looked.model, looked.root_name, looked.model_column);
    if (personal)
      add(report_.personal_data ? report_.findings : report_.notes, "named-like-personal-data",
          fmt::format("its name says personal data: {}", to_string(*personal)));
    else if (policy::is_called_like_personal_data(looked.model, looked.root_name, looked.model_column))
      add(report_.notes, "called-like-personal-data", policy::kGuessedPersonalData);
  }

  Report& report_;
};

/// Rows of a table whose rows were to be left out, and columns that should not be there.
void judge_table(const archive::Table& table, const TableContent& content, Report& report) {
  const std::string name = display_name({table.schema, table.name});
  if (table.verdict.starts_with("exclude") && !table.parts.empty())
    report.findings.push_back(
        {name, "verdict-not-kept", "its rows are left out by the manifest, and there are some", table.rows, 0, {}});
  if (!content.wrong_rows.empty())
    report.findings.push_back({name, "columns-differ", "rows have other columns than the manifest says",
                               content.wrong_rows.size(), 0, first(content.wrong_rows)});
}

}  // namespace

void judge_content(const archive::Toc& toc, const Collector& seen, Report& report) {
  const archive::Manifest& manifest = report.manifest;
  const catalog::Catalog catalog = catalog_of(manifest, toc);
  Judge judge(report);
  for (std::size_t i = 0; i < manifest.tables.size(); ++i) {
    const archive::Table& table = manifest.tables[i];
    judge_table(table, seen.tables()[i], report);
    const catalog::Table& model = catalog.tables[i];
    const catalog::Table* root = catalog.find(model.partition_root);
    std::size_t field = 0;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (!table.columns[c].in_rows) continue;
      judge.column({table, table.columns[c], model, root == nullptr ? model.name : root->name, model.columns[c],
                    seen.tables()[i].columns[field++]});
    }
  }
  std::vector<Token> tokens = seen.tokens();
  std::ranges::stable_sort(tokens, {}, [](const Token& token) { return std::tie(token.part, token.object); });
  for (const Token& token : tokens)
    list_for(token.kind, report)
        .push_back({token.object,
                    std::string(to_string(token.kind)),
                    std::string(describe(token.kind)),
                    0,
                    0,
                    {{token.part, 0}}});
}

}  // namespace pgcoffer::audit
