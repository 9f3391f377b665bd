#pragma once

/// A Kubernetes object as the rest of the operator sees it: metadata and conditions parsed, `spec`
/// kept as compact JSON text. Values of this type are immutable once shared; any thread may read
/// them.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace k8s {

/// Where a kind of object lives in the API. `version` is one served version, e.g. "v1".
struct resource_type {
  std::string group;
  std::string version;
  std::string kind;
  std::string plural;
  bool operator==(const resource_type&) const = default;
};

/// Namespace and name. An empty `ns` means a cluster-scoped object.
struct object_key {
  std::string ns;
  std::string name;
  auto operator<=>(const object_key&) const = default;
};

/// `ns/name`, for logs and messages.
std::string to_string(const object_key& key);

/// metav1.Condition. Times are RFC 3339 in UTC with seconds, as the API server writes them.
struct condition {
  std::string type;
  std::string status;  ///< "True", "False" or "Unknown"
  std::string reason;
  std::string message;
  std::string last_transition_time;
  std::int64_t observed_generation = 0;  ///< 0: not set
  bool operator==(const condition&) const = default;
};

/// The status subresource: conditions in stored order, and every other top-level status field whose
/// value is a string or an integer (integers as decimal text).
struct object_status {
  std::vector<condition> conditions;
  std::map<std::string, std::string> fields;
  bool operator==(const object_status&) const = default;
};

struct object {
  std::string api_version;  ///< "group/version"
  std::string kind;
  object_key key;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  std::string creation_timestamp;
  std::optional<std::string> deletion_timestamp;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::vector<std::string> finalizers;
  /// `spec` as compact JSON; empty when the object has none.
  std::string spec;
  /// Top-level fields besides apiVersion, kind, metadata, spec and status, each as compact JSON.
  std::map<std::string, std::string> other_fields;
  object_status status;
};

using object_ptr = std::shared_ptr<const object>;

/// Is resourceVersion `a` older than `b`? Only where both are decimal numbers; else false.
bool older_version(const std::string& a, const std::string& b);

/// The text of a top-level field beside `spec`; empty when it is absent or no text.
std::string text_beside_spec(const object& of, const std::string& field);

}  // namespace k8s
