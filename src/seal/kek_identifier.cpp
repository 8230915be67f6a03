#include "seal/message.hpp"
#include "seal/seal.hpp"

namespace pgcoffer::seal {

std::string kek_identifier(std::string_view cms) {
  return std::string(read_part(cms).key_id);
}

}  // namespace pgcoffer::seal
