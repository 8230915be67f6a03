#include "archive/writer.hpp"

#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
using sample::failure;
using sample::Files;

namespace {

std::vector<std::string> names(const Files& files) {
  std::vector<std::string> out;
  for (const auto& [name, bytes] : files) out.push_back(name);
  return out;
}

}  // namespace

TEST_CASE("an unencrypted archive has these files") {
  CHECK(names(sample::write_to_memory({})) ==
        std::vector<std::string>{
            "RESTORE.txt", "committed", "data/Sales%20%26%20Co.a%2fb%2egr%c3%b6%c3%9fe/0001.sql.zst",
            "data/public.Users~2/0001.sql.zst", "data/public.users/0001.sql.zst", "data/public.users/0002.sql.zst",
            "environment-config.json", "large-objects/4711/0001.bin.zst", "large-objects/4711/0002.bin.zst",
            "manifest.json", "manifest.sha256", "schema/data.sql", "schema/post-data.sql", "schema/pre-data.sql",
            "toc.json"});
}

TEST_CASE("an encrypted archive shows nothing but how to open it") {
  const Files files = sample::write_to_memory({.encrypted = true});
  for (const auto& [name, bytes] : files) {
    INFO(name);
    const bool open = name == "RESTORE.txt" || name == "manifest.sha256" || name == "committed";
    CHECK((open || name.ends_with(".cms")));
    for (const char* secret : {"shop", "db.example.com", "bob", "ann@example.com", "password_hash", "CREATE", "150018"})
      CHECK(bytes.find(secret) == std::string::npos);
  }
  CHECK(files.contains("keys.cms"));
  CHECK(files.contains("schema/pre-data.sql.cms"));
}

TEST_CASE("in a zip file gzip becomes the entry's own deflate, unless the part is sealed") {
  const compress::Setting gzip{compress::Method::gzip, 6};
  CHECK(sample::write_to_memory({.compression = gzip}, true).contains("data/public.users/0001.sql"));
  CHECK(sample::write_to_memory({.compression = gzip}, false).contains("data/public.users/0001.sql.gz"));
  CHECK(sample::write_to_memory({.compression = gzip, .encrypted = true}, true)
            .contains("data/public.users/0001.sql.gz.cms"));
  CHECK(sample::write_to_memory({.compression = {compress::Method::none, 0}}, true)
            .contains("data/public.users/0001.sql"));
}

TEST_CASE("two parts cannot share a name, even in another case") {
  auto files = std::make_shared<Files>();
  archive::Writer writer(std::make_unique<sample::MemorySink>(files, false), {}, {});
  const auto pipeline = writer.pipeline();
  archive::Part part;
  writer.put_part(*pipeline, "data/a.b/0001.sql", "x", part);
  CHECK(failure(Kind::failed, [&] { writer.put_part(*pipeline, "data/A.b/0001.sql", "x", part); }) ==
        "two parts would be stored as \"data/A.b/0001.sql.zst\"");
}

TEST_CASE("a manifest that does not account for the parts is refused") {
  auto files = std::make_shared<Files>();
  archive::Writer writer(std::make_unique<sample::MemorySink>(files, false), {}, {});
  const auto pipeline = writer.pipeline();
  archive::Part part;
  part.rows = 1;
  writer.put_part(*pipeline, "data/a.b/0001.sql", "x", part);
  archive::Manifest manifest = sample::manifest(rows::Format::sql);
  CHECK(failure(Kind::failed, [&] { writer.finish(manifest, {}); }) ==
        "part \"data/a.b/0001.sql.zst\" was stored, but the manifest does not list it");
  manifest.tables = {sample::table("a", "b", "table", true)};
  manifest.tables[0].parts = {part};
  CHECK(failure(Kind::failed, [&] { writer.finish(manifest, {}); }) ==
        "table \"a\".\"b\" has 0 rows, but its parts hold 1");
  manifest.tables[0].rows = 1;
  manifest.tables.push_back(manifest.tables[0]);
  const std::string twice = "part \"data/a.b/0001.sql.zst\" is in the manifest twice or was never stored";
  CHECK(failure(Kind::failed, [&] { writer.finish(manifest, {}); }) == twice);
  CHECK_FALSE(files->contains("manifest.json"));
  CHECK_FALSE(files->contains("committed"));
}

TEST_CASE("the manifest is written last") {
  struct Order : store::Sink {
    std::vector<std::string>& names;
    explicit Order(std::vector<std::string>& to) : names(to) {}
    void put(const store::Entry& entry, std::string_view) override { names.push_back(entry.name); }
    void commit() override { names.push_back("commit"); }
    [[nodiscard]] bool deflates() const noexcept override { return false; }
  };
  std::vector<std::string> order;
  (void)sample::write(std::make_unique<Order>(order), {.encrypted = true});
  REQUIRE(order.size() > 3);
  CHECK(std::vector(order.end() - 4, order.end()) ==
        std::vector<std::string>{"keys.cms", "manifest.sha256", "manifest.json.cms", "commit"});
}

TEST_CASE("parts in a pack are read as parts") {
  auto files = std::make_shared<sample::Files>();
  archive::Manifest manifest = sample::manifest(rows::Format::sql);
  const std::string first = "COPY \"a\".\"b\" FROM stdin;\n1\n\\.\n",
                    second = "COPY \"a\".\"c\" FROM stdin;\n2\n3\n\\.\n";
  {
    archive::Writer writer(std::make_unique<sample::MemorySink>(files, false), {}, {});
    const auto pipeline = writer.pipeline();
    archive::Part pack;
    pack.number = 1;
    writer.put_part(*pipeline, "data/packs/0001.sql", first + second, pack);
    manifest.packs = {pack};
    for (const auto& [name, text, rows, offset] :
         {std::tuple{"b", first, 1, std::size_t{0}}, std::tuple{"c", second, 2, first.size()}}) {
      archive::Part part;
      part.number = 1;
      part.rows = static_cast<std::uint64_t>(rows);
      part.encoded_bytes = text.size();
      archive::place_in_pack(part, pack, offset);
      manifest.tables.push_back(sample::table("a", name, "table", true));
      manifest.tables.back().parts = {part};
      manifest.tables.back().rows = part.rows;
    }
    archive::Manifest wrong = manifest;
    wrong.tables.pop_back();
    CHECK(failure(Kind::failed, [&] { writer.finish(wrong, {}); }) ==
          "the parts in \"data/packs/0001.sql.zst\" do not make up the whole of it");
    writer.finish(manifest, {});
  }
  const std::string json = archive::to_json(manifest);
  const archive::Manifest read = archive::parse_manifest(json);
  CHECK(read.format_version == 5);
  CHECK(archive::to_json(read) == json);
  CHECK(read.tables[1].parts[0].file == "data/packs/0001.sql.zst");
  std::string beyond = json;
  const std::string offset = "\"offset\":" + std::to_string(first.size());
  beyond.replace(beyond.find(offset), offset.size(), "\"offset\":" + std::to_string(first.size() + 1));
  CHECK(failure(Kind::damaged, [&] { (void)archive::parse_manifest(beyond); }) ==
        "archive is damaged: \"manifest.json\": a part goes beyond the end of pack 1"
        " | Was the file changed or copied in part? `pgcoffer verify` lists what is wrong and what is intact.");
  std::string none = json;
  none.replace(none.find("\"pack\":1"), 8, "\"pack\":2");
  CHECK(failure(Kind::damaged, [&] { (void)archive::parse_manifest(none); }) ==
        "archive is damaged: \"manifest.json\": there is no pack 2"
        " | Was the file changed or copied in part? `pgcoffer verify` lists what is wrong and what is intact.");
}
