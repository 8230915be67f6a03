#include "store/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/file.hpp"
#include "pgcoffer/error.hpp"
#include "store/directory_sink.hpp"
#include "store/directory_source.hpp"
#include "store/names.hpp"
#include "store/posix.hpp"
#include "store/workspace.hpp"
#include "store/zip_sink.hpp"
#include "store/zip_source.hpp"
#include "store/zip_writer.hpp"

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;

/// A folder that a file system is mounted on can be neither renamed nor replaced.
void refuse_mount_point(const Target& target) {
  struct stat here {
  }, parent{};
  if (::lstat(target.path.c_str(), &here) != 0 || ::stat(target.parent.c_str(), &parent) != 0) return;
  if (!S_ISDIR(here.st_mode) || here.st_dev == parent.st_dev) return;
  throw Error(Kind::usage,
              fmt::format("\"{}\" is the root of a file system, and cannot become an archive", target.path.string()))
      .hint("Name a folder or file inside it.")
      .object(target.path.string());
}

void check_target(const Target& target, Container container, bool replace) {
  if (!occupied(target.path)) return;
  refuse_mount_point(target);
  if (container == Container::directory && is_empty_folder(target.path)) return;
  if (!replace) {
    throw Error(Kind::exists, fmt::format("\"{}\" exists", target.path.string()))
        .hint("Choose another name, or replace it with --force once the new archive is whole.")
        .object(target.path.string());
  }
  if (looks_like_archive(target.path)) return;
  throw Error(Kind::exists, fmt::format("\"{}\" exists and is not an archive of pgcoffer, so it is not replaced",
                                        target.path.string()))
      .hint("Choose another name, or move it away yourself.")
      .object(target.path.string());
}

fs::path without_slash(const fs::path& path) {
  return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

[[noreturn]] void no_archive(const fs::path& path) {
  fs::path partial = without_slash(path);
  partial += ".partial";
  std::error_code error;
  const bool unfinished = fs::exists(partial, error);
  throw Error(Kind::not_found, fmt::format("there is no archive \"{}\"", path.string()))
      .hint(unfinished ? fmt::format("\"{}\" is a dump that is not finished, or was killed.", partial.string()) : "")
      .object(path.string());
}

}  // namespace

fs::path Sink::folder(const std::string& name) {
  throw Error(Kind::usage, fmt::format("a zip file cannot hold a folder of archives (\"{}\")", name))
      .hint("Write a directory.");
}

std::unique_ptr<Sink> create(const fs::path& path, Container container, bool replace, Durability durability) {
  const Target target = parse_target(path);
  check_target(target, container, replace);
  auto workspace = std::make_unique<Workspace>(target, durability);
  check_target(target, container, replace);  // again: the workspace may have brought back an archive (Workspace::clear)
  if (container == Container::zip) return create_zip(std::move(workspace), replace);
  return create_directory(std::move(workspace), replace);
}

void check_place(const fs::path& path, Container container, bool replace) {
  check_target(parse_target(path), container, replace);
}

std::unique_ptr<Source> open(const fs::path& path) {
  const fs::path name = without_slash(path);
  struct stat status {};
  if (::stat(name.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) no_archive(path);
    fail("open", path, errno);
  }
  if (S_ISDIR(status.st_mode)) return open_directory(name);
  if (S_ISREG(status.st_mode)) return open_zip(name);
  throw Error(Kind::damaged, fmt::format("\"{}\" is neither a folder nor a zip file", path.string()))
      .object(path.string());
}

void replace_entry(const fs::path& path, std::string_view name, std::string_view bytes) {
  require_safe_name(name);
  std::error_code error;
  const fs::path real = fs::canonical(path, error);  // a link to the archive stays one
  if (error) no_archive(path);
  const Target target = parse_target(real);
  if (fs::is_directory(target.path)) {
    const auto source = open_directory(target.path);
    static_cast<void>(source->get(name));  // refuses what is missing, or a link to elsewhere
    return replace_file(target.path / name, bytes);
  }
  Workspace workspace(target, Durability::synced);
  const fs::path zip = workspace.folder() / "archive.zip";
  copy_with(target.path, zip, name, bytes);
  workspace.publish(zip, true);
}

}  // namespace pgcoffer::store
