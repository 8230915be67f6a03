// Disks that are full, runs that are killed, places without permission: afterwards the final name is absent, or bears
// a whole archive, the old one or the new.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "catch.hpp"
#include "error_of.hpp"
#include "stores.hpp"

using namespace pgcoffer;
using namespace pgcoffer_test;
namespace fs = std::filesystem;

namespace {

/// No file of this process may grow beyond `bytes`, as long as this lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_signal_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, old_signal_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_{};
  sighandler_t old_signal_;
};

/// A very small file system; only root can have one.
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& path) : path_(path) {
    fs::create_directory(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount(path_.c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  fs::path path_;
  bool mounted_ = false;
};

/// Runs in a process of its own, which ends without any destructor; its exit code.
template <class Work>
int in_child(Work&& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 99;
    try {
      code = work();
    } catch (const std::exception&) {
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// A kernel or file system that cannot swap two names: renameat2 with flags says EINVAL from now on.
bool forbid_swapping() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[4])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/// A disk that takes nothing: fsync and syncfs say EIO from now on.
bool forbid_syncing() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_syncfs, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

fs::path partial(const TempFolder& folder, const Store& store) {
  return (folder / store.file).string() + ".partial";
}

std::string manifest_in(const TempFolder& folder, const Store& store) {
  const auto source = store.open(folder);
  const std::string manifest = source->get("manifest.json");
  CHECK(source->get("data/public.t/0001.sql") == "rows of " + manifest);
  return manifest;
}

}  // namespace

TEST_CASE("a file that cannot be written whole: named, and the archive cannot be committed") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "old");
    {
      const auto sink = store.create(folder, true);
      sink->put({"manifest.json"}, "new");
      const FileSizeLimit limit(100'000);
      const auto error = error_of([&] { sink->put({"data/x/0001.sql"}, std::string(200'000, 'x')); });
      REQUIRE(error);
      CHECK(error->kind() == Kind::failed);
      CHECK(error->message().substr(0, 14) == "cannot write \"");
      CHECK(error->message().find("\": File too large") != std::string::npos);
      CHECK(error->hint() == "The file system, or a limit (see: ulimit -f), allows no larger file.");
      const auto commit = error_of([&] { sink->commit(); });
      REQUIRE(commit);
      CHECK(commit->message() == "the archive is not whole: \"data/x/0001.sql\" was not written");
    }
    CHECK(manifest_in(folder, store) == "old");
    CHECK_FALSE(present(partial(folder, store)));
  }
}

TEST_CASE("a zip file that cannot be packed leaves the old one") {
  const Store& zip = kStores[1];
  const TempFolder folder;
  zip.make(folder, "old");
  {
    const auto sink = zip.create(folder, true);
    for (int i = 0; i < 4; ++i) sink->put({"data/" + std::to_string(i)}, std::string(40'000, 'x'));
    const FileSizeLimit limit(100'000);
    const auto error = error_of([&] { sink->commit(); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::failed);
    CHECK(error->message() == "cannot write \"" + partial(folder, zip).string() + "/archive.zip\": File too large");
  }
  CHECK(manifest_in(folder, zip) == "old");
  CHECK_FALSE(present(partial(folder, zip)));
}

TEST_CASE("replacing a file in an archive fails as a whole") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "old");
    {
      const FileSizeLimit limit(10'000);
      CHECK(error_of([&] { store::replace_entry(folder / store.file, "manifest.json", std::string(20'000, 'x')); }));
    }
    CHECK(manifest_in(folder, store) == "old");
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
  }
}

TEST_CASE("a full disk is named") {
  const TempFolder folder;
  const SmallDisk disk(folder / "disk");
  if (!disk.mounted()) {
    WARN("not run: only root can mount a small file system");
    return;
  }
  const std::string hint_end = "\": make room there, or write to another place.";
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const fs::path path = folder / "disk" / store.file;
    {
      const auto sink = store::create(path, store.container, false);
      sink->put({"manifest.json"}, "{}");
      const auto error = error_of([&] { sink->put({"large"}, std::string(2'000'000, 'x')); });
      REQUIRE(error);
      CHECK(error->kind() == Kind::failed);
      CHECK(error->message().find("\": No space left on device") != std::string::npos);
      CHECK(error->hint().substr(0, 30) == "There is no room left in \"" + path.string().substr(0, 4));
      CHECK(error->hint().substr(error->hint().size() - hint_end.size()) == hint_end);
    }
    CHECK(fs::is_empty(folder / "disk"));
  }
  {
    const auto sink = store::create(folder / "disk/dump.zip", store::Container::zip, false);
    sink->put({"large"}, std::string(700'000, 'x'));
    const auto error = error_of([&] { sink->commit(); });
    REQUIRE(error);
    CHECK(error->message() ==
          "cannot write \"" + (folder / "disk/dump.zip.partial/archive.zip").string() + "\": No space left on device");
  }
  CHECK(fs::is_empty(folder / "disk"));
}

TEST_CASE("a place without permission") {
  const TempFolder folder;
  fs::create_directory(folder / "closed");
  fs::permissions(folder / "closed", fs::perms(0555));
  fs::permissions(folder.path(), fs::perms(0755));
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::seteuid(65534) == 0);
  for (const Store& store : kStores) {
    const auto error = error_of([&] { static_cast<void>(store::create(folder / "closed/x", store.container, false)); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::permission);
    CHECK(error->message() ==
          "cannot make folder \"" + (folder / "closed/x.partial").string() + "\": Permission denied");
  }
  if (root) REQUIRE(::seteuid(0) == 0);
  fs::permissions(folder / "closed", fs::perms(0755));
}

TEST_CASE("a place in use is refused, and says by whom") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    const auto first = store.create(folder);
    first->put({"data/public.t/0001.sql"}, "rows of first");
    const auto error = error_of([&] { static_cast<void>(store.create(folder)); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::exists);
    CHECK(error->message() == "\"" + partial(folder, store).string() + "\" is in use by another run, process " +
                                  std::to_string(::getpid()));
    CHECK(error->hint() == "Wait for it to end, or write to another name.");
    first->put({"manifest.json"}, "first");
    first->commit();
    CHECK(manifest_in(folder, store) == "first");
  }
}

TEST_CASE("what a killed run left over is removed") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    REQUIRE(in_child([&] {
              const auto sink = store.create(folder);
              sink->put({"data/killed/0001.sql"}, "x");
              ::_exit(7);
              return 0;
            }) == 7);
    REQUIRE(present(partial(folder, store)));
    store.make(folder, "next");
    CHECK(manifest_in(folder, store) == "next");
    CHECK(store.open(folder)->list().size() == 2);
    CHECK_FALSE(present(partial(folder, store)));
  }
}

TEST_CASE("somebody else's .partial is left alone") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    const fs::path path = partial(folder, store);
    const auto refused = [&] {
      const auto error = error_of([&] { static_cast<void>(store.create(folder)); });
      REQUIRE(error);
      CHECK(error->kind() == Kind::exists);
      CHECK(error->message() == "\"" + path.string() + "\" exists, and is not what a run of pgcoffer left over");
      CHECK(error->hint() == "The archive is made under that name first: move it away, or choose another name.");
    };
    spill(path, "a browser's download");
    refused();
    CHECK(slurp(path) == "a browser's download");
    fs::remove(path);
    fs::create_directory(folder / "elsewhere");
    fs::create_directory_symlink(folder / "elsewhere", path);
    refused();
    fs::remove(path);
    fs::create_directory(path);
    spill(path / "letter", "dear");
    refused();
    CHECK(slurp(path / "letter") == "dear");
    fs::remove(path / "letter");
    store.make(folder, "in an empty folder's place");
    CHECK(manifest_in(folder, store) == "in an empty folder's place");
  }
}

TEST_CASE("where names cannot be swapped, archives are replaced all the same") {
  for (const Store& old : kStores) {
    for (const Store& store : kStores) {
      CAPTURE(old.name, store.name);
      const TempFolder folder;
      const int code = in_child([&] {
        if (!forbid_swapping()) return 50;
        for (const auto& [what, manifest] : {std::pair(old, "old"), std::pair(store, "new")}) {
          const auto sink = store::create(folder / "x", what.container, true);
          sink->put({"manifest.json"}, manifest);
          sink->commit();
        }
        return present(folder / "x.partial") ? 51 : 0;
      });
      CHECK(code == 0);
      CHECK(store::open(folder / "x")->get("manifest.json") == "new");
    }
  }
}

TEST_CASE("where a rename cannot be told not to overwrite, nothing is overwritten either") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    const int code = in_child([&] {
      if (!forbid_swapping()) return 50;
      const auto sink = store.create(folder);
      sink->put({"manifest.json"}, "new");
      spill(folder / store.file, "a letter");
      const auto error = error_of([&] { sink->commit(); });
      return error && error->kind() == Kind::exists ? 0 : 51;
    });
    CHECK(code == 0);
    CHECK(slurp(folder / store.file) == "a letter");
  }
}

TEST_CASE("killed between the two steps of replacing, the old archive comes back") {
  for (const Store& store : kStores) {
    for (const bool replace : {false, true}) {
      CAPTURE(store.name, replace);
      const TempFolder folder;
      store.make(folder, "old");
      fs::create_directory(partial(folder, store));
      spill(partial(folder, store) / ".pgcoffer-lock", "1");
      fs::rename(folder / store.file, partial(folder, store) / "replaced");
      // Any next run brings it back before it does anything else, and then sees that the name is taken.
      const auto error = error_of([&] { static_cast<void>(store.create(folder, replace)); });
      CHECK(error.has_value() == !replace);
      CHECK(manifest_in(folder, store) == "old");
    }
  }
}

TEST_CASE("killed at any moment: the old archive or the new one, whole, under its name") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "0");
    for (int round = 1; round <= 60; ++round) {
      const pid_t child = ::fork();
      if (child == 0) {
        for (int i = 0;; ++i) store.make(folder, std::to_string(round * 1000 + i), true);
      }
      ::usleep(static_cast<useconds_t>(500 + round * 1371));
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
      static_cast<void>(manifest_in(folder, store));
    }
    store.make(folder, "last", true);
    CHECK(manifest_in(folder, store) == "last");
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
  }
}

TEST_CASE("two runs that race for one place: one wins, no harm is done") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    for (int round = 0; round < 4; ++round) {
      const auto racer = [&](const char* name) {
        const pid_t child = ::fork();
        if (child == 0) {
          for (int i = 0; i < 10; ++i) {
            const auto error = error_of([&] { store.make(folder, name, true); });
            if (error && error->kind() != Kind::exists) ::_exit(1);
          }
          ::_exit(0);
        }
        return child;
      };
      for (const pid_t child : {racer("one"), racer("two")}) {
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
      }
      const std::string manifest = manifest_in(folder, store);
      CHECK((manifest == "one" || manifest == "two"));
      CHECK_FALSE(present(partial(folder, store)));
    }
  }
}

TEST_CASE("an archive gets its name when it is synced, unless that is left out") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    const int code = in_child([&] {
      const auto write = [&](const char* name, store::Durability durability) {
        return error_of([&] {
          const auto sink = store::create(folder / name, store.container, false, durability);
          sink->put({"manifest.json"}, "new");
          sink->put({"data/large"}, std::string(std::size_t{2} << 20U, 'x'));
          sink->commit();
        });
      };
      if (!forbid_syncing()) return 50;
      if (!write("synced", store::Durability::synced)) return 51;
      return write("unsynced", store::Durability::unsynced) ? 52 : 0;
    });
    CHECK(code == 0);
    CHECK_FALSE(present(folder / "synced"));
    CHECK(store::open(folder / "unsynced")->get("manifest.json") == "new");
  }
}
