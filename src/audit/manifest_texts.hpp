#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "archive/manifest.hpp"

namespace pgcoffer::audit {

/// A text that people wrote and the manifest repeats.
struct ManifestText {
  std::string object;  ///< "comment of the database", "reason of public.users.email"
  std::string_view text;
  bool replacement = false;  ///< says what stands in place of values: nobody's data
  bool comment = false;      ///< on a database, role or tablespace: a secret may stand beside its name
};

/// Those of the database or the server, of the policy and the options. What one rule says of many columns is told of
/// the first of them. The texts are the manifest's own, which must stay.
[[nodiscard]] std::vector<ManifestText> manifest_texts(const archive::Manifest& manifest);

/// The text as a report may repeat it: not where there is a credential in it.
[[nodiscard]] std::string shown(const std::string& text);

}  // namespace pgcoffer::audit
