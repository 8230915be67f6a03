#include "archive/plain_script.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

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

}  // namespace

PlainScript::PlainScript(const std::filesystem::path& path, bool replace, const compress::Setting& compression)
    : path_(path) {
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
  partial_ = path;
  partial_ += ".partial";
  fd_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd_ < 0)
    throw Error(Kind::failed, fmt::format("cannot create \"{}\": {}", partial_.string(), system_words(errno)));
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
  if (compressor_) compressor_->compress(pending_, packed_);
  std::string_view bytes = compressor_ ? packed_ : pending_;
  stored_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const std::string name = partial_.empty() ? "standard output" : fmt::format("\"{}\"", partial_.string());
      throw Error(Kind::failed, fmt::format("cannot write {}: {}", name, system_words(errno)));
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
  const bool synced = ::fsync(fd_) == 0;
  if (::close(std::exchange(fd_, -1)) != 0 || !synced) {
    throw Error(Kind::failed, fmt::format("cannot sync \"{}\": {}", partial_.string(), system_words(errno)));
  }
  if (::rename(partial_.c_str(), path_.c_str()) != 0) {
    throw Error(Kind::failed, fmt::format("cannot rename \"{}\" to \"{}\": {}", partial_.string(), path_.string(),
                                          system_words(errno)));
  }
  committed_ = true;
  sync_folder(path_.parent_path());
}

}  // namespace pgcoffer::archive
