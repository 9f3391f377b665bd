#pragma once

/// Fields that may name a Kubernetes Secret instead of a value: `secret://<name>/<key>`
/// (facts/operator-behaviour.md §4). Which fields may is said by the option `secret_lookup`
/// (proto/options.proto). Finds the references of a decoded resource, puts the values in their
/// place, and keeps the values out of what people read.
///
/// Called by the decision core; pure functions, any thread. No value gets into an error or a hash.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "teleport/codec/secret_reference.hpp"
#include "teleport/error.hpp"
#include "teleport/resource.hpp"

namespace teleport {

/// All references of the resource, in the order of its fields; the first bad one is the error.
result<std::vector<secret_reference>> secret_references(const resource& desired);

/// Values by Secret and key.
using secret_values = std::map<std::pair<std::string, std::string>, std::string>;

/// The resource with `values` in place of its references; those without a value stay. A value that
/// is not UTF-8 can't be sent (proto3 strings): errc::bad_parameter names field, Secret and key.
result<resource> with_values(resource desired, const secret_values& values);

/// Which state of a Secret the values were taken from.
struct secret_version {
  std::string secret;
  std::string uid;
  std::string resource_version;
  bool operator==(const secret_version&) const = default;
};

/// Instead of the content_hash of a resource with looked-up values: that of the resource with its
/// references, and the states of the Secrets. Another hash when a Secret was changed or made anew.
std::string hash_with_secrets(const std::string& content_hash,
                              const std::vector<secret_version>& versions);

/// `text`, for example an error of the server's, with "[secret]" for every value of a secret field
/// of `sent`: as it is, quoted, in a URL, or one line of it. Where a value is so short that its
/// place would give it away, the whole text is left out.
std::string without_values(std::string text, const resource& sent);

}  // namespace teleport
