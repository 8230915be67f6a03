#include "dump/output.hpp"

#include "archive/replaceable.hpp"

namespace pgcoffer::dumping {

compress::Setting compression(const DumpOptions& options) {
  if (!options.compression.empty()) return compress::parse_setting(options.compression);
  switch (options.container) {
    case Container::zip:
      return compress::parse_setting("gzip");
    case Container::plain:
      return compress::parse_setting("none");
    case Container::directory:
      break;
  }
  return compress::parse_setting("zstd");
}

store::Durability durability(const DumpOptions& options) {
  return options.sync ? store::Durability::synced : store::Durability::unsynced;
}

namespace {

store::Container kind(const DumpOptions& options) {
  return options.container == Container::zip ? store::Container::zip : store::Container::directory;
}

}  // namespace

void check_place(const DumpOptions& options) {
  if (options.replace) archive::require_replaceable(options.path);
  store::check_place(options.path, kind(options), options.replace);
}

std::unique_ptr<store::Sink> create_archive(const DumpOptions& options) {
  if (options.replace) archive::require_replaceable(options.path);
  return store::create(options.path, kind(options), options.replace, durability(options));
}

}  // namespace pgcoffer::dumping
