#pragma once

/// JSON object → message, by descriptor, strictly: every field that the message does not have, and
/// every value that does not fit, is a problem with its path; the rest is decoded all the same, so
/// that all problems come at once. Names are the fields' JSON names, exactly; null is absent. Pure,
/// any thread. The depth is bounded by the messages: none contains itself (tools/crdgen refuses
/// that).

#include <string>

#include <google/protobuf/message.h>
#include <nlohmann/json_fwd.hpp>

#include "teleport/codec/problems.hpp"

namespace teleport::codec {

/// Which fields of a message a JSON object may set.
enum class allowed {
  all,           ///< all but those that are left out of the CR
  spec_at_root,  ///< those marked `of_spec`
};

void decode_object(const nlohmann::json& value, google::protobuf::Message& into,
                   const std::string& path, allowed fields, problems& found);

/// One field's value; null leaves it unset.
void decode_field(const nlohmann::json& value, google::protobuf::Message& into,
                  const google::protobuf::FieldDescriptor& field, const std::string& path,
                  problems& found);

}  // namespace teleport::codec
