#pragma once

/// What a request shows the API server. Immutable; a renewed credential is a new value.

#include <memory>
#include <string>

namespace k8s {

struct credential {
  std::string token;            ///< bearer token, may be empty; a secret
  std::string certificate_pem;  ///< client certificate, may be empty
  std::string key_pem;          ///< its key; a secret
};

using credential_ptr = std::shared_ptr<const credential>;

}  // namespace k8s
