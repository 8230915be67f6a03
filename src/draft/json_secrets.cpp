#include "draft/json_secrets.hpp"

#include <nlohmann/json.hpp>

#include "content/detect.hpp"
#include "policy/credential_names.hpp"
#include "policy/json_path.hpp"

namespace pgcoffer::draft {
namespace {

using Json = nlohmann::json;

/// Keys of data, ids for example, make more paths than a rule for a column should have.
constexpr std::size_t kMostPaths = 20;

std::string quoted(const std::string& key) {
  return "\"" + key + "\"";
}

bool is_credential_name(std::string_view name) {
  return policy::credential_by_name(name).has_value();
}

bool is_secret(const std::string& key, const Json& value) {
  return value.is_string() && content::is_secret_text(value.get_ref<const std::string&>()) && is_credential_name(key);
}

/// Takes out what it finds.
void walk(Json& value, const std::string& path, std::set<std::string>& found) {
  if (value.is_array())
    for (Json& element : value) walk(element, path, found);
  if (!value.is_object()) return;
  for (auto& [key, member] : value.items()) {
    const std::string here = path.empty() ? quoted(key) : path + "." + quoted(key);
    if (is_secret(key, member)) {
      found.insert(here);
      member = nullptr;
    }
    walk(member, here, found);
  }
}

}  // namespace

void JsonSecrets::add(std::string_view value) {
  Json document = Json::parse(value, nullptr, false);
  if (document.is_discarded()) return;
  std::set<std::string> found;
  walk(document, "", found);
  // What is told by more than its own key ({"name": "password", "value": "…"}) no path leads to.
  whole_ = whole_ || content::kinds_in(document.dump(), is_credential_name).has(content::Kind::json_secret);
  for (const std::string& path : found) whole_ = whole_ || !policy::json_path(path);
  paths_.merge(found);
  whole_ = whole_ || paths_.size() > kMostPaths;
}

void JsonSecrets::add(const JsonSecrets& others) {
  paths_.insert(others.paths_.begin(), others.paths_.end());
  whole_ = whole_ || others.whole_ || paths_.size() > kMostPaths;
}

}  // namespace pgcoffer::draft
