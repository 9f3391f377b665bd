#include "k8s/object.hpp"

#include <algorithm>
#include <string_view>

#include "k8s/json.hpp"

namespace k8s {

namespace {

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool older_version(const std::string& a, const std::string& b) {
  if (!is_number(a) || !is_number(b)) return false;
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

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
