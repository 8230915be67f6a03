#include "convert/open_any.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "base/digest.hpp"
#include "pgcoffer/convert.hpp"
#include "pgcoffer/error.hpp"
#include "pgdump/container.hpp"
#include "store/posix.hpp"

namespace pgcoffer::converting {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "pgcoffer-converted-";

bool lock(const store::Fd& folder) {
  return folder.get() >= 0 && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
}

store::Fd open_folder(const fs::path& path) {
  return store::Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// What runs that were killed have left: folders of ours that nobody has locked, and that were not made just now.
/// (Those of versions that did not lock theirs were called pgcoffer-UUID.)
void remove_left_over(const fs::path& parent) {
  constexpr std::chrono::minutes just_now{1};
  std::error_code ignored;
  for (fs::directory_iterator at(parent, ignored), end; !ignored && at != end; at.increment(ignored)) {
    const fs::directory_entry& entry = *at;
    const std::string name = entry.path().filename().string();
    struct stat status {};
    const bool ours = name.starts_with(kPrefix) && name.size() == kPrefix.size() + random_uuid().size() &&
                      ::lstat(entry.path().c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                      status.st_uid == ::geteuid();
    std::error_code gone;
    if (!ours || entry.last_write_time(gone) > fs::file_time_type::clock::now() - just_now || gone) continue;
    if (const store::Fd folder = open_folder(entry.path()); lock(folder)) fs::remove_all(entry.path(), gone);
  }
}

/// A folder for this user only, which goes away. It is locked as long as it is in use.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(fs::temp_directory_path() / fmt::format("{}{}", kPrefix, random_uuid())) {
    remove_left_over(path_.parent_path());
    constexpr mode_t only_us = 0700;
    if (::mkdir(path_.c_str(), only_us) != 0) store::fail("make folder", path_, errno);
    folder_ = open_folder(path_);
    static_cast<void>(lock(folder_));  // where the file system knows none, nobody removes it
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
  store::Fd folder_;
};

/// Keeps the folder as long as somebody reads from it.
class TemporarySource final : public store::Source {
 public:
  TemporarySource(std::unique_ptr<TemporaryFolder> folder, std::unique_ptr<store::Source> source)
      : folder_(std::move(folder)), source_(std::move(source)) {}

  void read(std::string_view name, std::string& bytes) const override { source_->read(name, bytes); }
  [[nodiscard]] bool contains(std::string_view name) const override { return source_->contains(name); }
  [[nodiscard]] std::vector<store::Listed> list() const override { return source_->list(); }
  [[nodiscard]] bool deflates() const noexcept override { return source_->deflates(); }

 private:
  std::unique_ptr<TemporaryFolder> folder_;
  std::unique_ptr<store::Source> source_;
};

std::unique_ptr<archive::Reader> open_converted(const fs::path& path, const std::stop_token& stop) {
  constexpr std::size_t key_size = 32;
  auto folder = std::make_unique<TemporaryFolder>();
  ConvertOptions options;
  options.input = path;
  options.output = folder->path() / "archive";
  options.compression = "zstd:1";
  options.recipients.key = Secret(random_bytes(key_size));
  Progress quiet;
  static_cast<void>(convert(options, quiet, stop));
  seal::Identities identities;
  identities.key = *options.recipients.key;
  auto source = store::open(options.output);
  return std::make_unique<archive::Reader>(std::make_unique<TemporarySource>(std::move(folder), std::move(source)),
                                           identities);
}

}  // namespace

std::unique_ptr<archive::Reader> open_any(const fs::path& path, const seal::Identities& identities,
                                          const archive::ReadOptions& options, const std::stop_token& stop) {
  return of_pg_dump(path) ? open_converted(path, stop) : archive::open(path, identities, options);
}

bool of_pg_dump(const fs::path& path) {
  return pgdump::is_pg_dump(path);
}

std::vector<std::string> doubts(const fs::path& path, const archive::Manifest& manifest) {
  return of_pg_dump(path) ? manifest.warnings : std::vector<std::string>();
}

}  // namespace pgcoffer::converting
