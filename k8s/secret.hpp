#pragma once

/// Reading a Secret's values, and bodies of the requests that write one. Pure, any thread.

#include <optional>
#include <string>

#include "k8s/object.hpp"

namespace k8s {

/// Secrets of the core API.
inline const resource_type& secret_type() {
  static const resource_type type{"", "v1", "Secret", "secrets"};
  return type;
}

/// The bytes under `data[key]`, which stands there in base64; nothing when there is no such key.
/// The caller must not let them get into a log, an error or a status.
std::optional<std::string> secret_value(const object& secret, const std::string& key);

/// A Secret that holds this one value, for client::create.
std::string new_secret(const object_key& at, const std::string& key, const std::string& value);

/// A merge patch that sets one value; others stay. Carries the UID and the resourceVersion of
/// `base`: the server refuses it (409) if the Secret was changed since.
std::string secret_value_patch(const object& base, const std::string& key,
                               const std::string& value);

}  // namespace k8s
