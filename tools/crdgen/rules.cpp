#include "tools/crdgen/rules.hpp"

#include <cctype>

namespace crdgen {
namespace {

using nlohmann::json;

/// The official CRDs have this rule for one singleton only. The others' names are checked by the
/// operator, so that what the official CRDs take is taken.
constexpr const char* named_by_crd = "TeleportRetrievalModelV1";

json rule(const std::string& expression, const std::string& message) {
  return {{"rule", expression}, {"message", message}};
}

/// The field is there when it was there before.
std::string presence_of(const std::string& name) {
  return "has(self." + name + ") == has(oldSelf." + name + ")";
}

std::string immutable_message(const std::string& name) {
  auto title = name;
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  return title + " is immutable. To create the resource in a different " + name +
         " you must delete it first.";
}

}  // namespace

json unchanged(const std::string& name) {
  return rule("self == oldSelf", immutable_message(name));
}

json root_rules(const teleport::kind& of, const json& beside_spec) {
  json rules = json::array();
  for (const auto& [name, schema] : beside_spec.items()) {
    if (!schema.contains("x-kubernetes-validations")) continue;
    rules.push_back(rule(presence_of(name), immutable_message(name)));
  }
  if (of.cr_kind == named_by_crd) {
    rules.push_back(rule("self.metadata.name == \"" + of.singleton + "\"",
                         "resource must be named \"" + of.singleton + "\""));
  }
  return rules;
}

}  // namespace crdgen
