#pragma once

/// Finds fields of requests and responses by what they are called or what they hold. Pure,
/// any thread. Used by request_shape.cpp and response_shape.cpp.

#include <initializer_list>
#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>

namespace teleport::calls {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

/// A name as it is compared: without underscores, in lower case, since older and newer services
/// write them differently ("StartKey", "start_key").
std::string plain_name(const FieldDescriptor& field);

bool is_text(const FieldDescriptor& field);
bool is_number(const FieldDescriptor& field);

/// The first field that fits and whose plain name is among `names`; earlier names win. nullptr when
/// there is none.
const FieldDescriptor* find_field(const Descriptor& in,
                                  std::initializer_list<std::string_view> names,
                                  bool (*fits)(const FieldDescriptor&));

/// The first field of this message type; nullptr when there is none.
const FieldDescriptor* field_of_type(const Descriptor& in, const Descriptor& type, bool repeated);

}  // namespace teleport::calls
