#include "archive/reader.hpp"

#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;
using sample::failure;
using sample::Files;

namespace {

std::unique_ptr<archive::Reader> open(Files files, const seal::Identities& with = sample::identities()) {
  return std::make_unique<archive::Reader>(std::make_unique<sample::MemorySource>(std::move(files)), with);
}

/// Everything in the archive's rows, read back as COPY text, must be what was written.
void check_content(const archive::Reader& reader) {
  const auto pipeline = reader.pipeline();
  const auto lines = sample::copy_lines();
  REQUIRE(reader.manifest().tables.size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const archive::Table& table = reader.manifest().tables[i];
    REQUIRE(table.parts.size() == lines[i].size());
    const auto decoder = rows::make_decoder(reader.manifest().rows, archive::columns_in_rows(table));
    for (std::size_t p = 0; p < lines[i].size(); ++p) {
      std::string scratch;
      std::uint64_t rows = 0;
      CHECK(decoder->copy_lines(reader.read_part(*pipeline, table.parts[p]), scratch, rows) == lines[i][p]);
      CHECK(rows == table.parts[p].rows);
    }
  }
  for (std::size_t p = 0; p < 2; ++p)
    CHECK(reader.read_part(*pipeline, reader.manifest().large_objects.at(0).parts.at(p)) ==
          sample::large_object_parts()[p]);
  CHECK(archive::to_json(reader.toc()) == archive::to_json(sample::toc()));
}

}  // namespace

TEST_CASE("what was written is read: every container, compression, encoding, sealed or not") {
  using compress::Method;
  for (const store::Container container : {store::Container::directory, store::Container::zip})
    for (const compress::Setting compression :
         {compress::Setting{Method::gzip, 6}, compress::Setting{Method::zstd, 3}, compress::Setting{Method::none, 0}})
      for (const rows::Format format : {rows::Format::sql, rows::Format::json})
        for (const bool encrypted : {false, true}) {
          const sample::Folder folder;
          const auto path = folder.path / "archive";
          (void)sample::write(store::create(path, container, false), {compression, format, encrypted});
          const auto reader = archive::open(path, sample::identities());
          check_content(*reader);
          const archive::Verification result = archive::verify(*reader, 2);
          CHECK(result.findings.empty());
          CHECK(result.parts == 6);
          CHECK(result.intact == 6);
          CHECK(result.rows == 6);
          CHECK(reader->recipients().size() == (encrypted ? 1U : 0U));
        }
}

TEST_CASE("an unpacked zip file is an archive too") {
  for (const char* method : {"gzip", "zstd"}) {
    const sample::Folder folder;
    const auto zip = folder.path / "a.zip", unpacked = folder.path / "unpacked";
    (void)sample::write(store::create(zip, store::Container::zip, false),
                        {.compression = compress::parse_setting(method)});
    REQUIRE(std::system(("unzip -q " + zip.string() + " -d " + unpacked.string()).c_str()) == 0);
    const auto reader = archive::open(unpacked, {});
    check_content(*reader);
    CHECK(archive::verify(*reader, 1).findings.empty());
  }
}

TEST_CASE("an archive that is none") {
  CHECK(failure(Kind::damaged,
                [] {
                  (void)open({{"notes.txt", "x"}});
                }) ==
        "archive is damaged: \"manifest.json\": is missing | Was the file changed or copied in part? `pgcoffer verify` "
        "lists what is wrong and what is intact.");
}

TEST_CASE("a changed manifest is found, sealed or not") {
  for (const bool encrypted : {false, true}) {
    Files files = sample::write_to_memory({.encrypted = encrypted});
    const std::string name = encrypted ? "manifest.json.cms" : "manifest.json";
    files[name].at(files[name].size() / 2) ^= 1;
    CHECK(failure(Kind::damaged, [&] { (void)open(files); }) ==
          "archive is damaged: \"" + name + "\": SHA-256 differs from the one in \"manifest.sha256\" | " +
              "One of the two was changed or copied in part. To read the archive as it is, move manifest.sha256 away.");
    files.erase("manifest.sha256");
    if (encrypted)
      CHECK(
          failure(Kind::damaged, [&] { (void)open(files); }).starts_with("archive is damaged: \"manifest.json.cms\""));
  }
}

TEST_CASE("missing and wrong keys") {
  const Files files = sample::write_to_memory({.encrypted = true, .passphrase = true});
  CHECK(failure(Kind::wrong_key, [&] { (void)open(files, {}); }) != "no error");
  seal::Identities wrong;
  wrong.passphrase = Secret(std::string("guess"));
  const std::string said = failure(Kind::wrong_key, [&] { (void)open(files, wrong); });
  CHECK(said != "no error");
  CHECK_FALSE(said.starts_with("other kind"));
  seal::Identities right;
  right.passphrase = Secret(std::string(sample::kPassphrase));
  CHECK(open(files, right)->manifest().database == "shop");
}

TEST_CASE("the seal and what the manifest says of it must agree") {
  Files files = sample::write_to_memory({.encrypted = true});
  Files other = sample::write_to_memory({.encrypted = true});
  std::swap(files["manifest.json.cms"], other["manifest.json.cms"]);
  std::swap(files["manifest.sha256"], other["manifest.sha256"]);
  const std::string said = failure(Kind::damaged, [&] { (void)open(files); });
  CHECK(said != "no error");
  Files open_files = sample::write_to_memory({});
  std::string& manifest = open_files["manifest.json"];
  manifest.replace(manifest.find("\"encrypted\": false"), 18, "\"encrypted\": true ");
  open_files.erase("manifest.sha256");
  CHECK(failure(Kind::damaged, [&] {
          (void)open(open_files);
        }).starts_with("archive is damaged: \"manifest.json\": field encrypted contradicts"));
}

TEST_CASE("a sealed manifest belongs to the key that seals it") {
  Files files = sample::write_to_memory({.encrypted = true});
  std::string& sealed = files["manifest.json.cms"];
  const seal::ArchiveKey key = seal::open_keys(files["keys.cms"], sample::identities(), seal::kek_identifier(sealed));
  std::string plain;
  key.open(sealed, plain);
  archive::Manifest manifest = archive::parse_manifest(plain);
  manifest.archive_id = random_uuid();
  key.seal(archive::to_json(manifest), sealed);
  files["manifest.sha256"] = sha256_hex(sealed) + "  manifest.json.cms\n";
  CHECK(failure(Kind::damaged, [&] { (void)open(files); }) ==
        "archive is damaged: \"manifest.json.cms\": field archive_id is not the identifier that it was sealed with | "
        "Was the file changed or copied in part? `pgcoffer verify` lists what is wrong and what is intact.");
}

TEST_CASE("a part that does not fit into memory is not damage") {
  struct Small : sample::MemorySource {
    using MemorySource::MemorySource;
    void read(std::string_view name, std::string& bytes) const override {
      if (name.ends_with(".zst")) throw std::bad_alloc();
      MemorySource::read(name, bytes);
    }
  };
  const archive::Reader reader(std::make_unique<Small>(sample::write_to_memory({})), {});
  const auto pipeline = reader.pipeline();
  CHECK(failure(Kind::failed, [&] { (void)reader.read_part(*pipeline, reader.manifest().tables[1].parts[0]); }) ==
        "not enough memory to open \"data/public.Users~2/0001.sql.zst\" | A part is held in memory as a whole; use "
        "fewer jobs.");
}

TEST_CASE("what the store says of a part is passed on") {
  struct Broken : sample::MemorySource {
    using MemorySource::MemorySource;
    void read(std::string_view name, std::string& bytes) const override {
      if (name.ends_with(".zst")) throw Error(Kind::failed, "cannot read: Input/output error");
      MemorySource::read(name, bytes);
    }
  };
  const archive::Reader reader(std::make_unique<Broken>(sample::write_to_memory({})), {});
  const auto pipeline = reader.pipeline();
  CHECK(failure(Kind::failed, [&] { (void)reader.read_part(*pipeline, reader.manifest().tables[1].parts[0]); }) ==
        "cannot read: Input/output error");
}

TEST_CASE("the table of contents belongs to the manifest") {
  Files files = sample::write_to_memory({});
  files["toc.json"] += " ";
  CHECK(failure(Kind::damaged, [&] {
          (void)open(files);
        }).starts_with("archive is damaged: \"toc.json\": SHA-256 differs from the manifest's"));
  files.erase("toc.json");
  CHECK(failure(Kind::damaged, [&] { (void)open(files); }).starts_with("archive is damaged: \"toc.json\": is missing"));
}

TEST_CASE("parts of one archive cannot be exchanged") {
  Files files = sample::write_to_memory({.encrypted = true});
  const std::string first = "data/public.users/0001.sql.zst.cms", second = "data/public.users/0002.sql.zst.cms";
  std::swap(files[first], files[second]);
  const auto reader = open(files);
  const auto pipeline = reader->pipeline();
  CHECK(failure(Kind::damaged, [&] {
          (void)reader->read_part(*pipeline, reader->manifest().tables[0].parts[0]);
        }).starts_with("archive is damaged: \"" + first + "\": "));
}

TEST_CASE("rewrap seals the archive key anew and leaves the rest alone") {
  for (const store::Container container : {store::Container::directory, store::Container::zip}) {
    const sample::Folder folder;
    const auto path = folder.path / "archive";
    (void)sample::write(store::create(path, container, false), {.encrypted = true});
    const std::string part = "data/public.users/0001.sql.zst.cms";
    const std::string before = store::open(path)->get(part);
    seal::Recipients recipients;
    recipients.passphrase = Secret(std::string("a new one"));
    archive::rewrap(path, sample::identities(), recipients);
    CHECK(store::open(path)->get(part) == before);
    CHECK(failure(Kind::wrong_key, [&] { (void)archive::open(path, sample::identities()); }) != "no error");
    seal::Identities with;
    with.passphrase = Secret(std::string("a new one"));
    const auto reader = archive::open(path, with);
    CHECK(archive::verify(*reader, 1).findings.empty());
    REQUIRE(reader->recipients().size() == 1);
    CHECK(reader->recipients()[0].kind == "passphrase");
  }
}

TEST_CASE("rewrap refuses what makes no sense") {
  const sample::Folder folder;
  const auto path = folder.path / "archive";
  (void)sample::write(store::create(path, store::Container::directory, false), {});
  CHECK(failure(Kind::usage, [&] { archive::rewrap(path, {}, sample::recipients()); }) ==
        "archive \"" + path.string() + "\" is not encrypted");
  CHECK(failure(Kind::usage, [&] { archive::rewrap(path, {}, {}); }) ==
        "no new recipient was given | Name at least one: a key, a passphrase or a certificate.");
}
