#include "k8s/discovery.hpp"

#include "k8s/json.hpp"

namespace k8s {

namespace {

http_request get(std::string target, std::string subject) {
  http_request out;
  out.target = std::move(target);
  out.subject = std::move(subject);
  return out;
}

error bad_answer(const std::string& subject, const char* wanted) {
  return {.code = errc::bad_answer, .message = subject + ": the answer is no " + wanted};
}

/// The items of an array member; nothing when it is missing or no array.
json::array_t* items(json& of, const char* name) {
  auto* found = member(of, name);
  return found != nullptr && found->is_array() ? found->get_ptr<json::array_t*>() : nullptr;
}

/// The member at the end of a path of names.
json* member_at(json& from, std::initializer_list<const char*> path) {
  auto* at = &from;
  for (const auto* name : path) {
    at = member(*at, name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool is_true(json& of, const char* name) {
  const auto* found = member(of, name);
  return found != nullptr && found->is_boolean() && found->get<bool>();
}

std::vector<std::string> status_fields(json& version) {
  std::vector<std::string> names;
  auto* fields =
      member_at(version, {"schema", "openAPIV3Schema", "properties", "status", "properties"});
  if (fields == nullptr || !fields->is_object()) return names;
  for (const auto& [name, schema] : fields->items()) names.push_back(name);
  return names;
}

}  // namespace

http_request group_request(const std::string& group) {
  return get("/apis/" + group, "ask which versions of " + group + " are served");
}

http_request group_version_request(const std::string& group, const std::string& version) {
  return get("/apis/" + group + "/" + version, "ask what " + group + "/" + version + " serves");
}

http_request definition_request(const std::string& group, const std::string& plural) {
  const auto name = plural + "." + group;
  auto out = get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + name,
                 "read the CustomResourceDefinition " + name);
  out.about_object = true;
  return out;
}

result<std::vector<std::string>> parse_group(std::string_view text, const std::string& subject) {
  auto parsed = read_json_object(text);
  auto* versions = parsed ? items(*parsed, "versions") : nullptr;
  if (versions == nullptr) return bad_answer(subject, "APIGroup");
  std::vector<std::string> names;
  for (auto& version : *versions) names.push_back(take_string(version, "version"));
  return names;
}

result<std::map<std::string, bool>> parse_group_version(std::string_view text,
                                                        const std::string& subject) {
  constexpr std::string_view status = "/status";
  auto parsed = read_json_object(text);
  auto* resources = parsed ? items(*parsed, "resources") : nullptr;
  if (resources == nullptr) return bad_answer(subject, "APIResourceList");
  std::map<std::string, bool> found;
  for (auto& resource : *resources) {
    auto name = take_string(resource, "name");
    if (name.ends_with(status)) {
      found[name.substr(0, name.size() - status.size())] = true;
    } else if (name.find('/') == std::string::npos) {
      found.try_emplace(std::move(name), false);
    }
  }
  return found;
}

result<definition> parse_definition(std::string_view text, const std::string& subject) {
  auto parsed = read_json_object(text);
  auto* spec = parsed ? member(*parsed, "spec") : nullptr;
  auto* versions = spec != nullptr ? items(*spec, "versions") : nullptr;
  if (versions == nullptr) return bad_answer(subject, "CustomResourceDefinition");
  definition found;
  for (auto& version : *versions) {
    auto name = take_string(version, "name");
    if (is_true(version, "served")) found.served_versions.push_back(name);
    if (!is_true(version, "storage")) continue;
    found.status_fields = status_fields(version);
    found.stored_version = std::move(name);
  }
  auto* status = member(*parsed, "status");
  auto* once = status != nullptr ? items(*status, "storedVersions") : nullptr;
  if (once == nullptr) return found;
  for (const auto& name : *once)
    if (name.is_string()) found.once_stored.push_back(name.get<std::string>());
  return found;
}

}  // namespace k8s
