#pragma once

/// Small types that several conversations share. Everything here is a value; messages are copied by
/// CAF only when an actor shares them, so big things travel as shared pointers to constants.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "k8s/client.hpp"
#include "k8s/error.hpp"
#include "k8s/object.hpp"
#include "teleport/error.hpp"
#include "teleport/features.hpp"
#include "teleport/kind.hpp"
#include "teleport/resource.hpp"

namespace messages {

/// The registry row of a kind; rows live as long as the process.
using kind_ptr = const teleport::kind*;

/// Identifies one CR for good: a recreated CR of the same name has another UID.
struct cr_id {
  kind_ptr kind = nullptr;
  k8s::object_key key;
  std::string uid;
  bool operator==(const cr_id&) const = default;
};

/// "TeleportRoleV7 default/admin".
std::string to_string(const cr_id& id);

/// One CR's wish for a Teleport resource.
struct claim {
  cr_id who;
  std::string creation_timestamp;  ///< RFC 3339: the older CR wins
  teleport::resource_key wants;
};

/// Answers of the API server travel whole, so that the asker sees code and text.
struct object_result {
  std::variant<k8s::object_ptr, k8s::error> outcome;
  bool ok() const { return outcome.index() == 0; }
};

struct lease_result {
  std::variant<k8s::lease, k8s::error> outcome;
  bool ok() const { return outcome.index() == 0; }
};

/// Answers of Teleport. A delete is answered with an empty resource.
struct resource_result {
  std::variant<teleport::resource, teleport::error> outcome;
  bool ok() const { return outcome.index() == 0; }
};

struct heads_result {
  std::variant<std::vector<teleport::resource_head>, teleport::error> outcome;
  bool ok() const { return outcome.index() == 0; }
};

}  // namespace messages
