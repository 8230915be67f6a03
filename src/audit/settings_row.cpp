#include "audit/settings_row.hpp"

#include <utility>

#include "content/detect.hpp"

namespace pgcoffer::audit {
namespace {

/// In a short column what stands in place of a value is cut, in JSON it stands in quotes.
bool is_left(std::string_view value) {
  // What says whether something is done is no secret.
  if (value == "true" || value == "false") return false;
  return value.find(policy::kRemoved) == std::string_view::npos && !policy::kRemoved.starts_with(value) &&
         content::is_secret_text(value);
}

}  // namespace

void SettingsRow::add(std::size_t column, const std::string_view* value, ColumnText text) {
  if (!pair_ || value == nullptr) return;
  if (column == pair_->key) key_ = *value;
  if (column == pair_->value) secret_ = is_left(text == ColumnText::bytes ? bytes_of(*value) : std::string(*value));
}

bool SettingsRow::take_secret() {
  const std::string key = std::exchange(key_, "");
  return std::exchange(secret_, false) && policy::is_credential_key(key);
}

}  // namespace pgcoffer::audit
