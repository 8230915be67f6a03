#include "archive/replaceable.hpp"

#include <fmt/format.h>

#include "archive/layout.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::archive {

void require_replaceable(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error) || std::filesystem::is_empty(path, error)) return;
  const bool ours =
      std::filesystem::exists(path / kManifestDigest, error) && std::filesystem::exists(path / kRestoreText, error);
  if (ours) return;
  throw Error(Kind::exists, fmt::format("\"{}\" is not an archive of pgcoffer, so it is not replaced", path.string()))
      .hint("Choose another name, or remove the folder yourself.");
}

}  // namespace pgcoffer::archive
