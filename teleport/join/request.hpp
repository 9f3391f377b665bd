#pragma once

/// What a bot says when it joins, and what it gets, independent of the call that carries it.

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "teleport/connector.hpp"
#include "teleport/join/decision.hpp"
#include "teleport/join/identity.hpp"
#include "teleport/pki/secret.hpp"

namespace teleport::join {

struct join_request {
  std::string method;      ///< "kubernetes" or "token"
  pki::secret_text token;  ///< its name; with the method "token" the secret itself
  std::optional<pki::secret_text>
      id_token;                    ///< the service-account token, with the method "kubernetes"
  std::chrono::seconds ttl{3600};  ///< asked for the certificate
};

/// Reads the files that the settings name, anew each time. errc::config when one can't be used.
result<join_request> make_request(const connector_settings& settings);

template <class T>
using outcome = std::variant<T, failed_step>;

/// The certificates that a join answered.
struct granted {
  pki::certificate leaf;
  std::vector<pki::certificate> roots;
};

/// The identity of the key and what was granted for it.
outcome<identity> accept(pki::private_key key, result<granted> certificates, stage at);

}  // namespace teleport::join
