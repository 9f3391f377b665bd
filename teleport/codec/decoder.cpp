#include "teleport/codec/decoder.hpp"

#include <nlohmann/json.hpp>

#include "teleport/codec/layout.hpp"
#include "teleport/codec/values.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport::codec {
namespace {

using nlohmann::json;

bool is_in(const FieldDescriptor& field, allowed fields) {
  const auto& options = field.options();
  return fields == allowed::spec_at_root ? options.GetExtension(cr::of_spec)
                                         : !options.GetExtension(cr::omit_from_crd);
}

/// One value of the field: of a singular field, or one of a list.
void decode_value(const json& value, slot into, const std::string& path, problems& found) {
  switch (into.field().options().GetExtension(cr::encoding)) {
    case cr::DURATION_NS:
      return put_duration_ns(value, into, path, found);
    case cr::BOOL_OPTION:
      return put_bool_option(value, into, path, found);
    case cr::BOOL_WORDS:
      return put_boolean(value, into, path, found);
    case cr::LABELS:
      return put_lists_by_name(value, true, into, path, found);
    case cr::TRAITS:
      return put_lists_by_name(value, false, into, path, found);
    case cr::STRINGS:
      return put_strings(value, into, path, found);
    case cr::TRAIT_LIST:  // whole fields, not values of them
    case cr::STRING_LISTS:
    case cr::PLAIN:
      break;
  }
  if (into.field().cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
    return put_scalar(value, into, path, found);
  if (put_well_known(value, into, path, found)) return;
  if (!value.is_object()) return found.mismatch(path, "an object", kind_of(value));
  decode_object(value, into.open_message(), path, allowed::all, found);
}

void decode_list(const json& value, slot into, const std::string& path, problems& found) {
  if (!value.is_array()) return found.mismatch(path, "a list", kind_of(value));
  for (std::size_t i = 0; i < value.size(); ++i)
    decode_value(value[i], into, element(path, i), found);
}

/// Keys are strings in every map of ours.
void decode_map(const json& value, slot into, const std::string& path, problems& found) {
  if (!value.is_object()) return found.mismatch(path, "an object", kind_of(value));
  for (const auto& [name, item] : value.items()) {
    auto& entry = into.open_message();
    const auto& type = *entry.GetDescriptor();
    slot(entry, *type.map_key()).put_text(name);
    decode_value(item, slot(entry, *type.map_value()), below(path, name), found);
  }
}

/// A field of a message that stands one level up. Such a message is there only to say something:
/// with nothing but defaults it is left unset. A `max_age` of zero is as good as none
/// (facts/operator-behaviour.md §6.3), but sent it would make users log in again every time.
void decode_inlined(const std::string& name, const json& value, Message& into,
                    const FieldDescriptor& outer, const std::string& path, problems& found) {
  const auto& field = *field_named(*outer.message_type(), name);
  if (field.options().GetExtension(cr::omit_from_crd)) return found.unknown_field(path);
  auto& inner = *into.GetReflection()->MutableMessage(&into, &outer);
  decode_field(value, inner, field, path, found);
  if (inner.ByteSizeLong() == 0) into.GetReflection()->ClearField(&into, &outer);
}

}  // namespace

void decode_field(const json& value, Message& into, const FieldDescriptor& field,
                  const std::string& path, problems& found) {
  if (value.is_null()) return;
  const auto* group = field.real_containing_oneof();
  if (group != nullptr && into.GetReflection()->HasOneof(into, group)) {
    return found.other(path, "only one of the alternatives in `" + group->name() + "` may be set");
  }
  slot place(into, field);
  switch (field.options().GetExtension(cr::encoding)) {
    case cr::TRAIT_LIST:
      return put_trait_list(value, place, path, found);
    case cr::STRING_LISTS:
      return put_string_lists(value, false, place, path, found);
    default:
      break;
  }
  if (field.is_map()) return decode_map(value, place, path, found);
  if (field.is_repeated()) return decode_list(value, place, path, found);
  decode_value(value, place, path, found);
}

void decode_object(const json& value, Message& into, const std::string& path, allowed fields,
                   problems& found) {
  for (const auto& [name, item] : value.items()) {
    const auto where = below(path, name);
    const auto* field = field_named(*into.GetDescriptor(), name);
    const auto* outer = field == nullptr ? inlined_with(*into.GetDescriptor(), name) : nullptr;
    if (outer != nullptr && is_in(*outer, fields)) {
      decode_inlined(name, item, into, *outer, where, found);
    } else if (field == nullptr || !is_in(*field, fields)) {
      found.unknown_field(where);
    } else {
      decode_field(item, into, *field, where, found);
    }
  }
}

}  // namespace teleport::codec
