#include "tools/crdgen/schema.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "teleport/codec/layout.hpp"
#include "teleport/proto/options.pb.h"
#include "tools/crdgen/descriptions.hpp"
#include "tools/crdgen/rules.hpp"

namespace crdgen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

json scalar(const char* type, const char* format = nullptr) {
  json schema = {{"type", type}};
  if (format != nullptr) schema["format"] = format;
  return schema;
}

json list_of(json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

json list_or_null() {
  auto schema = list_of(scalar("string"));
  schema["nullable"] = true;
  return schema;
}

json map_of(json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

json anything() {
  return {{"x-kubernetes-preserve-unknown-fields", true}};
}

bool can_be_null(const FieldDescriptor& field, const json& schema) {
  const auto type = schema.value("type", "");
  return field.options().GetExtension(cr::nullable) && (type == "array" || type == "object");
}

std::string described(const FieldDescriptor& field) {
  auto text = description(field);
  if (field.options().GetExtension(cr::secret_lookup)) {
    text +=
        " Instead of the value itself, `secret://<name>/<key>` takes it from a Kubernetes Secret "
        "in the same namespace, which has to allow it with the annotation "
        "`resources.teleport.dev/allow-lookup-from-cr`.";
  }
  return text;
}

/// Builds the schema of one message; knows which messages it is in, to refuse endless ones.
class builder {
 public:
  json object(const Descriptor& type) {
    if (std::find(open_.begin(), open_.end(), &type) != open_.end()) {
      throw std::runtime_error(type.full_name() + ": circular dependency, a CRD can't express it");
    }
    open_.push_back(&type);
    json properties = json::object();
    for (int i = 0; i < type.field_count(); ++i) add(*type.field(i), properties);
    open_.pop_back();
    return with_properties(std::move(properties));
  }

  void add(const FieldDescriptor& field, json& properties) {
    if (field.options().GetExtension(cr::omit_from_crd)) return;
    if (field.options().GetExtension(cr::inlined)) {
      return properties.update(object(*field.message_type()).value("properties", json::object()));
    }
    auto schema = whole(field);
    const auto text = described(field);
    if (!text.empty()) schema["description"] = text;
    if (can_be_null(field, schema)) schema["nullable"] = true;
    if (field.options().GetExtension(cr::immutable))
      schema["x-kubernetes-validations"] = {unchanged(field.json_name())};
    properties[field.json_name()] = std::move(schema);
  }

  static json with_properties(json properties) {
    json schema = {{"type", "object"}};
    if (!properties.empty()) schema["properties"] = std::move(properties);
    return schema;
  }

 private:
  json whole(const FieldDescriptor& field) {
    const auto form = field.options().GetExtension(cr::encoding);
    if (form == cr::TRAIT_LIST || form == cr::STRING_LISTS) return one(field);
    if (field.is_map()) {
      const auto& values = *field.message_type()->map_value();
      auto schema = one(values);
      if (can_be_null(values, schema)) schema["nullable"] = true;
      return map_of(std::move(schema));
    }
    return field.is_repeated() ? list_of(one(field)) : one(field);
  }

  json one(const FieldDescriptor& field) {
    switch (field.options().GetExtension(cr::encoding)) {
      case cr::DURATION_NS:
        return scalar("string", "duration");
      case cr::BOOL_OPTION:
      case cr::BOOL_WORDS:
        return scalar("boolean");
      case cr::LABELS:
        return map_of(anything());
      case cr::TRAITS:
      case cr::TRAIT_LIST:
        return map_of(list_of(scalar("string")));
      case cr::STRING_LISTS:
        return map_of(list_or_null());
      case cr::STRINGS:
        return list_of(scalar("string"));
      case cr::PLAIN:
        break;
    }
    return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE ? message(field) : plain(field);
  }

  json message(const FieldDescriptor& field) {
    const auto& type = *field.message_type();
    switch (type.well_known_type()) {
      case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
        return scalar("string", "date-time");
      case Descriptor::WELLKNOWNTYPE_DURATION:
        return scalar("string", "duration");
      case Descriptor::WELLKNOWNTYPE_STRUCT:
        return map_of(anything());
      case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
        return object(type);
      default:
        throw std::runtime_error(field.full_name() + ": " + type.full_name() + " has no CRD form");
    }
  }

  static json plain(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return scalar("boolean");
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_UINT32:
        return scalar("integer", "int32");
      case FieldDescriptor::CPPTYPE_INT64:
      case FieldDescriptor::CPPTYPE_UINT64:
        return scalar("integer", "int64");
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return scalar("number");
      case FieldDescriptor::CPPTYPE_ENUM:
        return {{"x-kubernetes-int-or-string", true}};
      case FieldDescriptor::CPPTYPE_STRING:
        if (field.type() == FieldDescriptor::TYPE_STRING) return scalar("string");
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        break;
    }
    throw std::runtime_error(field.full_name() + ": bytes have no CRD form");
  }

  std::vector<const Descriptor*> open_;
};

}  // namespace

json spec_schema(const Descriptor& resource) {
  builder build;
  const auto* spec = teleport::codec::field_named(resource, "spec");
  if (spec != nullptr) return build.object(*spec->message_type());
  json properties = json::object();
  for (int i = 0; i < resource.field_count(); ++i) {
    const auto& field = *resource.field(i);
    if (field.options().GetExtension(cr::of_spec)) build.add(field, properties);
  }
  return builder::with_properties(std::move(properties));
}

json beside_spec(const Descriptor& resource) {
  builder build;
  json properties = json::object();
  for (int i = 0; i < resource.field_count(); ++i) {
    const auto& field = *resource.field(i);
    if (field.options().GetExtension(cr::beside_spec)) build.add(field, properties);
  }
  return properties;
}

}  // namespace crdgen
