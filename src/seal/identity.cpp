#include "seal/identity.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/file.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::seal {
namespace {

struct Asked {
  const Secret* passphrase;  ///< may be null
  bool happened = false;
};

/// OpenSSL's pem_password_cb. Without it OpenSSL would ask at the terminal by itself.
int give_passphrase(char* buffer, int size, int, void* context) {
  auto* asked = static_cast<Asked*>(context);
  asked->happened = true;
  if (asked->passphrase == nullptr) return -1;
  const std::string_view text = asked->passphrase->view();
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(text.begin(), text.end(), buffer);
  return static_cast<int>(text.size());
}

}  // namespace

PkeyPtr load_identity(const std::filesystem::path& path, const std::optional<Secret>& passphrase) {
  const Secret pem(read_option_file(path));
  Asked asked{passphrase ? &*passphrase : nullptr};
  const BioPtr bio(BIO_new_mem_buf(pem.view().data(), static_cast<int>(pem.view().size())));
  PkeyPtr key(bio == nullptr ? nullptr : PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &asked));
  if (key != nullptr) return key;
  const std::string words = openssl_words();
  if (asked.happened) {
    throw Error(Kind::usage, fmt::format("cannot read \"{}\": the private key is encrypted{}", path.string(),
                                         passphrase ? ", and the passphrase does not open it" : ""))
        .hint("Give its passphrase with --passphrase-file.")
        .object(path.string());
  }
  throw Error(Kind::usage, fmt::format("cannot read \"{}\": no private key in PEM: {}", path.string(), words))
      .hint("A file that holds -----BEGIN PRIVATE KEY----- is needed, with or without the certificate.")
      .object(path.string());
}

}  // namespace pgcoffer::seal
