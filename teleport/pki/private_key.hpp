#pragma once

/// The key pair of one identity, and its public half in the forms that Teleport takes
/// (facts/teleport-connection.md §3.1, §3.2).
///
/// Copies share one OpenSSL key, which lives in memory only and is overwritten when the last copy
/// goes.

#include <memory>
#include <string>
#include <string_view>

#include "teleport/error.hpp"

struct evp_pkey_st;

namespace teleport::pki {

enum class key_kind { rsa_2048, ecdsa_p256 };

/// The kind that a cluster's signature algorithm suite asks of bots. Takes all forms that servers
/// use: "balanced-v1", "SIGNATURE_ALGORITHM_SUITE_BALANCED_V1", "2". Unknown or empty: RSA 2048,
/// which all accept.
key_kind key_kind_for_suite(std::string_view suite);

class private_key {
 public:
  static result<private_key> generate(key_kind kind);
  /// PKCS#1, PKCS#8, SEC1 or OpenSSH form, unencrypted. errc::config otherwise, without any of the
  /// text.
  static result<private_key> from_pem(const std::string& pem);

  /// Takes over one reference.
  explicit private_key(evp_pkey_st* key);

  evp_pkey_st* handle() const noexcept { return key_.get(); }

  std::string public_der() const;      ///< PKIX SubjectPublicKeyInfo
  std::string public_pem() const;      ///< the same as `PUBLIC KEY`
  std::string ssh_wire() const;        ///< empty for kinds other than RSA and P-256
  std::string authorized_key() const;  ///< "ecdsa-sha2-nistp256 AAAA…\n"

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace teleport::pki
