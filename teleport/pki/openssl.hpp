#pragma once

/// Owners for OpenSSL's objects, and its error queue as text. Only for sources of this room.

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace teleport::pki {

template <auto Free>
struct freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using bio_owner = std::unique_ptr<BIO, freer<&BIO_free>>;
using bignum_owner = std::unique_ptr<BIGNUM, freer<&BN_clear_free>>;
using key_owner = std::unique_ptr<EVP_PKEY, freer<&EVP_PKEY_free>>;
using x509_owner = std::unique_ptr<X509, freer<&X509_free>>;

/// Takes this thread's error queue as text: the newest reason, "no further reason" when it is
/// empty.
std::string openssl_reason();

/// All bytes that a memory BIO holds.
std::string contents(BIO* memory);

/// Reads from `text` without copying it.
bio_owner reader_of(const std::string& text);

}  // namespace teleport::pki
