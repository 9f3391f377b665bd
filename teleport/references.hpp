#pragma once

/// Which other resources a resource names, by the fields that its registry row lists
/// (`kind::refers`, `kind::may_need`). Pure functions, any thread.

#include <compare>
#include <string>
#include <vector>

#include "teleport/resource.hpp"

namespace teleport {

/// A resource as others name it: without its scope.
struct named_resource {
  std::string teleport_kind;  ///< "role"
  std::string name;
  auto operator<=>(const named_resource&) const = default;
};

/// `role "admin"`.
std::string to_string(const named_resource& one);

/// The texts at a path ("spec.roles", "spec.owners.name"), of every element of the lists on the
/// way, in order; empty ones are left out. Empty when there is no such field.
std::vector<std::string> texts_at(const google::protobuf::Message& resource,
                                  const std::string& path);

/// All resources that this one names, sorted, each once.
std::vector<named_resource> references_in(const resource& from);

/// Can a resource of another kind wait for one of this Teleport kind: to be there, since it names
/// it, or to be gone, since it is named by it?
bool is_waited_for(const std::string& teleport_kind);

}  // namespace teleport
