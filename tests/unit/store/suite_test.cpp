// One suite for all stores: what a store promises, whatever it is made of.

#include <algorithm>
#include <thread>

#include "catch.hpp"
#include "error_of.hpp"
#include "stores.hpp"

using namespace pgcoffer;
using namespace pgcoffer_test;
using pgcoffer::store::Container;
using pgcoffer::store::Listed;

namespace {

std::string names_of(const std::vector<Listed>& files) {
  std::string text;
  for (const Listed& file : files) text += file.name + ":" + std::to_string(file.size) + " ";
  return text;
}

}  // namespace

TEST_CASE("what is put is found, with its name and size") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    const std::string large(3'000'000, 'l');
    const auto sink = store.create(folder);
    sink->put({"data/public.a b/0001.sql"}, large);
    sink->put({"data/public.ü%2F/0001.sql.gz.cms"}, std::string("\0\xFF\n", 3));
    sink->put({"empty"}, "");
    sink->put({"manifest.json"}, "{}");
    sink->commit();
    const auto source = store.open(folder);
    CHECK(names_of(source->list()) ==
          "data/public.a b/0001.sql:3000000 data/public.ü%2F/0001.sql.gz.cms:3 empty:0 manifest.json:2 ");
    CHECK((source->get("data/public.a b/0001.sql") == large));
    CHECK((source->get("data/public.ü%2F/0001.sql.gz.cms") == std::string("\0\xFF\n", 3)));
    CHECK(source->get("empty").empty());
    CHECK(source->get("manifest.json") == "{}");
    CHECK(source->contains("manifest.json"));
    CHECK_FALSE(source->contains("manifest.jso"));
    CHECK_FALSE(source->contains("data"));
    CHECK_FALSE(present((folder / store.file).string() + ".partial"));
  }
}

TEST_CASE("several threads put, several get") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    const auto content = [](unsigned thread, unsigned i) {
      return std::string((thread * 37 + i) % 5000, static_cast<char>('a' + i % 26)) + std::to_string(i);
    };
    const auto name = [](unsigned thread, unsigned i) {
      return "data/t" + std::to_string(i % 7) + "/" + std::to_string(thread) + "-" + std::to_string(i);
    };
    const auto in_threads = [](auto&& work) {
      std::vector<std::thread> threads;
      for (unsigned thread = 0; thread < 4; ++thread) threads.emplace_back([&work, thread] { work(thread); });
      for (std::thread& thread : threads) thread.join();
    };
    const auto sink = store.create(folder);
    in_threads([&](unsigned thread) {
      for (unsigned i = 0; i < 200; ++i) sink->put({name(thread, i)}, content(thread, i));
    });
    sink->commit();
    const auto source = store.open(folder);
    CHECK(source->list().size() == 800);
    std::vector<unsigned> good(4);
    in_threads([&](unsigned thread) {
      for (unsigned i = 0; i < 200; ++i) good[thread] += source->get(name(thread, i)) == content(thread, i) ? 1U : 0U;
    });
    CHECK(good == std::vector<unsigned>(4, 200));
  }
}

TEST_CASE("nothing bears the final name before commit, and nothing is left without it") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    {
      const auto sink = store.create(folder);
      sink->put({"data/a/0001.sql"}, "x");
      sink->put({"manifest.json"}, "{}");
      CHECK_FALSE(present(folder / store.file));
      CHECK(mode_of((folder / store.file).string() + ".partial") == 0700);
    }
    CHECK(std::filesystem::is_empty(folder.path()));
  }
}

TEST_CASE("only the owner may read") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "{}");
    if (store.container == Container::zip) {
      CHECK(mode_of(folder / store.file) == 0600);
    } else {
      CHECK(mode_of(folder / store.file) == 0700);
      CHECK(mode_of(folder / store.file / "data/public.t") == 0700);
      CHECK(mode_of(folder / store.file / "data/public.t/0001.sql") == 0600);
    }
  }
}

TEST_CASE("an existing archive is not overwritten") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "old");
    const auto error = error_of([&] { static_cast<void>(store.create(folder)); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::exists);
    CHECK(error->message() == "\"" + (folder / store.file).string() + "\" exists");
    CHECK(error->hint() == "Choose another name, or replace it with --force once the new archive is whole.");
    CHECK(store.open(folder)->get("manifest.json") == "old");
    CHECK_FALSE(present((folder / store.file).string() + ".partial"));
  }
}

TEST_CASE("replacing keeps the old archive until the new one is whole") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "old");
    {
      const auto sink = store.create(folder, true);
      sink->put({"manifest.json"}, "dropped");
      CHECK(store.open(folder)->get("manifest.json") == "old");
    }
    CHECK(store.open(folder)->get("manifest.json") == "old");
    const auto sink = store.create(folder, true);
    sink->put({"manifest.json"}, "new");
    CHECK(store.open(folder)->get("data/public.t/0001.sql") == "rows of old");
    sink->commit();
    CHECK(names_of(store.open(folder)->list()) == "manifest.json:3 ");
    CHECK_FALSE(present((folder / store.file).string() + ".partial"));
  }
}

TEST_CASE("an archive of one store replaces one of another") {
  for (const Store& old : kStores) {
    for (const Store& store : kStores) {
      CAPTURE(old.name, store.name);
      const TempFolder folder;
      for (const auto& [what, manifest] : {std::pair(old, "old"), std::pair(store, "new")}) {
        const auto sink = store::create(folder / "x", what.container, true);
        sink->put({"manifest.json.cms"}, manifest);
        sink->commit();
      }
      CHECK(store::open(folder / "x")->get("manifest.json.cms") == "new");
      CHECK_FALSE(present(folder / "x.partial"));
    }
  }
}

TEST_CASE("what is not an archive is never replaced") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    std::filesystem::create_directory(folder / "home");
    spill(folder / "home/letter.txt", "dear");
    spill(folder / "thesis.txt", "chapter one");
    std::filesystem::create_directory(folder / "manifest");
    std::filesystem::create_directory(folder / "manifest/manifest.json");
    REQUIRE(run("cd " + quoted(folder.path()) + " && python3 -m zipfile -c other.zip thesis.txt").status == 0);
    for (const char* name : {"home", "home/", "thesis.txt", "manifest", "other.zip"}) {
      CAPTURE(name);
      const auto error = error_of([&] { static_cast<void>(store::create(folder / name, store.container, true)); });
      REQUIRE(error);
      CHECK(error->kind() == Kind::exists);
      std::string path = (folder / name).string();
      if (path.back() == '/') path.pop_back();
      CHECK(error->message() == "\"" + path + "\" exists and is not an archive of pgcoffer, so it is not replaced");
      CHECK(error->hint() == "Choose another name, or move it away yourself.");
    }
    CHECK(slurp(folder / "home/letter.txt") == "dear");
    CHECK(slurp(folder / "thesis.txt") == "chapter one");
  }
}

TEST_CASE("what comes into the place while the archive is written is not overwritten") {
  for (const bool replace : {false, true}) {
    for (const Store& store : kStores) {
      CAPTURE(store.name, replace);
      const TempFolder folder;
      const auto sink = store.create(folder, replace);
      sink->put({"manifest.json"}, "{}");
      spill(folder / store.file, "a letter");
      const auto error = error_of([&] { sink->commit(); });
      REQUIRE(error);
      CHECK(error->kind() == Kind::exists);
      CHECK(error->message() ==
            "\"" + (folder / store.file).string() + "\" exists: it was made while the archive was written");
      CHECK(slurp(folder / store.file) == "a letter");
    }
  }
}

TEST_CASE("places that cannot be") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    for (const char* name : {"", "/", ".", "..", "//", "./", "a/.."}) {
      CAPTURE(name);
      const auto error = error_of([&] { static_cast<void>(store::create(name, store.container, false)); });
      REQUIRE(error);
      CHECK(error->kind() == Kind::usage);
      CHECK(error->message() == "\"" + std::string(name) + "\" cannot be the name of an archive");
      CHECK(error->hint() == "Name a folder or file that pgcoffer is to make.");
    }
    const auto no_parent =
        error_of([&] { static_cast<void>(store::create(folder / "no/such/dump", store.container, false)); });
    REQUIRE(no_parent);
    CHECK(no_parent->kind() == Kind::not_found);
    const std::string parent = (folder / "no/such").string();
    CHECK(no_parent->message() == "cannot write \"" + parent + "/dump\": there is no folder \"" + parent + "\"");
    CHECK(no_parent->hint() == "Make it first: mkdir -p '" + parent + "'");
    spill(folder / "file", "");
    const auto in_file = error_of([&] { static_cast<void>(store::create(folder / "file/x", store.container, false)); });
    REQUIRE(in_file);
    CHECK(in_file->message() == "cannot write into \"" + (folder / "file").string() + "\": Not a directory");
  }
}

TEST_CASE("a mounted file system's root is refused at once") {
  for (const Store& store : kStores) {
    const auto error = error_of([&] { static_cast<void>(store::create("/proc", store.container, true)); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::usage);
    CHECK(error->message() == "\"/proc\" is the root of a file system, and cannot become an archive");
  }
}

TEST_CASE("slashes at the end mean nothing; an empty folder may become an archive folder") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "dump");
  const auto sink = store::create(folder / "dump//", Container::directory, false);
  sink->put({"manifest.json"}, "{}");
  sink->commit();
  CHECK(slurp(folder / "dump/manifest.json") == "{}");
  CHECK(store::open(folder / "dump/")->contains("manifest.json"));
  std::filesystem::create_directory(folder / "empty");
  CHECK(error_of([&] { static_cast<void>(store::create(folder / "empty", Container::zip, false)); }));
}

TEST_CASE("what is not there") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    const std::string path = (folder / store.file).string();
    const auto error = error_of([&] { static_cast<void>(store.open(folder)); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::not_found);
    CHECK(error->message() == "there is no archive \"" + path + "\"");
    CHECK(error->hint().empty());
    {
      const auto sink = store.create(folder);
      const auto unfinished = error_of([&] { static_cast<void>(store.open(folder)); });
      REQUIRE(unfinished);
      CHECK(unfinished->hint() == "\"" + path + ".partial\" is a dump that is not finished, or was killed.");
    }
    store.make(folder, "{}");
    const auto missing = error_of([&] { static_cast<void>(store.open(folder)->get("toc.json")); });
    REQUIRE(missing);
    CHECK(missing->kind() == Kind::not_found);
    CHECK(missing->message() == "there is no \"toc.json\" in \"" + path + "\"");
    CHECK(missing->object() == "toc.json");
    CHECK(error_of([&] { static_cast<void>(store.open(folder)->get("manifest.json/x")); })->kind() == Kind::not_found);
  }
}

TEST_CASE("names that lead out of the archive are never followed") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    spill(folder / "secret", "outside");
    store.make(folder, "{}");
    const auto source = store.open(folder);
    const auto sink = store::create(folder / "other", store.container, false);
    for (const std::string name :
         {"../secret", "/etc/passwd", "", "data/../../secret", "data//x", "./manifest.json", "data/", "..", "a\\b"}) {
      CAPTURE(name);
      CHECK_FALSE(source->contains(name));
      const auto got = error_of([&] { static_cast<void>(source->get(name)); });
      REQUIRE(got);
      CHECK(got->kind() == Kind::damaged);
      CHECK(got->message() == "\"" + name + "\" is not the name of a file inside an archive");
      CHECK(got->hint() == "Was the archive tampered with? A name that leads out of it is never followed.");
      const auto put = error_of([&] { sink->put({name}, "x"); });
      REQUIRE(put);
      CHECK(put->kind() == Kind::failed);
      const auto replaced = error_of([&] { store::replace_entry(folder / store.file, name, "x"); });
      REQUIRE(replaced);
      CHECK(replaced->kind() == Kind::damaged);
    }
    CHECK(slurp(folder / "secret") == "outside");
  }
}

TEST_CASE("a name is put once") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    const auto sink = store.create(folder);
    sink->put({"manifest.json"}, "first");
    const auto error = error_of([&] { sink->put({"manifest.json"}, "second"); });
    REQUIRE(error);
    CHECK(error->message() == "\"manifest.json\" is in the archive already");
    sink->commit();
    CHECK(store.open(folder)->get("manifest.json") == "first");
  }
}

TEST_CASE("one file of an archive is replaced, the others stay") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "old");
    store::replace_entry(folder / store.file, "manifest.json", "something longer");
    const auto source = store.open(folder);
    CHECK(source->get("manifest.json") == "something longer");
    CHECK(source->get("data/public.t/0001.sql") == "rows of old");
    CHECK(source->list().size() == 2);
    CHECK_FALSE(present((folder / store.file).string() + ".partial"));
    const auto error = error_of([&] { store::replace_entry(folder / store.file, "keys.cms", "x"); });
    REQUIRE(error);
    CHECK(error->kind() == Kind::not_found);
    CHECK(error->message() == "there is no \"keys.cms\" in \"" + (folder / store.file).string() + "\"");
    CHECK(store.open(folder)->list().size() == 2);
    CHECK(error_of([&] { store::replace_entry(folder / "nothing", "keys.cms", "x"); })->message() ==
          "there is no archive \"" + (folder / "nothing").string() + "\"");
  }
}

TEST_CASE("a file is replaced in the archive that a link leads to") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "old");
    std::filesystem::create_symlink(store.file, folder / "latest");
    store::replace_entry(folder / "latest", "manifest.json", "new");
    CHECK(std::filesystem::is_symlink(folder / "latest"));
    CHECK(store.open(folder)->get("manifest.json") == "new");
    CHECK(store::open(folder / "latest")->get("manifest.json") == "new");
  }
}

TEST_CASE("an open archive may be replaced under its reader's feet without harm") {
  for (const Store& store : kStores) {
    CAPTURE(store.name);
    const TempFolder folder;
    store.make(folder, "old");
    const auto source = store.open(folder);
    store.make(folder, "new", true);
    std::string manifest = "old";
    const auto error = error_of([&] { manifest = source->get("manifest.json"); });
    if (error) CHECK(error->kind() == Kind::not_found);
    CHECK(manifest == "old");
    CHECK(store.open(folder)->get("manifest.json") == "new");
  }
}

TEST_CASE("thousands of small files are synced together") {
  const TempFolder folder;
  const auto sink = kStores[0].create(folder);
  for (int i = 0; i < 600; ++i) sink->put({"data/t" + std::to_string(i % 50) + "/" + std::to_string(i)}, "row");
  sink->commit();
  CHECK(kStores[0].open(folder)->list().size() == 600);
}
