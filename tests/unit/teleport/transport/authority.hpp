#pragma once

/// Certificates for tests, made on the spot: a CA, and leaves signed by it.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "teleport/pki/certificate.hpp"
#include "teleport/pki/private_key.hpp"

namespace teleport::testing {

struct leaf_spec {
  std::string common_name;
  std::vector<std::string> organizations;
  std::vector<std::string> dns_names;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< OID, value; in the subject
  std::chrono::seconds begins{-60};                             ///< from now
  std::chrono::seconds ends{3600};
};

struct issued {
  pki::private_key key;
  pki::certificate leaf;
};

class authority {
 public:
  /// CN and O are the cluster's name, as in Teleport's own CAs.
  explicit authority(const std::string& cluster);

  issued issue(const leaf_spec& spec) const;
  const pki::certificate& root() const noexcept { return root_; }

 private:
  std::string cluster_;
  pki::private_key key_;
  pki::certificate root_;
};

/// PKCS#8.
std::string private_pem(const pki::private_key& key);

}  // namespace teleport::testing
