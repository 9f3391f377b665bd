#pragma once

/// What a Kubernetes service-account token says about itself. Nothing is verified: that is the auth
/// service's task. Pure.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "teleport/error.hpp"

namespace teleport::join {

struct token_claims {
  std::string issuer;
  std::string subject;  ///< "system:serviceaccount:team:teleport-operator"
  std::vector<std::string> audiences;
  std::optional<std::chrono::system_clock::time_point> issued;
  std::optional<std::chrono::system_clock::time_point> expires;
  bool bound_to_pod = false;
};

/// errc::config when it is no JWT; the text says nothing of what stands in it.
result<token_claims> read_claims(std::string_view token);

}  // namespace teleport::join
