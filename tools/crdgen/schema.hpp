#pragma once

/// OpenAPI schemas from message descriptors: facts/operator-behaviour.md §5.4. Pure functions.

#include <google/protobuf/descriptor.h>
#include <nlohmann/json.hpp>

namespace crdgen {

/// The schema of a CR's `spec`. Throws std::runtime_error for what a CRD can't express: bytes, and
/// messages that contain themselves; the text names the field.
nlohmann::json spec_schema(const google::protobuf::Descriptor& resource);

/// Fields that stand beside `spec`, by name; usually none.
nlohmann::json beside_spec(const google::protobuf::Descriptor& resource);

/// `status`: standard conditions and what the operator keeps there. The same for all kinds.
nlohmann::json status_schema();

}  // namespace crdgen
