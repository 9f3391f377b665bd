#include "authority.hpp"

#include <atomic>
#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "teleport/pki/openssl.hpp"

namespace teleport::testing {
namespace {

pki::private_key new_key() {
  return pki::private_key::generate(pki::key_kind::ecdsa_p256).value();
}

void add(X509_NAME* name, const char* field, const std::string& value) {
  X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0);
}

void add(X509* to, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) throw std::runtime_error("extension " + value);
  X509_add_ext(to, extension, -1);
  X509_EXTENSION_free(extension);
}

pki::x509_owner blank(const pki::private_key& key, std::chrono::seconds begins,
                      std::chrono::seconds ends) {
  static std::atomic<long> serial{1};
  pki::x509_owner made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), begins.count());
  X509_gmtime_adj(X509_getm_notAfter(made.get()), ends.count());
  X509_set_pubkey(made.get(), key.handle());
  return made;
}

pki::certificate finish(const pki::x509_owner& made, const pki::private_key& signer) {
  X509_sign(made.get(), signer.handle(), EVP_sha256());
  const pki::bio_owner out(BIO_new(BIO_s_mem()));
  i2d_X509_bio(out.get(), made.get());
  return pki::certificate::from_der(pki::contents(out.get())).value();
}

pki::certificate self_signed(const std::string& cluster, const pki::private_key& key) {
  const auto made = blank(key, std::chrono::hours(-1), std::chrono::hours(1));
  auto* name = X509_get_subject_name(made.get());
  add(name, "O", cluster);
  add(name, "CN", cluster);
  X509_set_issuer_name(made.get(), name);
  add(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE");
  add(made.get(), made.get(), NID_subject_key_identifier, "hash");
  return finish(made, key);
}

}  // namespace

authority::authority(const std::string& cluster)
    : cluster_(cluster), key_(new_key()), root_(self_signed(cluster, key_)) {}

issued authority::issue(const leaf_spec& spec) const {
  auto key = new_key();
  const auto made = blank(key, spec.begins, spec.ends);
  auto* name = X509_get_subject_name(made.get());
  for (const auto& organization : spec.organizations) add(name, "O", organization);
  add(name, "CN", spec.common_name);
  for (const auto& [oid, value] : spec.attributes) add(name, oid.c_str(), value);
  X509_set_issuer_name(made.get(), X509_get_subject_name(root_.handle()));
  add(made.get(), root_.handle(), NID_authority_key_identifier, "keyid");
  std::string names;
  for (const auto& dns : spec.dns_names) names += (names.empty() ? "DNS:" : ",DNS:") + dns;
  if (!names.empty()) add(made.get(), root_.handle(), NID_subject_alt_name, names);
  return {std::move(key), finish(made, key_)};
}

std::string private_pem(const pki::private_key& key) {
  const pki::bio_owner out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(out.get(), key.handle(), nullptr, nullptr, 0, nullptr, nullptr);
  return pki::contents(out.get());
}

}  // namespace teleport::testing
