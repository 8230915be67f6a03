#include "store/directory_sink.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "pgcoffer/error.hpp"
#include "store/ledger.hpp"
#include "store/posix.hpp"
#include "store/sync.hpp"

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;

class DirectorySink final : public Sink {
 public:
  DirectorySink(std::unique_ptr<Workspace> workspace, bool replace)
      : workspace_(std::move(workspace)), replace_(replace), root_(workspace_->folder() / "tree") {
    make_folder(root_);
    later_.emplace(root_);
  }

  void put(const Entry& entry, std::string_view bytes) override {
    if (entry.raw_deflate) throw Error(Kind::failed, "a folder cannot hold deflate entries of a zip file");
    ledger_.begin(entry.name);
    const fs::path path = root_ / entry.name;
    make_folders_of(entry.name);
    Fd file = open_file(path, O_WRONLY | O_CREAT | O_EXCL, "create", 0600);
    write_all(file, bytes, path);
    // Large files are synced here, by many threads and while others compress; small ones together at the end.
    const bool large = bytes.size() >= kSyncAtOnce;
    if (large && workspace_->syncs()) sync_file(file, path);
    close_written(file, path);
    if (!large) later_->add_file(path);
    ledger_.end(entry.name);
  }

  void commit() override {
    ledger_.require_complete();
    if (workspace_->syncs()) later_->sync();
    later_.reset();
    workspace_->publish(root_, replace_);
    workspace_.reset();
  }

  [[nodiscard]] bool deflates() const noexcept override { return false; }

  [[nodiscard]] fs::path folder(const std::string& name) override {
    make_folders_of(name + "/");
    return root_ / name;
  }

 private:
  static constexpr std::size_t kSyncAtOnce = std::size_t{1} << 20;

  void make_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) != 0) fail("make folder", path, errno);
  }

  void make_folders_of(std::string_view name) {
    const std::scoped_lock lock(folders_mutex_);
    for (std::size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/', slash + 1)) {
      const std::string folder(name.substr(0, slash));
      if (!folders_.insert(folder).second) continue;
      make_folder(root_ / folder);
      later_->add_folder(root_ / folder);
    }
  }

  std::unique_ptr<Workspace> workspace_;
  bool replace_;
  fs::path root_;
  std::optional<LaterSync> later_;
  Ledger ledger_;
  std::mutex folders_mutex_;
  std::set<std::string> folders_;
};

}  // namespace

std::unique_ptr<Sink> create_directory(std::unique_ptr<Workspace> workspace, bool replace) {
  return std::make_unique<DirectorySink>(std::move(workspace), replace);
}

}  // namespace pgcoffer::store
