#include "teleport/calls/fields.hpp"

#include <string>

#include "teleport/lower_case.hpp"

namespace teleport::calls {

std::string plain_name(const FieldDescriptor& field) {
  auto name = lower_case(field.name());
  std::erase(name, '_');
  return name;
}

bool is_text(const FieldDescriptor& field) {
  return !field.is_repeated() && field.type() == FieldDescriptor::TYPE_STRING;
}

bool is_number(const FieldDescriptor& field) {
  const auto type = field.cpp_type();
  return !field.is_repeated() &&
         (type == FieldDescriptor::CPPTYPE_INT32 || type == FieldDescriptor::CPPTYPE_INT64 ||
          type == FieldDescriptor::CPPTYPE_UINT32);
}

const FieldDescriptor* find_field(const Descriptor& in,
                                  std::initializer_list<std::string_view> names,
                                  bool (*fits)(const FieldDescriptor&)) {
  for (const auto& wanted : names) {
    for (int i = 0; i < in.field_count(); ++i) {
      const auto* field = in.field(i);
      if (fits(*field) && plain_name(*field) == wanted) return field;
    }
  }
  return nullptr;
}

const FieldDescriptor* field_of_type(const Descriptor& in, const Descriptor& type, bool repeated) {
  for (int i = 0; i < in.field_count(); ++i) {
    const auto* field = in.field(i);
    if (field->message_type() == &type && field->is_repeated() == repeated) return field;
  }
  return nullptr;
}

}  // namespace teleport::calls
