#include "draft/classify.hpp"

#include <fmt/format.h>

#include <array>

#include "policy/credentials.hpp"
#include "policy/criteria.hpp"
#include "policy/personal_data.hpp"

namespace pgcoffer::draft {
namespace {

using content::Family;
using content::Kind;

/// What people write into comments.
constexpr std::array<const char*, 6> secret_tags{"privacy: secret", "privacy:credential", "secret",
                                                 "credential",      "credentials",        "sensitive"};
constexpr std::array<const char*, 6> personal_tags{"privacy: personal", "pii",  "personal data",
                                                   "personal",          "gdpr", "personally identifiable"};

template <class Tags>
bool has_one(const std::string& comment, const Tags& tags) {
  for (const char* tag : tags)
    if (policy::has_tag(comment, tag)) return true;
  return false;
}

class Classifier {
 public:
  Classifier(const catalog::Column& column, const audit::ColumnContent& content) : column_(column), content_(content) {}

  Finding result(const catalog::Table& table, const QualifiedName& name) {
    if (const auto kind = policy::detect_column(table, name, column_))
      credential(policy::reason(*kind), true);
    else if (policy::is_called_like_credential(table, name, column_))
      credential(policy::kGuessedReason, true);
    if (const auto kind = policy::detect_personal_data(table, name, column_)) {
      personal(fmt::format("its name says personal data: {}", policy::to_string(*kind)));
      finding_.by_name = true;
    } else if (!finding_.credential && policy::is_called_like_personal_data(table, name, column_)) {
      personal(fmt::format("its name says {}", policy::kGuessedPersonalData));
      finding_.by_name = true;
    }
    if (has_one(column_.comment, secret_tags)) credential("credential: its comment says so", false);
    if (has_one(column_.comment, personal_tags)) personal("its comment says personal data");
    for (const Kind kind : content::all_kinds()) look_for(kind);
    if (finding_.evidence.empty())
      tell(content_.values() == 0 ? "no values were seen"
                                  : fmt::format("nothing found in {} values", content_.values()));
    return finding_;
  }

 private:
  void tell(const std::string& text) { finding_.evidence += (finding_.evidence.empty() ? "" : "; ") + text; }

  void credential(const std::string& reason, bool by_name) {
    tell(by_name ? "its name says " + reason : reason);
    finding_.credential = true;
    finding_.by_name = finding_.by_name || by_name;
    if (finding_.credential_reason.empty()) finding_.credential_reason = reason;
  }

  void personal(const std::string& text) {
    tell(text);
    finding_.personal = true;
  }

  void look_for(Kind kind) {
    const auto& seen = content_.seen(kind);
    if (seen.rows == 0 || !audit::is_likely(kind, column_, content_)) return;
    const std::string text = fmt::format("{} of {} values: {}", seen.rows, content_.values(), describe(kind));
    const Family of = family(kind);
    if (of == Family::personal) return personal(text);
    tell(text);
    // A UUID or digest is a token only where the name says so.
    if (of == Family::random && kind != Kind::high_entropy) return;
    finding_.within_json = kind == Kind::json_secret && (!finding_.credential || finding_.within_json);
    finding_.credential = true;
    if (finding_.credential_reason.empty()) finding_.credential_reason = fmt::format("credential: {}", describe(kind));
  }

  const catalog::Column& column_;
  const audit::ColumnContent& content_;
  Finding finding_;
};

}  // namespace

Finding classify(const catalog::Table& table, const QualifiedName& name, const catalog::Column& column,
                 const audit::ColumnContent& content) {
  return Classifier(column, content).result(table, name);
}

}  // namespace pgcoffer::draft
