#pragma once

#include <random>
#include <string>

#include "rows/format.hpp"

/// A slow, obvious encoder: it starts from a value and makes both its COPY text and its JSON, one byte after the other.
namespace rows_test {

struct Sample {
  std::string field;  ///< as COPY TO writes it
  std::string json;   ///< as a JSON row holds it
};

/// A random value of a column of that kind, hostile more often than not.
[[nodiscard]] Sample random_sample(pgcoffer::rows::JsonKind kind, std::mt19937& random);

}  // namespace rows_test
