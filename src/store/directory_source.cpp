#include "store/directory_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/room.hpp"
#include "pgcoffer/error.hpp"
#include "store/names.hpp"
#include "store/posix.hpp"

namespace pgcoffer::store {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void not_a_file(const fs::path& path) {
  throw Error(Kind::damaged, fmt::format("\"{}\" is not a regular file", path.string()))
      .hint("A link, or a pipe, in the place of an archive's file is not followed: put the file itself there.")
      .object(path.string());
}

class DirectorySource final : public Source {
 public:
  explicit DirectorySource(const fs::path& path)
      : path_(path), root_(open_file(path, O_RDONLY | O_DIRECTORY, "open folder")) {}

  void read(std::string_view name, std::string& bytes) const override {
    require_safe_name(name);
    const fs::path path = path_ / name;
    const Fd file = open_inside(name);
    if (!file) {
      if (errno == ENOENT || errno == ENOTDIR) missing(name);
      if (errno == ELOOP) not_a_file(path);
      fail("open", path, errno);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) fail("read", path, errno);
    if (!S_ISREG(status.st_mode)) not_a_file(path);
    resize_room(bytes, static_cast<std::size_t>(status.st_size));
    const ssize_t got = read_up_to(file.get(), bytes.data(), bytes.size());
    if (got < 0) fail("read", path, errno);
    if (static_cast<std::size_t>(got) != bytes.size()) {
      throw Error(Kind::damaged, fmt::format("\"{}\" became shorter while it was read", path.string()))
          .object(std::string(name));
    }
  }

  [[nodiscard]] bool contains(std::string_view name) const override {
    if (!is_safe_name(name)) return false;
    const Fd file = open_inside(name);
    struct stat status {};
    return file && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
  }

  [[nodiscard]] std::vector<Listed> list() const override {
    // What lies here and nothing lists may be anything: a link, a pipe, a folder that only root may look into.
    constexpr auto kOptions = fs::directory_options::skip_permission_denied;
    std::vector<Listed> all;
    try {
      for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_, kOptions)) {
        const fs::file_type type = entry.symlink_status().type();
        if (type == fs::file_type::directory) continue;
        const std::uint64_t size = type == fs::file_type::regular ? entry.file_size() : 0;
        all.push_back({entry.path().lexically_relative(path_).generic_string(), size});
      }
    } catch (const fs::filesystem_error& error) {
      fail("list", error.path1(), error.code().value());
    }
    std::sort(all.begin(), all.end(), [](const Listed& a, const Listed& b) { return a.name < b.name; });
    return all;
  }

  [[nodiscard]] bool deflates() const noexcept override { return true; }

 private:
  [[noreturn]] void missing(std::string_view name) const {
    throw Error(Kind::not_found, fmt::format("there is no \"{}\" in \"{}\"", name, path_.string()))
        .object(std::string(name));
  }

  /// Opens step by step from the root, so that a link anywhere on the way is an error (ELOOP or ENOTDIR) and not
  /// followed. O_NONBLOCK: a pipe in the archive's place must not make us wait for its other end.
  [[nodiscard]] Fd open_inside(std::string_view name) const noexcept {
    Fd folder;
    for (;;) {
      const std::size_t slash = name.find('/');
      const std::string part(name.substr(0, slash));
      const int at = folder ? folder.get() : root_.get();
      if (slash == std::string_view::npos) return open_at(at, part.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      Fd next = open_at(at, part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW);
      if (!next) return next;
      folder = std::move(next);
      name.remove_prefix(slash + 1);
    }
  }

  fs::path path_;
  Fd root_;
};

}  // namespace

std::unique_ptr<Source> open_directory(const fs::path& path) {
  return std::make_unique<DirectorySource>(path);
}

}  // namespace pgcoffer::store
