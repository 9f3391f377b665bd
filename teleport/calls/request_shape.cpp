/// Requests: filled by the shape of their messages.

#include <cstdint>

#include "teleport/calls/fields.hpp"
#include "teleport/calls/shape.hpp"

namespace teleport::calls {
namespace {

/// Items that one page may have; a page of large ones still stays far below the message limit.
constexpr int page_size = 200;

/// `name`, or else the first text field whose name ends so.
const FieldDescriptor* name_field(const Descriptor& in) {
  if (const auto* field = find_field(in, {"name"}, is_text)) return field;
  for (int i = 0; i < in.field_count(); ++i) {
    const auto* field = in.field(i);
    if (is_text(*field) && plain_name(*field).ends_with("name")) return field;
  }
  return nullptr;
}

void set_number(message& request, const FieldDescriptor* field, int value) {
  const auto* reflection = request.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT32)
    reflection->SetInt32(&request, field, value);
  else if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT64)
    reflection->SetInt64(&request, field, value);
  else
    reflection->SetUInt32(&request, field, static_cast<std::uint32_t>(value));
}

/// A map from texts to texts.
bool is_text_map(const FieldDescriptor& field) {
  return field.is_map() &&
         field.message_type()->map_value()->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

void add_entry(message& request, const FieldDescriptor& map, const std::string& entry) {
  const auto equals = entry.find('=');
  auto* added = request.GetReflection()->AddMessage(&request, &map);
  const auto& type = *added->GetDescriptor();
  added->GetReflection()->SetString(added, type.map_key(), entry.substr(0, equals));
  added->GetReflection()->SetString(added, type.map_value(), entry.substr(equals + 1));
}

}  // namespace

std::unique_ptr<message> new_message(const std::string& full_name) {
  const auto* type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(full_name);
  if (type == nullptr) return nullptr;
  const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(type);
  return std::unique_ptr<message>(prototype->New());
}

bool put_resource(message& request, const message& resource) {
  if (request.GetDescriptor() == resource.GetDescriptor()) {
    request.CopyFrom(resource);
    return true;
  }
  const auto* field = field_of_type(*request.GetDescriptor(), *resource.GetDescriptor(), false);
  if (field == nullptr) return false;
  request.GetReflection()->MutableMessage(&request, field)->CopyFrom(resource);
  return true;
}

bool put_fixed(message& request, const rpc& call) {
  for (const auto& [name, text] : call.fixed) {
    const auto* field = request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) return false;
    if (is_text(*field)) {
      request.GetReflection()->SetString(&request, field, text);
    } else if (is_text_map(*field) && text.find('=') != std::string::npos) {
      add_entry(request, *field, text);
    } else {
      return false;
    }
  }
  return true;
}

bool put_key(message& request, const kind& of, const resource_key& key) {
  if (!of.singleton.empty()) return true;
  const auto& type = *request.GetDescriptor();
  const auto* name = name_field(type);
  if (name == nullptr) return false;
  request.GetReflection()->SetString(&request, name, key.name);
  if (const auto* scope = find_field(type, {"scope"}, is_text))
    request.GetReflection()->SetString(&request, scope, key.scope);
  return true;
}

void put_page(message& request, const std::string& token) {
  const auto& type = *request.GetDescriptor();
  if (const auto* size = find_field(type, {"pagesize", "limit"}, is_number))
    set_number(request, size, page_size);
  const auto* start =
      find_field(type, {"pagetoken", "startkey", "nexttoken", "nextkey", "cursor"}, is_text);
  if (start != nullptr) request.GetReflection()->SetString(&request, start, token);
}

}  // namespace teleport::calls
