#pragma once

/// Where a resource message keeps what all resources have: kind, version, metadata, spec.
/// Fields are found by their JSON names, so it works for every resource message. Pure functions,
/// any thread.

#include <map>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace teleport::codec {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// The field with this JSON name; nullptr when there is none. Not one of those that have no name in
/// a CR, because their own fields stand there instead (`inlined`).
const FieldDescriptor* field_named(const Descriptor& type, const std::string& json_name);

/// The inlined field whose message has a field of this JSON name; nullptr when there is none.
const FieldDescriptor* inlined_with(const Descriptor& type, const std::string& json_name);

/// The text of a field; empty when the message has no such text field.
std::string text(const Message& message, const std::string& json_name);

/// Sets a text field; false when the message has none of that name.
bool set_text(Message& message, const std::string& json_name, const std::string& value);

/// The part that holds kind, sub_kind, version and metadata: the resource itself, or the header
/// embedded in it. nullptr when there is no metadata.
const Message* header(const Message& resource);
Message* mutable_header(Message& resource);

/// nullptr when the resource has no metadata, or none is set.
const Message* metadata(const Message& resource);
/// nullptr when the resource has no metadata; else it is set.
Message* mutable_metadata(Message& resource);

std::map<std::string, std::string> labels(const Message& resource);
void set_labels(Message& resource, const std::map<std::string, std::string>& labels);

}  // namespace teleport::codec
