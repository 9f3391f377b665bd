#pragma once

/// One X.509 certificate and what Teleport writes into it (facts/teleport-connection.md §3.3).
/// Copies share the parsed object. All reads are thread-safe.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/pki/private_key.hpp"

struct x509_st;

namespace teleport::pki {

class certificate {
 public:
  /// errc::config when the bytes are not one certificate.
  static result<certificate> from_der(const std::string& der);
  static result<certificate> from_pem(const std::string& pem);
  /// All `CERTIFICATE` blocks of a text, in order. errc::config when one is damaged; none is no
  /// error.
  static result<std::vector<certificate>> all_from_pem(const std::string& pem);

  /// Takes a reference of its own to an object of OpenSSL.
  static certificate shared_with(x509_st* read);

  x509_st* handle() const noexcept { return x509_.get(); }

  std::string user() const;                        ///< subject CN
  std::vector<std::string> organizations() const;  ///< subject O: role names
  std::string cluster() const;                     ///< issuer O: the cluster's name
  std::chrono::system_clock::time_point not_before() const;
  std::chrono::system_clock::time_point not_after() const;
  /// Value of a subject attribute by its OID, e.g. renewable_oid.
  std::optional<std::string> attribute(const char* oid) const;
  /// SHA-256 of the SubjectPublicKeyInfo, lower-case hex: what a CA pin is made of.
  std::string key_hash() const;
  bool belongs_to(const private_key& key) const;
  /// Is it, or one of its wildcards, among the DNS names that the certificate is for?
  bool has_dns_name(const std::string& name) const;
  std::string pem() const;

 private:
  explicit certificate(x509_st* owned);

  std::shared_ptr<x509_st> x509_;
};

inline constexpr const char* renewable_oid = "1.3.9999.1.13";   ///< "true"
inline constexpr const char* generation_oid = "1.3.9999.1.14";  ///< decimal

}  // namespace teleport::pki
