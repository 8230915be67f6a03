#include "seal/openssl.hpp"

#include <openssl/err.h>

#include "pgcoffer/error.hpp"

namespace pgcoffer::seal {

std::string openssl_words() {
  // The first error in the queue is the deepest one, and the reason; the others say which function passed it on.
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

void openssl_failed(std::string_view what) {
  throw Error(Kind::failed, std::string(what) + ": " + openssl_words());
}

}  // namespace pgcoffer::seal
