#include "teleport/codec/layout.hpp"

#include "teleport/proto/options.pb.h"

namespace teleport::codec {
namespace {

bool is_text(const FieldDescriptor* field) {
  return field != nullptr && !field->is_repeated() &&
         field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

bool is_inlined(const FieldDescriptor& field) {
  return field.options().GetExtension(cr::inlined);
}

bool is_one_message(const FieldDescriptor* field) {
  return field != nullptr && !field->is_repeated() &&
         field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

/// The field that embeds a header; nullptr when the resource itself has the metadata, or there is
/// none.
const FieldDescriptor* embedded_header(const Descriptor& type) {
  if (field_named(type, "metadata") != nullptr) return nullptr;
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* field = type.field(i);
    if (is_one_message(field) && field_named(*field->message_type(), "metadata") != nullptr)
      return field;
  }
  return nullptr;
}

const FieldDescriptor* labels_field(const Message& metadata) {
  const auto* field = field_named(*metadata.GetDescriptor(), "labels");
  return field != nullptr && field->is_map() ? field : nullptr;
}

}  // namespace

const FieldDescriptor* field_named(const Descriptor& type, const std::string& json_name) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* field = type.field(i);
    if (field->json_name() == json_name && !is_inlined(*field)) return field;
  }
  return nullptr;
}

const FieldDescriptor* inlined_with(const Descriptor& type, const std::string& json_name) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* field = type.field(i);
    if (is_inlined(*field) && field_named(*field->message_type(), json_name) != nullptr)
      return field;
  }
  return nullptr;
}

std::string text(const Message& message, const std::string& json_name) {
  const auto* field = field_named(*message.GetDescriptor(), json_name);
  return is_text(field) ? message.GetReflection()->GetString(message, field) : std::string{};
}

bool set_text(Message& message, const std::string& json_name, const std::string& value) {
  const auto* field = field_named(*message.GetDescriptor(), json_name);
  if (!is_text(field)) return false;
  message.GetReflection()->SetString(&message, field, value);
  return true;
}

const Message* header(const Message& resource) {
  const auto* embedded = embedded_header(*resource.GetDescriptor());
  if (embedded != nullptr) return &resource.GetReflection()->GetMessage(resource, embedded);
  return field_named(*resource.GetDescriptor(), "metadata") != nullptr ? &resource : nullptr;
}

Message* mutable_header(Message& resource) {
  const auto* embedded = embedded_header(*resource.GetDescriptor());
  if (embedded != nullptr) return resource.GetReflection()->MutableMessage(&resource, embedded);
  return field_named(*resource.GetDescriptor(), "metadata") != nullptr ? &resource : nullptr;
}

const Message* metadata(const Message& resource) {
  const auto* holder = header(resource);
  if (holder == nullptr) return nullptr;
  const auto* field = field_named(*holder->GetDescriptor(), "metadata");
  const auto* reflection = holder->GetReflection();
  return reflection->HasField(*holder, field) ? &reflection->GetMessage(*holder, field) : nullptr;
}

Message* mutable_metadata(Message& resource) {
  auto* holder = mutable_header(resource);
  if (holder == nullptr) return nullptr;
  const auto* field = field_named(*holder->GetDescriptor(), "metadata");
  return holder->GetReflection()->MutableMessage(holder, field);
}

std::map<std::string, std::string> labels(const Message& resource) {
  std::map<std::string, std::string> found;
  const auto* holder = metadata(resource);
  const auto* field = holder != nullptr ? labels_field(*holder) : nullptr;
  if (field == nullptr) return found;
  const auto* reflection = holder->GetReflection();
  for (int i = 0; i < reflection->FieldSize(*holder, field); ++i) {
    const auto& entry = reflection->GetRepeatedMessage(*holder, field, i);
    const auto& type = *entry.GetDescriptor();
    found.emplace(entry.GetReflection()->GetString(entry, type.map_key()),
                  entry.GetReflection()->GetString(entry, type.map_value()));
  }
  return found;
}

void set_labels(Message& resource, const std::map<std::string, std::string>& labels) {
  auto* holder = mutable_metadata(resource);
  const auto* field = holder != nullptr ? labels_field(*holder) : nullptr;
  if (field == nullptr) return;
  const auto* reflection = holder->GetReflection();
  reflection->ClearField(holder, field);
  for (const auto& [key, value] : labels) {
    auto* entry = reflection->AddMessage(holder, field);
    const auto& type = *entry->GetDescriptor();
    entry->GetReflection()->SetString(entry, type.map_key(), key);
    entry->GetReflection()->SetString(entry, type.map_value(), value);
  }
}

}  // namespace teleport::codec
