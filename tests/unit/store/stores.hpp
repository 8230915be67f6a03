#pragma once
// What the suite for all stores runs with: one entry a store.

#include <sys/stat.h>

#include <string>

#include "store/store.hpp"
#include "temp_folder.hpp"

namespace pgcoffer_test {

struct Store {
  const char* name;
  pgcoffer::store::Container container;
  const char* file;  ///< an archive's name in this store

  [[nodiscard]] std::unique_ptr<pgcoffer::store::Sink> create(const TempFolder& folder, bool replace = false) const {
    return pgcoffer::store::create(folder / file, container, replace);
  }
  [[nodiscard]] std::unique_ptr<pgcoffer::store::Source> open(const TempFolder& folder) const {
    return pgcoffer::store::open(folder / file);
  }
  /// An archive whose manifest is `manifest`.
  void make(const TempFolder& folder, const std::string& manifest, bool replace = false) const {
    const auto sink = create(folder, replace);
    sink->put({"data/public.t/0001.sql"}, "rows of " + manifest);
    sink->put({"manifest.json"}, manifest);
    sink->commit();
  }
};

inline const Store kStores[] = {
    {"directory", pgcoffer::store::Container::directory, "dump"},
    {"zip", pgcoffer::store::Container::zip, "dump.zip"},
};

inline bool present(const std::filesystem::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

inline unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

}  // namespace pgcoffer_test
