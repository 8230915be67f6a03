#include <fmt/format.h>

#include <pgcoffer/error.hpp>

#include "archive/layout.hpp"
#include "archive/reader.hpp"

namespace pgcoffer::archive {

void rewrap(const std::filesystem::path& path, const seal::Identities& identities, const seal::Recipients& recipients) {
  if (recipients.empty())
    throw Error(Kind::usage, "no new recipient was given")
        .hint("Name at least one: a key, a passphrase or a certificate.");
  std::string keys, digests;
  std::vector<std::string> within;
  {
    // The whole archive is opened first: a key that does not open the manifest must not be sealed anew.
    const auto reader = open(path, identities);
    if (!reader->manifest().encrypted)
      throw Error(Kind::usage, fmt::format("archive \"{}\" is not encrypted", path.string()));
    for (const ArchivedDatabase& database : reader->manifest().databases) within.push_back(database.folder);
    const auto source = store::open(path);
    const std::string manifest = source->get(stored_name(kManifest, true));
    const seal::ArchiveKey key = seal::open_keys(source->get(kKeys), identities, seal::kek_identifier(manifest));
    keys = seal::seal_keys(key, recipients);
    digests = digest_line(manifest, stored_name(kManifest, true)) + digest_line(keys, kKeys);
  }
  for (const std::string& folder : within) rewrap(path / folder, identities, recipients);
  // In this order: an interruption in between leaves an archive that opens, and a stale digest that verify finds.
  store::replace_entry(path, kKeys, keys);
  store::replace_entry(path, kManifestDigest, digests);
}

}  // namespace pgcoffer::archive
