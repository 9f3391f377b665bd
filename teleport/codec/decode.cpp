/// A CR's content → the resource as it is sent to Teleport.

#include <memory>
#include <optional>

#include <google/protobuf/message.h>
#include <nlohmann/json.hpp>

#include "teleport/codec.hpp"
#include "teleport/codec/decoder.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/codec/values.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport {
namespace {

using google::protobuf::Message;
using nlohmann::json;

/// etcd takes 1.5 MiB in one request, so a CR can't be larger.
constexpr std::size_t largest_spec = std::size_t{2} * 1024 * 1024;
/// Far deeper than any message; keeps free-form parts in bounds.
constexpr int deepest = 64;

std::optional<json> parse(const std::string& text, const std::string& path,
                          codec::problems& found) {
  if (text.size() > largest_spec) {
    found.other(path, "is larger than 2 MiB");
    return std::nullopt;
  }
  bool too_deep = false;
  const auto watch_depth = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  auto value = json::parse(text, watch_depth, false);
  if (too_deep) {
    found.other(path, "is nested deeper than 64 levels");
    return std::nullopt;
  }
  if (value.is_discarded()) {
    found.other(path, "is not JSON");
    return std::nullopt;
  }
  return value;
}

void fill_header(const kind& of, const cr_content& cr, Message& resource) {
  if (auto* header = codec::mutable_header(resource)) {
    codec::set_text(*header, "kind", of.teleport_kind);
    codec::set_text(*header, "sub_kind", of.teleport_subkind);
    codec::set_text(*header, "version", of.teleport_version);
  }
  if (auto* metadata = codec::mutable_metadata(resource)) {
    codec::set_text(*metadata, "name", cr.name);
    codec::set_text(*metadata, "description", cr.description);
  }
  auto labels = cr.labels;
  labels[origin_label] = origin_kubernetes;
  codec::set_labels(resource, labels);
}

void decode_spec(const std::string& text, Message& resource, codec::problems& found) {
  if (text.empty()) return;
  const auto spec = parse(text, "spec", found);
  if (!spec || spec->is_null()) return;
  if (const auto* field = codec::field_named(*resource.GetDescriptor(), "spec")) {
    return codec::decode_field(*spec, resource, *field, "spec", found);
  }
  if (!spec->is_object()) return found.mismatch("spec", "an object", codec::kind_of(*spec));
  codec::decode_object(*spec, resource, "spec", codec::allowed::spec_at_root, found);
}

void decode_others(const std::map<std::string, std::string>& others, Message& resource,
                   codec::problems& found) {
  for (const auto& [name, text] : others) {
    const auto* field = codec::field_named(*resource.GetDescriptor(), name);
    if (field == nullptr || !field->options().GetExtension(cr::beside_spec)) {
      found.unknown_field(name);
    } else if (const auto value = parse(text, name, found)) {
      codec::decode_field(*value, resource, *field, name, found);
    }
  }
}

}  // namespace

result<resource> decode(const kind& of, const cr_content& cr) {
  const auto* type = of.descriptor();
  if (type == nullptr)
    return error{errc::decode, "no message " + of.message + " for " + of.cr_kind};
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  std::shared_ptr<Message> message(factory->GetPrototype(type)->New());
  codec::problems found;
  fill_header(of, cr, *message);
  decode_spec(cr.spec, *message, found);
  decode_others(cr.other_fields, *message, found);
  if (!found.empty()) return error{errc::decode, found.text()};
  if (of.rules.complete != nullptr) of.rules.complete(*message);
  return resource(of, std::move(message));
}

}  // namespace teleport
