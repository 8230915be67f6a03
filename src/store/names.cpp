#include "store/names.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "pgcoffer/error.hpp"
#include "store/posix.hpp"
#include "store/zip_source.hpp"

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;
constexpr const char* kManifests[] = {"manifest.json", "manifest.json.cms"};

}  // namespace

bool is_safe_name(std::string_view name) noexcept {
  if (name.find('\\') != std::string_view::npos || name.find('\0') != std::string_view::npos) return false;
  for (;;) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

void require_safe_name(std::string_view name) {
  if (is_safe_name(name)) return;
  throw Error(Kind::damaged, fmt::format("\"{}\" is not the name of a file inside an archive", name))
      .hint("Was the archive tampered with? A name that leads out of it is never followed.")
      .object(std::string(name));
}

Target parse_target(const fs::path& path) {
  Target target{path, {}};
  while (!target.path.has_filename() && target.path.has_relative_path()) target.path = target.path.parent_path();
  const fs::path name = target.path.filename();
  if (name.empty() || name == "." || name == "..") {
    throw Error(Kind::usage, fmt::format("\"{}\" cannot be the name of an archive", path.string()))
        .hint("Name a folder or file that pgcoffer is to make.");
  }
  target.parent = target.path.has_parent_path() ? target.path.parent_path() : fs::path(".");
  struct stat status {};
  if (::stat(target.parent.c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) fail("look at folder", target.parent, errno);
    throw Error(Kind::not_found, fmt::format("cannot write \"{}\": there is no folder \"{}\"", target.path.string(),
                                             target.parent.string()))
        .hint(fmt::format("Make it first: mkdir -p '{}'", target.parent.string()))
        .object(target.parent.string());
  }
  if (!S_ISDIR(status.st_mode)) fail("write into", target.parent, ENOTDIR);
  return target;
}

bool occupied(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return true;
  if (errno != ENOENT) fail("look at", path, errno);
  return false;
}

bool is_empty_folder(const fs::path& path) noexcept {
  std::error_code error;
  return fs::symlink_status(path, error).type() == fs::file_type::directory && fs::is_empty(path, error) && !error;
}

bool looks_like_archive(const fs::path& path) noexcept {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    for (const char* manifest : kManifests) {
      if (fs::symlink_status(path / manifest, error).type() == fs::file_type::regular) return true;
    }
    return false;
  }
  if (!fs::is_regular_file(path, error)) return false;
  try {
    const auto zip = open_zip(path);
    for (const char* manifest : kManifests) {
      if (zip->contains(manifest)) return true;
    }
  } catch (const std::exception&) {
    // What cannot be read as a zip file is no archive as far as deleting it is concerned.
  }
  return false;
}

}  // namespace pgcoffer::store
