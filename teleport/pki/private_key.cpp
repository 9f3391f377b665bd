#include "teleport/pki/private_key.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "teleport/pki/encoding.hpp"
#include "teleport/pki/openssh_key.hpp"
#include "teleport/pki/openssl.hpp"
#include "teleport/pki/ssh_wire.hpp"

namespace teleport::pki {
namespace {

/// Lower case, without separators and without the enum's prefix: "balancedv1".
std::string plain_suite(std::string_view suite) {
  std::string plain;
  for (const char c : suite)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::string_view prefix = "signaturealgorithmsuite";
  return plain.starts_with(prefix) ? plain.substr(prefix.size()) : plain;
}

/// No passphrase: an encrypted key is an error, not a question on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

std::string rsa_wire(EVP_PKEY* key) {
  BIGNUM* exponent = nullptr;
  BIGNUM* modulus = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent);
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus);
  const bignum_owner e(exponent);
  const bignum_owner n(modulus);
  if (!e || !n) return {};
  ssh_writer out;
  out.text("ssh-rsa");
  out.number(e.get());
  out.number(n.get());
  return out.take();
}

std::string p256_wire(EVP_PKEY* key) {
  unsigned char* point = nullptr;
  const auto size = EVP_PKEY_get1_encoded_public_key(key, &point);
  const std::unique_ptr<unsigned char, freer<[](void* p) { OPENSSL_free(p); }>> owner(point);
  // 0x04, X, Y: 32 bytes each; another curve has another size.
  if (size != 65) return {};
  ssh_writer out;
  out.text("ecdsa-sha2-nistp256");
  out.text("nistp256");
  out.text({reinterpret_cast<const char*>(point), size});
  return out.take();
}

}  // namespace

key_kind key_kind_for_suite(std::string_view suite) {
  static constexpr std::string_view elliptic[] = {"balancedv1", "fipsv1", "hsmv1", "2", "3", "4"};
  const auto plain = plain_suite(suite);
  return std::ranges::find(elliptic, plain) != std::end(elliptic) ? key_kind::ecdsa_p256
                                                                  : key_kind::rsa_2048;
}

private_key::private_key(evp_pkey_st* key) : key_(key, &EVP_PKEY_free) {}

result<private_key> private_key::generate(key_kind kind) {
  auto* made = kind == key_kind::rsa_2048 ? EVP_RSA_gen(2048U) : EVP_EC_gen("P-256");
  if (made == nullptr) return error{errc::unknown, "generating a key: " + openssl_reason()};
  return private_key(made);
}

result<private_key> private_key::from_pem(const std::string& pem) {
  if (pem.find("BEGIN OPENSSH PRIVATE KEY") != std::string::npos) return parse_openssh_key(pem);
  const auto source = reader_of(pem);
  auto* read = PEM_read_bio_PrivateKey(source.get(), nullptr, &no_passphrase, nullptr);
  if (read == nullptr) return error{errc::config, "private key can't be read: " + openssl_reason()};
  return private_key(read);
}

std::string private_key::public_der() const {
  const bio_owner out(BIO_new(BIO_s_mem()));
  i2d_PUBKEY_bio(out.get(), key_.get());
  return contents(out.get());
}

std::string private_key::public_pem() const {
  const bio_owner out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(out.get(), key_.get());
  return contents(out.get());
}

std::string private_key::ssh_wire() const {
  switch (EVP_PKEY_get_base_id(key_.get())) {
    case EVP_PKEY_RSA:
      return rsa_wire(key_.get());
    case EVP_PKEY_EC:
      return p256_wire(key_.get());
    default:
      return {};
  }
}

std::string private_key::authorized_key() const {
  const auto wire = ssh_wire();
  ssh_reader in(wire);
  const auto type = in.text();
  return type.empty() ? std::string{} : std::string(type) + " " + base64(wire) + "\n";
}

}  // namespace teleport::pki
