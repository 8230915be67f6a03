#pragma once

#include <string>
#include <string_view>

/// Names of the files of an archive, and the words for what is wrong with one.
namespace pgcoffer::archive {

inline constexpr std::string_view kManifest = "manifest.json";
inline constexpr std::string_view kManifestDigest = "manifest.sha256";
inline constexpr std::string_view kToc = "toc.json";
inline constexpr std::string_view kEnvironment = "environment-config.json";
inline constexpr std::string_view kKeys = "keys.cms";
inline constexpr std::string_view kRestoreText = "RESTORE.txt";
inline constexpr std::string_view kDatabaseScript = "schema/database.sql";
inline constexpr std::string_view kDatabases = "databases";  ///< the folder of archives within an archive
inline constexpr std::string_view kSealedSuffix = ".cms";

/// What a restore runs, in order: the sections, then statistics, which need a server of version 18, extended ones 19.
struct SectionScript {
  std::string_view section, file;
};
inline constexpr SectionScript kScripts[] = {{"pre-data", "schema/pre-data.sql"},
                                             {"data", "schema/data.sql"},
                                             {"post-data", "schema/post-data.sql"},
                                             {"statistics", "schema/statistics.sql"},
                                             {"extended-statistics", "schema/extended-statistics.sql"}};

[[nodiscard]] inline std::string stored_name(std::string_view name, bool sealed) {
  return std::string(name) + std::string(sealed ? kSealedSuffix : "");
}

/// The identifier of an archive's key in its CMS messages: the 16 bytes of the archive's UUID.
[[nodiscard]] std::string key_id_of(std::string_view archive_id);
/// The UUID that a key identifier stands for; empty when it is not 16 bytes long.
[[nodiscard]] std::string archive_id_of(std::string_view key_id);

/// Lines of manifest.sha256, as sha256sum writes and checks them.
[[nodiscard]] std::string digest_line(std::string_view bytes, std::string_view file);
/// The digest that such lines give for a file; empty when they do not name it.
[[nodiscard]] std::string digest_in(std::string_view lines, std::string_view file);

/// Throws Error(damaged): `archive is damaged: "<file>": <problem>`.
[[noreturn]] void fail_damaged(std::string_view file, std::string_view problem);

}  // namespace pgcoffer::archive
