#include "archive/plain_script.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::archive {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20U;

std::string system_words(int error) {
  return std::generic_category().message(error);
}

/// What a run that was killed left: nothing, or the beginning of a script.
bool left_over(int fd) {
  std::array<char, 16> bytes{};
  const ssize_t size = ::pread(fd, bytes.data(), bytes.size(), 0);
  if (size <= 0) return size == 0;
  const std::string_view start(bytes.data(), static_cast<std::size_t>(size));
  constexpr std::array<std::string_view, 5> ours = {"SET statement", "CREATE DATABASE", "DROP DATABASE", "\x1f\x8b",
                                                    "\x28\xb5\x2f\xfd"};
  return std::ranges::any_of(ours, [&](std::string_view known) { return start.starts_with(known); });
}

/// Not for writing over somebody's file, nor beside another run.
int open_partial(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    const Kind kind = errno == EACCES || errno == EPERM || errno == EROFS ? Kind::permission : Kind::failed;
    throw Error(kind, fmt::format("cannot create \"{}\": {}", path.string(), system_words(errno)));
  }
  const bool in_use = ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (!in_use && left_over(fd) && ::ftruncate(fd, 0) == 0) return fd;
  ::close(fd);
  throw Error(Kind::exists,
              in_use ? fmt::format("\"{}\" is in use by another run", path.string())
                     : fmt::format("\"{}\" exists, and is not what a run of pgcoffer left over", path.string()))
      .hint("The script is made under that name first: move it away, or choose another name.");
}

}  // namespace

PlainScript::PlainScript(const std::filesystem::path& path, bool replace, const compress::Setting& compression,
                         store::Durability durability)
    : path_(path), durability_(durability) {
  if (compression.method != compress::Method::none) compressor_ = compress::make_compressor(compression);
  if (path == "-") {
    fd_ = STDOUT_FILENO;
    return;
  }
  const std::filesystem::file_status status = std::filesystem::status(path);
  if (std::filesystem::exists(status) && (!replace || !std::filesystem::is_regular_file(status))) {
    throw Error(Kind::exists, fmt::format("\"{}\" exists already", path.string()))
        .hint(std::filesystem::is_regular_file(status) ? "Choose another name, or replace it with --force."
                                                       : "Choose another name: it is not a file.");
  }
  const std::filesystem::path partial = path.string() + ".partial";
  fd_ = open_partial(partial);
  partial_ = partial;  // only now: what is not ours is not removed
}

PlainScript::~PlainScript() {
  if (partial_.empty() || committed_) return;
  if (fd_ >= 0) ::close(fd_);
  std::error_code ignored;
  std::filesystem::remove(partial_, ignored);
}

void PlainScript::write(std::string_view text) {
  pending_ += text;
  if (pending_.size() >= kChunk) flush();
}

void PlainScript::flush() {
  if (pending_.empty()) return;
  std::string_view bytes = compressor_ ? compressor_->compress(pending_) : pending_;
  stored_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const std::string name = partial_.empty() ? "standard output" : fmt::format("\"{}\"", partial_.string());
      const bool full = errno == ENOSPC || errno == EDQUOT;
      throw Error(Kind::failed, fmt::format("cannot write {}: {}", name, system_words(errno)))
          .hint(full ? "The disk is full: make room, or write to another place." : "")
          .object(name);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  pending_.clear();
}

void PlainScript::commit() {
  flush();
  committed_ = true;
  if (partial_.empty()) return;
  committed_ = false;
  const bool syncs = durability_ == store::Durability::synced;
  const bool synced = !syncs || ::fsync(fd_) == 0;
  if (::close(std::exchange(fd_, -1)) != 0 || !synced) {
    throw Error(Kind::failed, fmt::format("cannot sync \"{}\": {}", partial_.string(), system_words(errno)));
  }
  if (::rename(partial_.c_str(), path_.c_str()) != 0) {
    throw Error(Kind::failed, fmt::format("cannot rename \"{}\" to \"{}\": {}", partial_.string(), path_.string(),
                                          system_words(errno)));
  }
  committed_ = true;
  if (syncs) sync_folder(path_.parent_path());
}

}  // namespace pgcoffer::archive
