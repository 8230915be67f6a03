#include "archive/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <iterator>
#include <mutex>
#include <optional>
#include <pgcoffer/error.hpp>

#include "archive/database_script.hpp"
#include "archive/layout.hpp"
#include "archive/restore_text.hpp"
#include "base/ascii.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::archive {

namespace {

struct Buffers : PartPipeline {
  std::unique_ptr<compress::Compressor> compressor;
  std::string sealed;
};

/// Zip entries hold deflate data: what gzip would wrap once more, any unzip program then unpacks by itself.
compress::Setting effective(compress::Setting setting, const store::Sink& sink, bool encrypted) {
  if (setting.method == compress::Method::gzip && sink.deflates() && !encrypted)
    setting.method = compress::Method::deflate;
  return setting;
}

}  // namespace

struct Writer::Impl {
  std::unique_ptr<store::Sink> sink;
  compress::Setting setting;
  std::string archive_id;
  std::optional<seal::ArchiveKey> key;
  std::string keys_cms;
  std::mutex mutex;
  std::set<std::string> stored;   ///< files of parts
  std::set<std::string> folded;   ///< the same without regard to case
  std::vector<StoredFile> files;  ///< what is listed as no part: toc and scripts
  std::string toc_sha256;         ///< before it was sealed

  void claim(const std::string& file) {
    const std::scoped_lock lock(mutex);
    stored.insert(file);
    if (!folded.insert(lower_ascii(file)).second)
      throw Error(Kind::failed, fmt::format("two parts would be stored as \"{}\"", file)).object(file);
  }

  /// Stores a file that is not a part; the manifest must list it. Sealed where the archive is.
  StoredFile put_file(std::string_view name, std::string_view plain) {
    if (!key) return put_plain(name, plain);
    std::string sealed;
    key->seal(plain, sealed);
    return put_plain(stored_name(name, true), sealed);
  }

  StoredFile put_plain(std::string_view name, std::string_view bytes) {
    StoredFile put{std::string(name), bytes.size(), sha256_hex(bytes)};
    sink->put({.name = put.file}, bytes);
    return put;
  }

  /// For people who have only psql: CREATE DATABASE and what belongs to it, then what is in it.
  std::vector<StoredFile> put_scripts(const Manifest& manifest, const Toc& toc) {
    std::vector<StoredFile> scripts;
    if (manifest.properties)
      scripts.push_back(put_file(
          kDatabaseScript, database_script(*manifest.properties, {}, manifest.server_version_num, manifest.encoding) +
                               database_closing_script(*manifest.properties, {})));
    for (const SectionScript& item : kScripts) {
      std::string sql = script(toc, item.section, {});
      if (!sql.empty()) scripts.push_back(put_file(item.file, sql.insert(0, script_preamble(manifest.encoding))));
    }
    return scripts;
  }

  void put_manifest(const Manifest& manifest) {
    const std::string json = to_json(manifest);
    // What a reader would refuse must not get the archive's final name.
    auto check = std::async(std::launch::async, [&] { (void)parse_manifest(json); });
    std::string sealed;
    if (key) key->seal(json, sealed);
    const std::string& bytes = key ? sealed : json;
    const std::string file = stored_name(kManifest, key.has_value());
    std::string digests = digest_line(bytes, file);
    if (key) digests += digest_line(keys_cms, kKeys);
    sink->put({.name = std::string(kManifestDigest)}, digests);
    sink->put({.name = file}, bytes);
    check.get();
  }

  void check_parts(const Manifest& manifest) const;
};

Writer::Writer(std::unique_ptr<store::Sink> sink, compress::Setting compression, const seal::Recipients& recipients)
    : impl_(std::make_unique<Impl>()) {
  impl_->setting = effective(compression, *sink, !recipients.empty());
  impl_->sink = std::move(sink);
  impl_->archive_id = random_uuid();
  if (recipients.empty()) return;
  impl_->key.emplace(seal::ArchiveKey::generate(key_id_of(impl_->archive_id)));
  impl_->keys_cms = seal::seal_keys(*impl_->key, recipients);  // now: a bad certificate is told before the first row
}

Writer::~Writer() = default;

const std::string& Writer::archive_id() const noexcept {
  return impl_->archive_id;
}

std::unique_ptr<PartPipeline> Writer::pipeline() const {
  auto buffers = std::make_unique<Buffers>();
  if (impl_->setting.method != compress::Method::none) buffers->compressor = compress::make_compressor(impl_->setting);
  return buffers;
}

std::filesystem::path Writer::folder(const std::string& name) {
  return impl_->sink->folder(name);
}

void Writer::put_part(PartPipeline& pipeline, std::string_view base_name, std::string_view encoded, Part& part,
                      EncodedDigest digest) {
  auto& buffers = dynamic_cast<Buffers&>(pipeline);
  const compress::Method method = impl_->setting.method;
  part.file = stored_name(std::string(base_name) + std::string(compress::suffix(method)), impl_->key.has_value());
  impl_->claim(part.file);
  part.encoded_bytes = encoded.size();
  part.encoded_sha256.clear();
  part.encoded_xxh128.clear();
  if (digest == EncodedDigest::sha256 || method == compress::Method::deflate)
    part.encoded_sha256 = sha256_hex(encoded);
  else
    part.encoded_xxh128 = rows::to_hex(rows::hash_of(encoded));
  store::Entry entry{.name = part.file};
  std::string_view bytes = encoded;
  if (buffers.compressor) bytes = buffers.compressor->compress(encoded);
  if (method == compress::Method::deflate) {
    entry.raw_deflate = true;
    entry.plain_size = encoded.size();
    entry.plain_crc = compress::crc32(encoded);
  }
  if (impl_->key) {
    impl_->key->seal(bytes, buffers.sealed);
    bytes = buffers.sealed;
  }
  part.stored_bytes = bytes.size();
  const bool as_it_is = bytes.data() == encoded.data() && !part.encoded_sha256.empty();
  part.stored_sha256 = as_it_is ? part.encoded_sha256 : sha256_hex(bytes);
  impl_->sink->put(entry, bytes);
}

/// A part that was stored and forgotten, or rows that do not add up, would be rows lost in silence at the restore.
void Writer::Impl::check_parts(const Manifest& manifest) const {
  std::set<std::string> listed;
  std::map<std::uint32_t, std::uint64_t> packed;  ///< bytes of the parts in each pack
  const auto list = [&](const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      if (part.pack != 0) packed[part.pack] += part.encoded_bytes;
      if (part.pack != 0) continue;
      if (!listed.insert(part.file).second || !stored.contains(part.file))
        throw Error(Kind::failed, fmt::format("part \"{}\" is in the manifest twice or was never stored", part.file));
    }
  };
  for (const Table& table : manifest.tables) {
    list(table.parts);
    std::uint64_t rows = 0;
    for (const Part& part : table.parts) rows += part.rows;
    if (rows != table.rows)
      throw Error(Kind::failed, fmt::format("table \"{}\".\"{}\" has {} rows, but its parts hold {}", table.schema,
                                            table.name, table.rows, rows));
  }
  for (const LargeObject& object : manifest.large_objects) list(object.parts);
  list(manifest.packs);
  for (const Part& pack : manifest.packs) {
    if (packed[pack.number] != pack.encoded_bytes)
      throw Error(Kind::failed, fmt::format("the parts in \"{}\" do not make up the whole of it", pack.file));
  }
  for (const std::string& file : stored) {
    if (!listed.contains(file))
      throw Error(Kind::failed, fmt::format("part \"{}\" was stored, but the manifest does not list it", file));
  }
}

void Writer::put_contents(const Manifest& manifest, const Toc& toc) {
  Impl& self = *impl_;
  // A large schema's scripts take as long as its toc.
  auto scripts = std::async(std::launch::async, [&, quoted = QuoteAllIdentifiers::in_force()] {
    const QuoteAllIdentifiers quoting(quoted);
    return self.put_scripts(manifest, toc);
  });
  const std::string toc_json = to_json(toc);
  self.files.push_back(self.put_file(kToc, toc_json));
  self.toc_sha256 = self.key ? sha256_hex(toc_json) : self.files.front().sha256;
  std::ranges::move(scripts.get(), std::back_inserter(self.files));
}

void Writer::seal(Manifest& manifest) {
  Impl& self = *impl_;
  self.check_parts(manifest);
  const bool sealed = self.key.has_value();
  manifest.format_version = format_version_for(manifest);
  manifest.archive_id = self.archive_id;
  manifest.compression = self.setting;
  manifest.encrypted = sealed;
  manifest.toc_sha256 = self.toc_sha256;
  manifest.files = self.files;
  if (!manifest.environment.empty()) manifest.files.push_back(self.put_file(kEnvironment, environment_json(manifest)));
  manifest.files.push_back(self.put_plain(kRestoreText, restore_text(manifest)));
  if (sealed) self.sink->put({.name = std::string(kKeys)}, self.keys_cms);
  self.put_manifest(manifest);
}

void Writer::commit() {
  impl_->sink->commit();
}

void Writer::finish(Manifest& manifest, const Toc& toc) {
  impl_->check_parts(manifest);
  put_contents(manifest, toc);
  seal(manifest);
  commit();
}

}  // namespace pgcoffer::archive
