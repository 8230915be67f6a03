#include "archive/restore_text.hpp"

namespace pgcoffer::archive {
std::string restore_text(const Manifest&) {
  return "x\n";
}
}  // namespace pgcoffer::archive
