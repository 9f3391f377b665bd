#include "k8s/secret.hpp"

#include "k8s/base64.hpp"
#include "k8s/json.hpp"

namespace k8s {

std::optional<std::string> secret_value(const object& secret, const std::string& key) {
  const auto data = secret.other_fields.find("data");
  if (data == secret.other_fields.end()) return std::nullopt;
  auto values = read_json_object(data->second);
  if (!values) return std::nullopt;
  const auto* value = member(*values, key.c_str());
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return from_base64(value->get_ref<const std::string&>());
}

// `stringData` is the API server's write-only form of `data`, without base64.

std::string new_secret(const object_key& at, const std::string& key, const std::string& value) {
  json body{{"apiVersion", "v1"}, {"kind", "Secret"}, {"type", "Opaque"}};
  body["metadata"] = {{"namespace", at.ns}, {"name", at.name}};
  body["stringData"][key] = value;
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string secret_value_patch(const object& base, const std::string& key,
                               const std::string& value) {
  json body;
  body["metadata"] = {{"uid", base.uid}, {"resourceVersion", base.resource_version}};
  body["stringData"][key] = value;
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace k8s
