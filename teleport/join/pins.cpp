#include "teleport/join/pins.hpp"

#include <algorithm>

#include <openssl/crypto.h>

namespace teleport::join {
namespace {

constexpr const char* no_match =
    "cluster pin does not match any provided certificate authority pin. This could have occurred "
    "if the Certificate Authority (CA) for the cluster was rotated, invalidating the old pin. This "
    "could also occur if a new HSM was added. Run \"tctl status\" to compare the pin used to join "
    "the cluster to the actual pin(s) for the cluster.";

bool equal(const std::string& left, const std::string& right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

std::optional<error> check_pin(const std::string& pin) {
  const auto colon = pin.find(':');
  if (colon == std::string::npos || pin.find(':', colon + 1) != std::string::npos)
    return error{errc::config, "invalid format for certificate pin, expected algorithm:pin"};
  if (pin.substr(0, colon) != "sha256")
    return error{errc::config, "sha256 only supported hashing algorithm for certificate pin"};
  return std::nullopt;
}

std::optional<error> check_pinned(const std::vector<pki::certificate>& cas,
                                  const std::vector<std::string>& pins, wall_time now) {
  if (cas.empty()) return error{errc::config, "the cluster has shown no certificate authority"};
  for (const auto& ca : cas) {
    const auto hash = "sha256:" + ca.key_hash();
    const auto matches = [&](const std::string& pin) { return equal(pin, hash); };
    if (std::ranges::none_of(pins, matches)) return error{errc::config, no_match};
    if (ca.not_before() > now || ca.not_after() <= now)
      return error{errc::config, "the cluster's CA certificate is not valid now"};
  }
  return std::nullopt;
}

}  // namespace teleport::join
