#include "k8s/object.hpp"

#include "k8s/json.hpp"

namespace k8s {

std::string to_string(const object_key& key) {
  return key.ns.empty() ? key.name : key.ns + "/" + key.name;
}

std::string text_beside_spec(const object& of, const std::string& field) {
  const auto found = of.other_fields.find(field);
  if (found == of.other_fields.end()) return {};
  const auto value = json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

}  // namespace k8s
