#include "k8s/patch.hpp"

#include "k8s/json.hpp"

namespace k8s {

namespace {

json preconditions(const object& base) {
  return {{"uid", base.uid}, {"resourceVersion", base.resource_version}};
}

json to_json(const condition& from) {
  json out{{"type", from.type},
           {"status", from.status},
           {"reason", from.reason},
           {"message", from.message},
           {"lastTransitionTime", from.last_transition_time}};
  if (from.observed_generation != 0) {
    out["observedGeneration"] = from.observed_generation;
  }
  return out;
}

/// Only the field that Kubernetes defines as a number is written as one.
json field_value(const std::string& name, const std::string& text) {
  if (text.empty()) {
    return nullptr;
  }
  if (name == "observedGeneration") {
    auto number = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (number.is_number_integer()) {
      return number;
    }
  }
  return text;
}

/// Texts come from many places; a broken UTF-8 sequence must not cost the whole patch.
std::string to_text(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string finalizers_patch(const object& base, const std::vector<std::string>& finalizers,
                             const std::map<std::string, std::string>& annotations) {
  json body;
  body["metadata"] = preconditions(base);
  body["metadata"]["finalizers"] = finalizers;
  for (const auto& [name, text] : annotations) {
    body["metadata"]["annotations"][name] = text.empty() ? json(nullptr) : json(text);
  }
  return to_text(body);
}

std::string status_patch(const object& base, const object_status& status) {
  json fields = json::object();
  for (const auto& [name, text] : status.fields) {
    fields[name] = field_value(name, text);
  }
  auto& conditions = fields["conditions"] = json::array();
  for (const auto& item : status.conditions) {
    conditions.push_back(to_json(item));
  }
  json body;
  body["metadata"] = preconditions(base);
  body["status"] = std::move(fields);
  return to_text(body);
}

}  // namespace k8s
