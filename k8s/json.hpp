#pragma once

/// Reading JSON without exceptions: helpers that take what has the expected type and leave the
/// rest. Only for source files of this room.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace k8s {

using json = nlohmann::json;

/// nullopt when `text` is not one complete JSON object. `metadata.managedFields` of Kubernetes
/// objects (alone, in a watch event or in a list) is left out.
std::optional<json> read_json_object(std::string_view text);

/// The member `name` of an object, or nullptr if `in` is no object or has none.
inline json* member(json& in, const char* name) {
  if (!in.is_object()) {
    return nullptr;
  }
  auto found = in.find(name);
  return found == in.end() ? nullptr : &*found;
}

/// Moves a string member out; empty when it is missing or no string.
inline std::string take_string(json& in, const char* name) {
  auto* found = member(in, name);
  if (found == nullptr || !found->is_string()) {
    return {};
  }
  return std::move(found->get_ref<std::string&>());
}

/// 0 when missing or no integer.
inline std::int64_t take_integer(json& in, const char* name) {
  auto* found = member(in, name);
  return found != nullptr && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// The string members of an object member; others are left out.
inline std::map<std::string, std::string> take_string_map(json& in, const char* name) {
  std::map<std::string, std::string> out;
  if (auto* found = member(in, name); found != nullptr && found->is_object()) {
    for (auto& [key, value] : found->get_ref<json::object_t&>()) {
      if (value.is_string()) {
        out.emplace_hint(out.end(), key, std::move(value.get_ref<std::string&>()));
      }
    }
  }
  return out;
}

}  // namespace k8s
