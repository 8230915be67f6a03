#include "archive/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <pgcoffer/error.hpp>
#include <set>
#include <stdexcept>

#include "archive/layout.hpp"
#include "base/digest.hpp"
#include "compress/stream.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::archive {

namespace {

using Text = std::shared_ptr<const std::string>;

struct Buffers : Reader::Pipeline {
  std::unique_ptr<compress::Decompressor> decompressor;
  std::string stored, opened, encoded;
  Text pack;  ///< the encoded text that the part last read lies in
};

/// Texts of packs that were opened: their parts are small, and read in any order by all threads.
class OpenPacks {
 public:
  [[nodiscard]] Text find(std::uint32_t number) {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(packs_, number, &std::pair<std::uint32_t, Text>::first);
    if (found == packs_.end()) return nullptr;
    std::rotate(packs_.begin(), found, found + 1);  // the last used first
    return packs_.front().second;
  }

  void keep(std::uint32_t number, Text text) {
    const std::scoped_lock lock(mutex_);
    bytes_ += text->size();
    packs_.emplace(packs_.begin(), number, std::move(text));
    for (; bytes_ > kMostBytes && packs_.size() > 1; packs_.pop_back()) bytes_ -= packs_.back().second->size();
  }

 private:
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
  std::mutex mutex_;
  std::vector<std::pair<std::uint32_t, Text>> packs_;
  std::size_t bytes_ = 0;
};

/// Runs one step of reading a file; what fails is said of that file.
template <class Step>
auto reading(std::string_view file, Step step) {
  try {
    return step();
  } catch (const Error& error) {
    if (error.kind() == Kind::not_found) fail_damaged(file, "is missing");
    if (error.kind() == Kind::damaged && error.object() != file) fail_damaged(file, error.message());
    throw;
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  throw Error(Kind::failed, fmt::format("not enough memory to open \"{}\"", file))
      .hint("A part is held in memory as a whole; use fewer jobs.")
      .object(std::string(file));
}

void check(std::string_view file, std::string_view bytes, std::uint64_t size, std::string_view digest) {
  if (bytes.size() != size) fail_damaged(file, fmt::format("has {} bytes, the manifest says {}", bytes.size(), size));
  if (sha256_hex(bytes) != digest) fail_damaged(file, "SHA-256 differs from the manifest's");
}

/// `stored`: neither sealed nor compressed, so that these bytes have just been looked at.
void check_encoded(const Part& part, std::string_view bytes, bool stored) {
  if (part.encoded_xxh128.empty()) {
    if (!stored || part.encoded_sha256 != part.stored_sha256 || part.encoded_bytes != part.stored_bytes)
      check(part.file, bytes, part.encoded_bytes, part.encoded_sha256);
    return;
  }
  if (bytes.size() != part.encoded_bytes)
    fail_damaged(part.file, fmt::format("unpacks to {} bytes, the manifest says {}", bytes.size(), part.encoded_bytes));
  if (rows::to_hex(rows::hash_of(bytes)) != part.encoded_xxh128)
    fail_damaged(part.file, "XXH3-128 of what it unpacks to differs from the manifest's");
}

/// An edited part: packed again by any tool, or left plain.
std::string_view expanded(const std::string& stored, std::string& out) {
  const auto stream = compress::make_stream_decompressor(compress::detect_stream(stored));
  out.clear();
  stream->push(stored, [&](std::string_view text) { out += text; });
  stream->finish();
  return out;
}

}  // namespace

struct Reader::Impl {
  std::unique_ptr<store::Source> source;
  ReadOptions options;
  bool sealed = false;
  std::optional<seal::ArchiveKey> key;
  Manifest manifest;
  Toc toc;
  OpenPacks packs;

  [[nodiscard]] std::string get(std::string_view file) const {
    return reading(file, [&] { return source->get(file); });
  }
  void open_manifest(const seal::Identities& identities);
  void open_keys(const std::string& id, const seal::Identities& identities);
  void open_toc();
  [[nodiscard]] std::vector<const Part*> parts() const;
  [[nodiscard]] std::set<std::string> own_files() const;
  void check_digest(std::string_view file, std::string_view bytes) const;
  [[nodiscard]] std::string unsealed(std::string_view file, std::string bytes) const {
    if (!key) return bytes;
    std::string plain;
    reading(file, [&] { key->open(bytes, plain); });
    return plain;
  }
};

/// Manifest and keys.cms have no digest in the manifest; manifest.sha256 has one for them. It finds accidents: against
/// intent only the seal helps.
void Reader::Impl::check_digest(std::string_view file, std::string_view bytes) const {
  if (!source->contains(kManifestDigest)) return;  // strays() tells
  const std::string expected = digest_in(get(kManifestDigest), file);
  if (expected == sha256_hex(bytes)) return;
  throw Error(Kind::damaged,
              fmt::format("archive is damaged: \"{}\": SHA-256 differs from the one in \"{}\"", file, kManifestDigest))
      .hint("One of the two was changed or copied in part. To read the archive as it is, move manifest.sha256 away.")
      .object(std::string(file));
}

/// Damage to keys.cms often looks like a wrong key; where its digest differs, that is told.
void Reader::Impl::open_keys(const std::string& id, const seal::Identities& identities) {
  const std::string keys = get(kKeys);
  try {
    key.emplace(seal::open_keys(keys, identities, id));
  } catch (const Error& error) {
    if (error.kind() != Kind::wrong_key || identities.empty()) throw;
    const std::string expected = source->contains(kManifestDigest) ? digest_in(get(kManifestDigest), kKeys) : "";
    if (expected.empty() || expected == sha256_hex(keys)) throw;
    throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\": {}; its SHA-256 differs from the one in \"{}\"",
                                           kKeys, error.message(), kManifestDigest))
        .hint(
            "Was the file changed or copied in part, or `pgcoffer key rewrap` interrupted? In that case the key is "
            "wrong.")
        .object(std::string(kKeys));
  }
}

void Reader::Impl::open_manifest(const seal::Identities& identities) {
  const std::string file = stored_name(kManifest, true);
  sealed = source->contains(file);
  const std::string name = stored_name(kManifest, sealed);
  std::string bytes = get(name);
  check_digest(name, bytes);
  if (sealed) {
    const std::string id = reading(name, [&] { return seal::kek_identifier(bytes); });
    open_keys(id, identities);
    bytes = unsealed(name, std::move(bytes));
  }
  manifest = parse_manifest(bytes);
  if (manifest.encrypted != sealed) fail_damaged(name, "field encrypted contradicts how the archive is stored");
  if (key && manifest.archive_id != archive_id_of(key->key_id()))
    fail_damaged(name, "field archive_id is not the identifier that it was sealed with");
}

void Reader::Impl::open_toc() {
  const std::string name = stored_name(kToc, sealed);
  const std::string bytes = unsealed(name, get(name));
  if (sha256_hex(bytes) != manifest.toc_sha256) fail_damaged(name, "SHA-256 differs from the manifest's");
  toc = parse_toc(bytes);
}

Reader::Reader(std::unique_ptr<store::Source> source, const seal::Identities& identities, const ReadOptions& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->source = std::move(source);
  impl_->options = options;
  impl_->open_manifest(identities);
  impl_->open_toc();
  if (options.accept_edited && impl_->sealed) {
    throw Error(Kind::usage, "parts of an encrypted archive cannot be edited")
        .hint("Make a plain one with `pgcoffer convert --decrypt`, and edit that.");
  }
}

Reader::~Reader() = default;

const Manifest& Reader::manifest() const noexcept {
  return impl_->manifest;
}
const Toc& Reader::toc() const noexcept {
  return impl_->toc;
}

std::unique_ptr<Reader::Pipeline> Reader::pipeline() const {
  auto buffers = std::make_unique<Buffers>();
  const compress::Method method = impl_->manifest.compression.method;
  if (method != compress::Method::none) buffers->decompressor = compress::make_decompressor(method);
  return buffers;
}

std::string_view Reader::read_packed(Pipeline& pipeline, const Part& part) const {
  auto& buffers = dynamic_cast<Buffers&>(pipeline);
  buffers.pack = impl_->packs.find(part.pack);
  if (!buffers.pack) {
    const Part& pack = impl_->manifest.packs.at(part.pack - 1);
    const std::string_view text = read_file(pipeline, pack, false);
    check_container(pack, text);
    buffers.pack = std::make_shared<const std::string>(text);
    impl_->packs.keep(part.pack, buffers.pack);
  }
  return std::string_view(*buffers.pack)
      .substr(static_cast<std::size_t>(part.offset), static_cast<std::size_t>(part.encoded_bytes));
}

std::string_view Reader::read_part(Pipeline& pipeline, const Part& part) const {
  return part.pack == 0 ? read_file(pipeline, part, impl_->options.accept_edited) : read_packed(pipeline, part);
}

std::string_view Reader::read_file(Pipeline& pipeline, const Part& part, bool accept_edited) const {
  auto& buffers = dynamic_cast<Buffers&>(pipeline);
  const std::string& file = part.file;
  return reading(file, [&]() -> std::string_view {
    impl_->source->read(file, buffers.stored);
    // A zip archive that was unpacked: what was deflated is plain now, so that only the inner digest can tell.
    const bool inflated = impl_->manifest.compression.method == compress::Method::deflate && impl_->source->deflates();
    if (accept_edited && sha256_hex(buffers.stored) != part.stored_sha256)
      return expanded(buffers.stored, buffers.encoded);
    if (!inflated) check(file, buffers.stored, part.stored_bytes, part.stored_sha256);
    std::string* bytes = &buffers.stored;
    if (impl_->key) {
      impl_->key->open(*bytes, buffers.opened);
      bytes = &buffers.opened;
    }
    if (buffers.decompressor && !inflated) {
      buffers.decompressor->decompress(*bytes, static_cast<std::size_t>(part.encoded_bytes), buffers.encoded);
      bytes = &buffers.encoded;
    }
    check_encoded(part, *bytes, bytes == &buffers.stored && !inflated);
    return *bytes;
  });
}

bool Reader::accepts_edited() const noexcept {
  return impl_->options.accept_edited;
}

void Reader::check_file(const StoredFile& file) const {
  check(file.file, impl_->get(file.file), file.bytes, file.sha256);
}

void Reader::check_manifest_digests() const {
  const std::string name = stored_name(kManifest, impl_->sealed);
  std::string expected = digest_line(impl_->get(name), name);
  if (impl_->sealed) {
    const std::string keys = impl_->get(kKeys);
    impl_->check_digest(kKeys, keys);
    expected += digest_line(keys, kKeys);
  }
  if (impl_->get(kManifestDigest) != expected) fail_damaged(kManifestDigest, "is not what it should be");
}

void Reader::check_container(const Part& part, std::string_view encoded) const {
  if (part.pack != 0) return;  // checked with its pack
  const std::optional<store::Plain> said = impl_->source->plain_of(part.file);
  if (said && (said->size != encoded.size() || said->crc != compress::crc32(encoded)))
    fail_damaged(part.file, "the zip file has another size or CRC for it");
}

std::vector<store::Flaw> Reader::flaws() const {
  return impl_->source->flaws();
}

/// Those of tables and of large objects, and packs.
std::vector<const Part*> Reader::Impl::parts() const {
  std::vector<const Part*> all;
  const auto add = [&](const std::vector<Part>& some) {
    for (const Part& part : some) all.push_back(&part);
  };
  for (const Table& table : manifest.tables) add(table.parts);
  for (const LargeObject& object : manifest.large_objects) add(object.parts);
  add(manifest.packs);
  return all;
}

std::set<std::string> Reader::Impl::own_files() const {
  std::set<std::string> files = {std::string(kManifestDigest), stored_name(kManifest, sealed)};
  if (sealed) files.emplace(kKeys);
  for (const StoredFile& file : manifest.files) files.insert(file.file);
  for (const Part* part : parts()) files.insert(part->file);
  return files;
}

Reader::Strays Reader::strays() const {
  std::set<std::string> expected = impl_->own_files();
  Strays strays;
  for (const store::Listed& listed : impl_->source->list()) {
    const bool folder = listed.name.ends_with('/');
    const bool of_database = std::ranges::any_of(impl_->manifest.databases, [&](const ArchivedDatabase& database) {
      return listed.name.starts_with(database.folder + "/");
    });
    if (expected.erase(listed.name) == 0 && !folder && !of_database) strays.unknown.push_back(listed.name);
  }
  strays.missing.assign(expected.begin(), expected.end());
  return strays;
}

std::vector<std::string> Reader::resized() const {
  if (impl_->options.accept_edited) return {};
  // A zip archive that was unpacked, as in read_file().
  const bool inflated = impl_->manifest.compression.method == compress::Method::deflate && impl_->source->deflates();
  std::map<std::string, std::uint64_t> sizes;
  for (const Part* part : impl_->parts())
    if (part->pack == 0) sizes.emplace(part->file, inflated ? part->encoded_bytes : part->stored_bytes);
  std::vector<std::string> files;
  for (const store::Listed& listed : impl_->source->list()) {
    const auto found = sizes.find(listed.name);
    if (found == sizes.end() || found->second == listed.size) continue;
    static_cast<void>(impl_->source->get(listed.name));  // a link is another kind of damage
    files.push_back(listed.name);
  }
  return files;
}

std::uint64_t Reader::stored_bytes() const {
  const std::set<std::string> own = impl_->own_files();
  std::uint64_t total = 0;
  for (const store::Listed& listed : impl_->source->list()) {
    if (own.contains(listed.name)) total += listed.size;
  }
  return total;
}

std::vector<seal::RecipientInfo> Reader::recipients() const {
  if (!impl_->sealed) return {};
  return seal::list_recipients(impl_->get(kKeys));
}

std::unique_ptr<Reader> open(const std::filesystem::path& path, const seal::Identities& identities,
                             const ReadOptions& options) {
  auto source = store::open(path);
  if (!source->contains(kManifest) && !source->contains(stored_name(kManifest, true)))
    throw Error(Kind::damaged, fmt::format("\"{}\" has no manifest.json", path.string()))
        .hint("Is it an archive of pgcoffer, copied whole?")
        .object(path.string());
  return std::make_unique<Reader>(std::move(source), identities, options);
}

std::unique_ptr<Reader> open_database(const std::filesystem::path& path, const ArchivedDatabase& database,
                                      const seal::Identities& identities) {
  auto reader = open(path / database.folder, identities);
  if (reader->manifest().archive_id == database.archive_id) return reader;
  throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\" is not the archive that was made there, but {}",
                                         database.folder, reader->manifest().archive_id))
      .hint("Was it replaced by another backup? It can be restored by itself.")
      .object(database.folder);
}

}  // namespace pgcoffer::archive
