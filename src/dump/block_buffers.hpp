#pragma once

#include <cstdint>
#include <string>

#include "base/queue.hpp"

namespace pgcoffer::dumping {

/// The texts of blocks on their way from the connections to the archive, a limited number: who reads faster than others
/// store waits for one. Those for rows larger than a part are apart and fewer, since each is as large as such a row.
/// For any thread.
class BlockBuffers {
 public:
  BlockBuffers(std::size_t usual, std::size_t large, std::uint64_t part_size);

  /// Throws Error(interrupted) when they were abandoned.
  [[nodiscard]] std::string take(bool large);
  void give_back(std::string&& buffer, bool large);
  /// A single huge row must not keep its memory for the rest of the dump.
  void shrink(std::string& buffer) const;
  void abandon();

 private:
  std::uint64_t part_size_;
  BoundedQueue<std::string> usual_, large_;
};

}  // namespace pgcoffer::dumping
