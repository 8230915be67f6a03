#include "pgcoffer/version.hpp"

#include <fmt/format.h>
#include <libdeflate.h>
#include <lz4.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <xxhash.h>
#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include <nlohmann/json.hpp>

#include "pg/connection.hpp"

namespace pgcoffer {

std::string version() {
  return PGCOFFER_VERSION;
}

std::vector<std::pair<std::string, std::string>> library_versions() {
  return {{"libpqxx", pg::pqxx_version()},
          {"libpq", pg::libpq_version()},
          {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)},
          {"libdeflate", LIBDEFLATE_VERSION_STRING},
          {"libzstd", ZSTD_versionString()},
          {"liblz4", LZ4_versionString()},
          {"zlib", zlibVersion()},
          {"libxxhash", fmt::format("{}.{}.{}", XXH_versionNumber() / 10000, XXH_versionNumber() / 100 % 100,
                                    XXH_versionNumber() % 100)},
          {"libzip", zip_libzip_version()},
          {"simdjson", fmt::format("{}.{}.{}", static_cast<int>(simdjson::SIMDJSON_VERSION_MAJOR),
                                   static_cast<int>(simdjson::SIMDJSON_VERSION_MINOR),
                                   static_cast<int>(simdjson::SIMDJSON_VERSION_REVISION))},
          {"nlohmann-json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                        NLOHMANN_JSON_VERSION_PATCH)}};
}

}  // namespace pgcoffer
