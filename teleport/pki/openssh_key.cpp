#include "teleport/pki/openssh_key.hpp"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "teleport/pki/encoding.hpp"
#include "teleport/pki/openssl.hpp"
#include "teleport/pki/secret.hpp"
#include "teleport/pki/ssh_wire.hpp"

namespace teleport::pki {
namespace {

using builder = std::unique_ptr<OSSL_PARAM_BLD, freer<&OSSL_PARAM_BLD_free>>;
using parameters = std::unique_ptr<OSSL_PARAM, freer<&OSSL_PARAM_free>>;
using key_context = std::unique_ptr<EVP_PKEY_CTX, freer<&EVP_PKEY_CTX_free>>;

constexpr std::string_view magic{"openssh-key-v1\0", 15};

error unreadable(const std::string& why) {
  return {errc::config, "OpenSSH private key can't be read: " + why};
}

bignum_owner number_from(std::string_view bytes) {
  return bignum_owner(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                static_cast<int>(bytes.size()), nullptr));
}

EVP_PKEY* key_from(const char* type, OSSL_PARAM_BLD* fields) {
  const parameters list(OSSL_PARAM_BLD_to_param(fields));
  const key_context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!list || !context || EVP_PKEY_fromdata_init(context.get()) <= 0) return nullptr;
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, list.get());
  return key;
}

/// n, e, d; the rest (iqmp, p, q) OpenSSL does without.
EVP_PKEY* read_rsa(ssh_reader& in) {
  const auto n = number_from(in.text());
  const auto e = number_from(in.text());
  const auto d = number_from(in.text());
  const builder fields(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(fields.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(fields.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  OSSL_PARAM_BLD_push_BN(fields.get(), OSSL_PKEY_PARAM_RSA_D, d.get());
  return in.good() ? key_from("RSA", fields.get()) : nullptr;
}

EVP_PKEY* read_p256(ssh_reader& in) {
  const auto curve = in.text();
  const auto point = in.text();
  const auto scalar = number_from(in.text());
  if (!in.good() || curve != "nistp256") return nullptr;
  const builder fields(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(fields.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(fields.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  OSSL_PARAM_BLD_push_BN(fields.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  return key_from("EC", fields.get());
}

EVP_PKEY* read_ed25519(ssh_reader& in) {
  in.text();
  const auto pair = in.text();  // seed, then the public key
  if (!in.good() || pair.size() != 64) return nullptr;
  return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                      reinterpret_cast<const unsigned char*>(pair.data()), 32);
}

EVP_PKEY* read_by_type(ssh_reader& in) {
  const auto type = in.text();
  if (type == "ssh-rsa") return read_rsa(in);
  if (type == "ecdsa-sha2-nistp256") return read_p256(in);
  if (type == "ssh-ed25519") return read_ed25519(in);
  return nullptr;
}

/// What is between the BEGIN and END lines.
std::string_view body_of(std::string_view pem) {
  const auto begin = pem.find("KEY-----");
  const auto end = pem.find("-----END");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  return pem.substr(begin + 8, end - begin - 8);
}

}  // namespace

result<private_key> parse_openssh_key(const std::string& pem) {
  const secret_text decoded(from_base64(body_of(pem)).value_or(""));
  ssh_reader in(decoded.reveal());
  if (in.raw(magic.size()) != magic) return unreadable("not the openssh-key-v1 format");
  const auto cipher = in.text();
  in.text();  // key derivation, "none" where the cipher is
  in.text();
  const auto count = in.uint32();
  in.text();  // public key
  ssh_reader secret(in.text());
  if (!in.good() || count != 1) return unreadable("damaged, or more than one key");
  if (cipher != "none") return unreadable("it has a passphrase; give one without");
  if (secret.uint32() != secret.uint32()) return unreadable("damaged");
  auto* key = read_by_type(secret);
  if (key == nullptr) return unreadable("damaged, or not RSA, ECDSA P-256 or Ed25519");
  return private_key(key);
}

}  // namespace teleport::pki
