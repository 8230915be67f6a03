#include "store/zip_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <mutex>

#include "base/room.hpp"
#include "pgcoffer/error.hpp"
#include "store/names.hpp"
#include "store/zip_handle.hpp"
#include "store/zip_layout.hpp"

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;

struct Item {
  zip_uint64_t index = 0;
  zip_uint64_t stored_size = 0;
  bool raw = false;  ///< deflate data, given out as it is
  Plain plain{};     ///< what the directory says of it
};

class ZipSource final : public Source {
 public:
  explicit ZipSource(const fs::path& path) : path_(path), file_(open_file(path, O_RDONLY, "open")) {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) fail("read", path_, errno);
    size_ = static_cast<zip_uint64_t>(status.st_size);
    ZipPtr zip = open_for_reading(file_, path_);
    const zip_int64_t count = zip_get_num_entries(zip.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i) add(zip.get(), static_cast<zip_uint64_t>(i));
    idle_.push_back(std::move(zip));
  }

  void read(std::string_view name, std::string& bytes) const override {
    require_safe_name(name);
    const auto found = items_.find(name);
    if (found == items_.end()) {
      throw Error(Kind::not_found, fmt::format("there is no \"{}\" in \"{}\"", name, path_.string()))
          .object(std::string(name));
    }
    ZipPtr zip = borrow();
    read_item(zip.get(), found->first, found->second, bytes);
    // Not given back after an error, which may have left the handle anywhere.
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(zip));
  }

  [[nodiscard]] bool contains(std::string_view name) const override { return items_.contains(name); }

  [[nodiscard]] std::vector<Listed> list() const override {
    std::vector<Listed> all;
    for (const auto& [name, item] : items_) all.push_back({name, item.stored_size});
    return all;
  }

  [[nodiscard]] std::vector<Flaw> flaws() const override { return flaws_of_zip(file_, size_, path_); }

  [[nodiscard]] std::optional<Plain> plain_of(std::string_view name) const override {
    const auto found = items_.find(name);
    if (found == items_.end() || !found->second.raw) return {};
    return found->second.plain;
  }

  [[nodiscard]] bool deflates() const noexcept override { return false; }

 private:
  [[noreturn]] void damaged(std::string_view name, std::string_view why) const {
    throw Error(Kind::damaged, fmt::format("\"{}\" in \"{}\" is damaged: {}", name, path_.string(), why))
        .hint("Was the file changed, or copied in part?")
        .object(std::string(name));
  }

  void add(zip_t* zip, zip_uint64_t index) {
    zip_stat_t status;
    zip_stat_init(&status);
    if (zip_stat_index(zip, index, 0, &status) != 0) damaged("an entry", words_of(*zip_get_error(zip)));
    const std::string_view name = status.name;
    if (name.ends_with('/')) return;  // a folder's own entry, as other programs make them
    require_safe_name(name);
    if (status.encryption_method != ZIP_EM_NONE) damaged(name, "it is encrypted by zip's own means");
    if (status.comp_method != ZIP_CM_STORE && status.comp_method != ZIP_CM_DEFLATE) {
      damaged(name, fmt::format("its compression method {} is not one that pgcoffer writes", status.comp_method));
    }
    const bool raw = status.comp_method == ZIP_CM_DEFLATE;
    if (!raw && status.size != status.comp_size) damaged(name, "its sizes differ");
    // Before a size that a damaged file claims can become an allocation of that size.
    if (status.comp_size > size_) damaged(name, "its size is larger than the zip file's");
    if (!items_.emplace(name, Item{index, status.comp_size, raw, {status.size, status.crc}}).second)
      damaged(name, "it is there twice");
  }

  /// A handle for this thread: an idle one, or a new one on the same file.
  [[nodiscard]] ZipPtr borrow() const {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        ZipPtr zip = std::move(idle_.back());
        idle_.pop_back();
        return zip;
      }
    }
    return open_for_reading(file_, path_);
  }

  void read_item(zip_t* zip, std::string_view name, const Item& item, std::string& bytes) const {
    const ZipFilePtr file(zip_fopen_index(zip, item.index, item.raw ? ZIP_FL_COMPRESSED : 0));
    if (file == nullptr) damaged(name, words_of(*zip_get_error(zip)));
    resize_room(bytes, item.stored_size);
    std::size_t done = 0;
    // One read beyond the last byte, since libzip checks a stored entry's CRC when it finds the end.
    char beyond = 0;
    for (;;) {
      const bool full = done == bytes.size();
      const zip_int64_t got =
          zip_fread(file.get(), full ? &beyond : bytes.data() + done, full ? 1 : bytes.size() - done);
      if (got < 0) damaged(name, words_of(*zip_file_get_error(file.get())));
      if (got == 0) break;
      if (full) damaged(name, "it is longer than its size says");
      done += static_cast<std::size_t>(got);
    }
    if (done != bytes.size()) damaged(name, "it is cut off");
  }

  fs::path path_;
  Fd file_;
  zip_uint64_t size_ = 0;
  std::map<std::string, Item, std::less<>> items_;
  mutable std::mutex mutex_;
  mutable std::vector<ZipPtr> idle_;
};

}  // namespace

std::unique_ptr<Source> open_zip(const fs::path& path) {
  return std::make_unique<ZipSource>(path);
}

}  // namespace pgcoffer::store
