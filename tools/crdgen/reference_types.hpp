#pragma once

/// How a field is written in a CR, in words, as Markdown. Pure functions.

#include <string>

#include <google/protobuf/descriptor.h>

namespace crdgen {

/// "list of [objects](#specallowrules)", "[duration](../resources.md#durations)". `objects` is
/// where the objects in it are described, if it has any.
std::string type_words(const google::protobuf::FieldDescriptor& field, const std::string& objects);

/// The link target that GitHub gives to a heading.
std::string anchor(const std::string& heading);

}  // namespace crdgen
