/// Responses: read by the shape of their messages.

#include <utility>

#include "teleport/calls/fields.hpp"
#include "teleport/calls/shape.hpp"
#include "teleport/codec/layout.hpp"

namespace teleport::calls {
namespace {

using messages = std::vector<std::shared_ptr<message>>;

/// The elements of a repeated field; each keeps the response alive.
messages elements(const std::shared_ptr<message>& response, const FieldDescriptor* field) {
  const auto* reflection = response->GetReflection();
  messages all;
  const auto size = reflection->FieldSize(*response, field);
  all.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i)
    all.emplace_back(response, reflection->MutableRepeatedMessage(response.get(), field, i));
  return all;
}

/// The repeated field whose elements can have a resource of this type in them.
const FieldDescriptor* wrappers_of(const Descriptor* in, const Descriptor* type) {
  for (int i = 0; i < in->field_count(); ++i) {
    const auto* field = in->field(i);
    const auto* wrapper = field->message_type();
    if (wrapper != nullptr && field->is_repeated() &&
        field_of_type(*wrapper, *type, false) != nullptr)
      return field;
  }
  return nullptr;
}

}  // namespace

std::string next_page(const message& response) {
  const auto* field = find_field(*response.GetDescriptor(),
                                 {"nextpagetoken", "nextkey", "nexttoken", "cursor"}, is_text);
  return field == nullptr ? std::string{} : response.GetReflection()->GetString(response, field);
}

std::shared_ptr<message> resource_in(const std::shared_ptr<message>& response,
                                     const Descriptor* type) {
  if (response->GetDescriptor() == type) return response;
  const auto* field = field_of_type(*response->GetDescriptor(), *type, false);
  if (field == nullptr || !response->GetReflection()->HasField(*response, field)) return nullptr;
  return {response, response->GetReflection()->MutableMessage(response.get(), field)};
}

std::vector<std::shared_ptr<message>> resources_in(const std::shared_ptr<message>& response,
                                                   const Descriptor* type) {
  const auto* in = response->GetDescriptor();
  if (const auto* field = field_of_type(*in, *type, true)) return elements(response, field);
  messages all;
  if (const auto* field = wrappers_of(in, type)) {
    for (const auto& wrapper : elements(response, field))
      if (auto found = resource_in(wrapper, type)) all.push_back(std::move(found));
  } else if (auto one = resource_in(response, type)) {
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace teleport::calls
