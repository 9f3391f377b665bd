#pragma once

/// Descriptors of the Teleport messages with their comments, read from the descriptor set that the
/// build makes (a program's own descriptors have none). Used by crdgen only.

#include <memory>
#include <string>

#include <google/protobuf/descriptor.h>

namespace crdgen {

/// Throws std::runtime_error when the descriptor set can't be read; it belongs to the build.
std::unique_ptr<google::protobuf::DescriptorPool> load_descriptors();

/// The comment above a field, its lines joined by spaces; empty when there is none.
std::string description(const google::protobuf::FieldDescriptor& field);

/// The comment above a message, likewise.
std::string description(const google::protobuf::Descriptor& message);

}  // namespace crdgen
