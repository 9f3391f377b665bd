#pragma once

/// The text `secret://<name>/<key>`, which stands for a value in a Kubernetes Secret
/// (facts/operator-behaviour.md §4). Pure functions, any thread.

#include <string>
#include <string_view>

#include "teleport/error.hpp"

namespace teleport {

/// One field that stands for a key of a Secret in the CR's namespace.
struct secret_reference {
  std::string field;   ///< path in the CR, "spec.client_secret"
  std::string secret;  ///< a valid name of a Kubernetes object
  std::string key;     ///< not empty; may be no valid key, then no Secret has it
  bool operator==(const secret_reference&) const = default;
};

/// The text stands for a Secret, well-formed or not.
bool is_secret_reference(std::string_view text);

/// Reads a text for which is_secret_reference holds. Name and key are taken apart as a URL's host
/// and path; the key is percent-decoded. What a URL may have besides (user, port, query, fragment)
/// is refused, errc::bad_parameter. The error names the field, and nothing of the text.
result<secret_reference> parse_secret_reference(const std::string& field, std::string_view text);

}  // namespace teleport
