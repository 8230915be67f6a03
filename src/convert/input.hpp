#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "archive/reader.hpp"
#include "pgcoffer/convert.hpp"
#include "rows/format.hpp"

namespace pgcoffer::converting {

/// Whole rows of one table on their way. Views are valid during the call that hands them over.
struct Rows {
  std::string_view lines;  ///< COPY text, of all columns
  std::uint64_t rows = 0;  ///< in `lines`
  const std::vector<rows::SparseRows>* sparse = nullptr;
};

/// What is converted. Safe from several threads.
class Input {
 public:
  virtual ~Input() = default;
  [[nodiscard]] virtual const archive::Manifest& manifest() const = 0;
  [[nodiscard]] virtual const archive::Toc& toc() const = 0;
  /// A run of rows that can be read by itself: in their order the table.
  struct Chunk {
    std::size_t table = 0;  ///< index into the manifest's tables
    std::size_t first = 0;
    std::size_t count = 0;
    std::uint64_t bytes = 0;  ///< about
  };
  /// All of them, table after table. `part_size` is that of the output; 0 for the input's parts as they are.
  [[nodiscard]] virtual std::vector<Chunk> chunks(std::uint64_t part_size) const = 0;
  /// Hands the rows over, part by part.
  virtual void read(const Chunk& chunk, const std::function<void(const Rows&)>& take) const = 0;
  /// Hands over the bytes of a large object of the manifest in pieces.
  virtual void read_large_object(std::size_t index, const std::function<void(std::string_view)>& take) const = 0;
};

/// An archive of ours or of pg_dump's.
[[nodiscard]] std::unique_ptr<Input> open_input(const ConvertOptions& options);
[[nodiscard]] std::unique_ptr<Input> open_pg_dump(const std::filesystem::path& path);

}  // namespace pgcoffer::converting
