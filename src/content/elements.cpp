#include "content/elements.hpp"

#include <string>

namespace pgcoffer::content {
namespace {

/// One element of an array or composite value, or a key or value of an hstore.
struct Element {
  std::string text;
  bool null = true;
};

/// Reads what stands between the separators of arrays, composite values and hstores: in double quotes, where a
/// backslash or a second quote makes the next character stand for itself, or without.
class Elements {
 public:
  Elements(std::string_view text, std::string_view separators) : text_(text), separators_(separators) {}

  bool next(Element& element) {
    while (at_ < text_.size() && is_separator(text_[at_])) ++at_;
    if (at_ == text_.size()) return false;
    element.text.clear();
    const bool quoted = text_[at_] == '"';
    if (quoted) ++at_;
    while (at_ < text_.size() && !ends(quoted)) {
      if ((text_[at_] == '\\' || text_[at_] == '"') && at_ + 1 < text_.size()) ++at_;
      element.text += text_[at_++];
    }
    if (quoted && at_ < text_.size()) ++at_;
    element.null = !quoted && element.text == "NULL";
    return true;
  }

 private:
  [[nodiscard]] bool is_separator(char c) const { return separators_.find(c) != std::string_view::npos; }
  [[nodiscard]] bool ends(bool quoted) const {
    if (!quoted) return is_separator(text_[at_]);
    return text_[at_] == '"' && (at_ + 1 == text_.size() || text_[at_ + 1] != '"');
  }

  std::string_view text_, separators_;
  std::size_t at_ = 0;
};

}  // namespace

Kinds kinds_in_array(std::string_view value, IsCredentialName is_credential_name) {
  // Bounds other than 1 stand before it: [0:1]={a,b}.
  const auto start = value.find('{');
  Elements elements(value.substr(start == std::string_view::npos ? 0 : start), "{},");
  Kinds found;
  for (Element element; elements.next(element);)
    if (!element.null) found.add(kinds_in(element.text, is_credential_name));
  return found;
}

Kinds kinds_in_composite(std::string_view value, IsCredentialName is_credential_name) {
  Elements elements(value.substr(1, value.size() - 2), ",");
  Kinds found;
  for (Element element; elements.next(element);) found.add(kinds_in(element.text, is_credential_name));
  return found;
}

Kinds kinds_in_hstore(std::string_view value, IsCredentialName is_credential_name) {
  Elements elements(value, "=>, ");
  Kinds found;
  for (Element key, element; elements.next(key) && elements.next(element);) {
    if (element.null) continue;
    if (is_credential_name(key.text) && is_secret_text(element.text)) found.add(Kind::json_secret);
    found.add(recognised_in(element.text, is_credential_name));
  }
  return found;
}

}  // namespace pgcoffer::content
