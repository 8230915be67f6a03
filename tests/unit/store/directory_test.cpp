// What only folders have: links, pipes, strange files.

#include <sys/stat.h>

#include "catch.hpp"
#include "error_of.hpp"
#include "stores.hpp"

using namespace pgcoffer;
using namespace pgcoffer_test;
namespace fs = std::filesystem;

namespace {

const Store& kDirectory = kStores[0];

void refuses(const store::Source& source, const TempFolder& folder, const char* name) {
  CAPTURE(name);
  CHECK_FALSE(source.contains(name));
  const auto error = error_of([&] { static_cast<void>(source.get(name)); });
  REQUIRE(error);
  CHECK((error->kind() == Kind::damaged || error->kind() == Kind::not_found));
  const auto replaced = error_of([&] { store::replace_entry(folder / "dump", name, "overwritten"); });
  CHECK(replaced);
}

}  // namespace

TEST_CASE("links in an archive are not followed, wherever they lead") {
  const TempFolder folder;
  kDirectory.make(folder, "{}");
  fs::create_directory(folder / "outside");
  spill(folder / "outside/secret", "outside");
  fs::create_symlink(folder / "outside/secret", folder / "dump/keys.cms");
  fs::create_symlink(folder / "outside", folder / "dump/data/public.u");
  fs::create_symlink("manifest.json", folder / "dump/toc.json");
  const auto source = store::open(folder / "dump");
  for (const char* name : {"keys.cms", "data/public.u/secret", "toc.json"}) refuses(*source, folder, name);
  CHECK(slurp(folder / "outside/secret") == "outside");
  const auto error = error_of([&] { static_cast<void>(source->get("keys.cms")); });
  CHECK(error->kind() == Kind::damaged);
  CHECK(error->message() == "\"" + (folder / "dump/keys.cms").string() + "\" is not a regular file");
  CHECK(error->hint() ==
        "A link, or a pipe, in the place of an archive's file is not followed: put the file itself there.");
  std::vector<std::string> listed;
  for (const auto& file : source->list()) listed.push_back(file.name);
  CHECK(listed ==
        std::vector<std::string>{"data/public.t/0001.sql", "data/public.u", "keys.cms", "manifest.json", "toc.json"});
}

TEST_CASE("the archive itself may be reached through a link") {
  const TempFolder folder;
  kDirectory.make(folder, "{}");
  fs::create_directory_symlink(folder / "dump", folder / "latest");
  for (const char* name : {"latest", "latest/"}) {
    const auto source = store::open(folder / name);
    CHECK(source->get("manifest.json") == "{}");
    CHECK(source->list().size() == 2);
  }
}

TEST_CASE("a pipe in the place of a file does not make the reader wait") {
  const TempFolder folder;
  kDirectory.make(folder, "{}");
  REQUIRE(::mkfifo((folder / "dump/toc.json").c_str(), 0600) == 0);
  const auto source = store::open(folder / "dump");
  refuses(*source, folder, "toc.json");
  CHECK(source->list().size() == 3);
}

TEST_CASE("a folder in the place of a file") {
  const TempFolder folder;
  kDirectory.make(folder, "{}");
  fs::create_directory(folder / "dump/toc.json");
  refuses(*store::open(folder / "dump"), folder, "toc.json");
}

TEST_CASE("what is neither a folder nor a zip file") {
  const auto error = error_of([] { static_cast<void>(store::open("/dev/null")); });
  REQUIRE(error);
  CHECK(error->kind() == Kind::damaged);
  CHECK(error->message() == "\"/dev/null\" is neither a folder nor a zip file");
}

TEST_CASE("a folder takes no deflate entries") {
  const TempFolder folder;
  const auto sink = kDirectory.create(folder);
  CHECK_FALSE(sink->deflates());
  const auto error = error_of([&] { sink->put({"x", true, 1, 1}, "x"); });
  REQUIRE(error);
  CHECK(error->message() == "a folder cannot hold deflate entries of a zip file");
}
