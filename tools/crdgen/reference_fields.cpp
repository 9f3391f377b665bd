#include "tools/crdgen/reference_fields.hpp"

#include <algorithm>

#include "teleport/codec/layout.hpp"
#include "teleport/proto/options.pb.h"

namespace crdgen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using fields = std::vector<const FieldDescriptor*>;

/// How a path goes on from a field to the objects in it.
std::string step(const FieldDescriptor& field) {
  if (field.is_map()) return ".*";
  return field.is_repeated() ? "[]" : "";
}

void add_fields(const Descriptor& type, fields& into) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    const auto& options = field.options();
    if (options.GetExtension(cr::omit_from_crd)) continue;
    if (options.GetExtension(cr::inlined)) {
      add_fields(*field.message_type(), into);
    } else {
      into.push_back(&field);
    }
  }
}

class collector {
 public:
  void add(std::string path, const Descriptor& type, fields all) {
    const auto index = found_.size();
    found_.push_back({std::move(path), {}, &type, std::move(all)});
    for (const auto* field : fields(found_[index].fields)) {
      const auto* inner = object_type(*field);
      if (inner != nullptr) visit(path_of(found_[index], *field) + step(*field), *inner);
    }
  }

  std::vector<section> take() { return std::move(found_); }

 private:
  void visit(std::string path, const Descriptor& type) {
    const auto known = std::find_if(found_.begin(), found_.end(),
                                    [&](const section& one) { return one.type == &type; });
    if (known != found_.end()) return known->also.push_back(std::move(path));
    fields all;
    add_fields(type, all);
    add(std::move(path), type, std::move(all));
  }

  std::vector<section> found_;
};

}  // namespace

std::vector<section> sections(const Descriptor& resource) {
  fields beside;
  fields at_root;
  for (int i = 0; i < resource.field_count(); ++i) {
    const auto& options = resource.field(i)->options();
    if (options.GetExtension(cr::beside_spec)) beside.push_back(resource.field(i));
    if (options.GetExtension(cr::of_spec)) at_root.push_back(resource.field(i));
  }
  collector found;
  if (!beside.empty()) found.add("", resource, std::move(beside));
  const auto* spec = teleport::codec::field_named(resource, "spec");
  if (spec == nullptr) {
    found.add("spec", resource, std::move(at_root));
  } else {
    fields all;
    add_fields(*spec->message_type(), all);
    found.add("spec", *spec->message_type(), std::move(all));
  }
  return found.take();
}

std::string path_of(const section& in, const FieldDescriptor& field) {
  return in.path.empty() ? field.json_name() : in.path + "." + field.json_name();
}

const Descriptor* object_type(const FieldDescriptor& field) {
  if (field.options().GetExtension(cr::encoding) != cr::PLAIN) return nullptr;
  const auto& value = field.is_map() ? *field.message_type()->map_value() : field;
  if (value.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return nullptr;
  if (value.options().GetExtension(cr::encoding) != cr::PLAIN) return nullptr;
  const auto* type = value.message_type();
  const bool plain = type->well_known_type() == Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
  return plain ? type : nullptr;
}

}  // namespace crdgen
