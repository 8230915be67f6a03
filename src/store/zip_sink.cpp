#include "store/zip_sink.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <mutex>

#include "pgcoffer/error.hpp"
#include "store/ledger.hpp"
#include "store/posix.hpp"
#include "store/zip_writer.hpp"

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;

class ZipSink final : public Sink {
 public:
  ZipSink(std::unique_ptr<Workspace> workspace, bool replace)
      : workspace_(std::move(workspace)), replace_(replace), spool_(workspace_->folder() / "spool") {
    if (::mkdir(spool_.c_str(), 0700) != 0) fail("make folder", spool_, errno);
  }

  void put(const Entry& entry, std::string_view bytes) override {
    ledger_.begin(entry.name);
    const fs::path path = note(entry, bytes.size());
    Fd file = open_file(path, O_WRONLY | O_CREAT | O_EXCL, "create", 0600);
    write_all(file, bytes, path);
    close_written(file, path);
    ledger_.end(entry.name);
  }

  void commit() override {
    ledger_.require_complete();
    const fs::path zip = workspace_->folder() / "archive.zip";
    pack(files_, zip, workspace_->syncs() ? Durability::synced : Durability::unsynced);
    workspace_->publish(zip, replace_);
    workspace_.reset();
  }

  [[nodiscard]] bool deflates() const noexcept override { return true; }

 private:
  /// Spooled files are numbered: their names are for the zip file, and need no folders here.
  fs::path note(const Entry& entry, std::uint64_t size) {
    const std::scoped_lock lock(files_mutex_);
    fs::path path = spool_ / fmt::format("{:08}", files_.size());
    files_.push_back({entry, path, size});
    return path;
  }

  std::unique_ptr<Workspace> workspace_;
  bool replace_;
  fs::path spool_;
  Ledger ledger_;
  std::mutex files_mutex_;
  std::vector<Spooled> files_;
};

}  // namespace

std::unique_ptr<Sink> create_zip(std::unique_ptr<Workspace> workspace, bool replace) {
  return std::make_unique<ZipSink>(std::move(workspace), replace);
}

}  // namespace pgcoffer::store
