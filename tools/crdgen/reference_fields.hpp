#pragma once

/// The fields of a CR as the reference shows them: one section for each kind of object in it. Pure
/// functions.

#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

namespace crdgen {

/// Objects with the same fields. The deeper sections come after the one that refers to them.
struct section {
  std::string path;  ///< where they stand first: "spec.allow.rules[]"
  std::vector<std::string> also;
  const google::protobuf::Descriptor* type = nullptr;
  /// Those that a CR can have. Fields of inlined messages are among them.
  std::vector<const google::protobuf::FieldDescriptor*> fields;
};

/// `spec` and all that is below it. Fields beside `spec` are a section without a path, at the
/// beginning, if there are any.
std::vector<section> sections(const google::protobuf::Descriptor& resource);

/// Path of a field in a section: "spec.allow.rules"; "[]" steps into a list, ".*" into the values
/// of an object.
std::string path_of(const section& in, const google::protobuf::FieldDescriptor& field);

/// The type of the objects that a field holds or lists; nullptr when it holds no objects with
/// fields of their own.
const google::protobuf::Descriptor* object_type(const google::protobuf::FieldDescriptor& field);

}  // namespace crdgen
