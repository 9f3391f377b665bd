#pragma once

/// The CustomResourceDefinition of one kind: facts/operator-behaviour.md §5. Pure function of the
/// registry row and the descriptors; the same input gives the same bytes.

#include <string>

#include <google/protobuf/descriptor.h>
#include <nlohmann/json.hpp>

#include "teleport/kind.hpp"

namespace crdgen {

inline constexpr const char* group = "resources.teleport.dev";

/// Throws std::runtime_error when the kind's message has no CRD form.
nlohmann::json crd(const teleport::kind& of, const google::protobuf::DescriptorPool& messages);

/// "resources.teleport.dev_rolesv7.yaml".
std::string file_name(const teleport::kind& of);

}  // namespace crdgen
