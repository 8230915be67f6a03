#pragma once

#include <memory>

#include "compress/codec.hpp"
#include "pgcoffer/dump.hpp"
#include "store/store.hpp"

namespace pgcoffer::dumping {

/// What is asked for, or the default of the container.
[[nodiscard]] compress::Setting compression(const DumpOptions& options);

[[nodiscard]] store::Durability durability(const DumpOptions& options);

/// Throws what create_archive() would of what stands at its place.
void check_place(const DumpOptions& options);

/// The directory or zip file that is going to be written. Throws Error where something stands at its place that must
/// not be replaced.
[[nodiscard]] std::unique_ptr<store::Sink> create_archive(const DumpOptions& options);

}  // namespace pgcoffer::dumping
