/// Whose is a stored resource, and what of it does an update keep?

#include <memory>
#include <string>

#include "teleport/codec.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/codec/walk.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

/// Does the message have a field, at any depth, that an update keeps? No message contains itself.
bool keeps_something(const Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* field = type.field(i);
    if (field->options().GetExtension(cr::keep_existing)) return true;
    if (codec::is_part(*field) && keeps_something(*field->message_type())) return true;
  }
  return false;
}

void keep(Message& desired, const Message& existing) {
  const auto* type = desired.GetDescriptor();
  const auto* reflection = desired.GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (field->is_repeated() || !reflection->HasField(existing, field)) continue;
    if (field->options().GetExtension(cr::keep_existing)) {
      std::unique_ptr<Message> copy(existing.New());
      copy->CopyFrom(existing);
      reflection->SwapFields(&desired, copy.get(), {field});
    } else if (codec::is_part(*field) && keeps_something(*field->message_type())) {
      keep(*reflection->MutableMessage(&desired, field), reflection->GetMessage(existing, field));
    }
  }
}

}  // namespace

std::string unowned_reason(const resource& existing) {
  const auto labels = existing.labels();
  const auto origin = labels.find(origin_label);
  if (origin == labels.end() || origin->second.empty()) {
    return std::string("teleport resource doesn't have the ") + origin_label + " label";
  }
  if (origin->second == origin_kubernetes) return {};
  return std::string("teleport resource has the ") + origin_label + " label set to \"" +
         origin->second + "\" instead of \"" + origin_kubernetes + "\"";
}

void carry_over(resource& desired, const resource& existing) {
  if (keeps_something(*desired.message().GetDescriptor())) {
    keep(desired.mutable_message(), existing.message());
  }
}

}  // namespace teleport
