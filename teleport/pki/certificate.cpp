#include "teleport/pki/certificate.hpp"

#include <algorithm>
#include <ctime>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "teleport/pki/encoding.hpp"
#include "teleport/pki/openssl.hpp"

namespace teleport::pki {
namespace {

std::string entry_text(const X509_NAME* name, int index) {
  const auto* entry = X509_NAME_get_entry(name, index);
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
  if (size < 0) return {};
  std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

std::vector<std::string> entries(const X509_NAME* name, const ASN1_OBJECT* of) {
  std::vector<std::string> all;
  for (int at = -1; (at = X509_NAME_get_index_by_OBJ(name, of, at)) >= 0;)
    all.push_back(entry_text(name, at));
  return all;
}

std::vector<std::string> entries(const X509_NAME* name, int nid) {
  return entries(name, OBJ_nid2obj(nid));
}

/// The clock ends in 2262, and certificates that never end say 9999 (RFC 5280 §4.1.2.5). What is
/// outside of 1900 to 2200 is taken for the nearer end, far enough from the clock's to calculate
/// with.
std::chrono::system_clock::time_point time_of(const ASN1_TIME* moment) {
  using std::chrono::sys_days;
  using std::chrono::sys_seconds;
  constexpr sys_seconds earliest = sys_days{std::chrono::year{1900} / 1 / 1};
  constexpr sys_seconds latest = sys_days{std::chrono::year{2200} / 1 / 1};
  std::tm parts{};
  if (ASN1_TIME_to_tm(moment, &parts) != 1) return {};
  return std::clamp(sys_seconds{std::chrono::seconds{::timegm(&parts)}}, earliest, latest);
}

}  // namespace

certificate::certificate(x509_st* owned) : x509_(owned, &X509_free) {}

result<certificate> certificate::from_der(const std::string& der) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = data + der.size();
  x509_owner read(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
  if (!read || data != end)
    return error{errc::config, "certificate can't be read: " + openssl_reason()};
  return certificate(read.release());
}

result<certificate> certificate::from_pem(const std::string& pem) {
  auto all = all_from_pem(pem);
  if (!all) return all.failure();
  if (all.value().size() != 1)
    return error{errc::config,
                 "expected one certificate, found " + std::to_string(all.value().size())};
  return std::move(all.value().front());
}

result<std::vector<certificate>> certificate::all_from_pem(const std::string& pem) {
  const auto source = reader_of(pem);
  std::vector<certificate> all;
  while (auto* read = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr))
    all.push_back(certificate(read));
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
    return error{errc::config, "certificate can't be read: " + openssl_reason()};
  ERR_clear_error();
  return all;
}

certificate certificate::shared_with(x509_st* read) {
  X509_up_ref(read);
  return certificate(read);
}

std::string certificate::user() const {
  const auto names = entries(X509_get_subject_name(x509_.get()), NID_commonName);
  return names.empty() ? std::string{} : names.front();
}

std::vector<std::string> certificate::organizations() const {
  return entries(X509_get_subject_name(x509_.get()), NID_organizationName);
}

std::string certificate::cluster() const {
  const auto names = entries(X509_get_issuer_name(x509_.get()), NID_organizationName);
  return names.empty() ? std::string{} : names.front();
}

std::chrono::system_clock::time_point certificate::not_before() const {
  return time_of(X509_get0_notBefore(x509_.get()));
}

std::chrono::system_clock::time_point certificate::not_after() const {
  return time_of(X509_get0_notAfter(x509_.get()));
}

std::optional<std::string> certificate::attribute(const char* oid) const {
  const std::unique_ptr<ASN1_OBJECT, freer<&ASN1_OBJECT_free>> object(OBJ_txt2obj(oid, 1));
  const auto values = entries(X509_get_subject_name(x509_.get()), object.get());
  if (values.empty()) return std::nullopt;
  return values.front();
}

std::string certificate::key_hash() const {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509_.get()), &der);
  if (size < 0) return {};
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(der, static_cast<std::size_t>(size), reinterpret_cast<unsigned char*>(digest.data()));
  OPENSSL_free(der);
  return hex(digest);
}

bool certificate::belongs_to(const private_key& key) const {
  return EVP_PKEY_eq(X509_get0_pubkey(x509_.get()), key.handle()) == 1;
}

bool certificate::has_dns_name(const std::string& name) const {
  constexpr unsigned only_names =
      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(x509_.get(), name.data(), name.size(), only_names, nullptr) == 1;
}

std::string certificate::pem() const {
  const bio_owner out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), x509_.get());
  return contents(out.get());
}

}  // namespace teleport::pki
