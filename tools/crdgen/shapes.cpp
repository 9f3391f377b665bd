/// Schemas in the form of tests/data/crd-facts: one short text for each path.

#include <array>

#include "tools/crdgen/compare.hpp"

namespace crdgen {
namespace {

using nlohmann::json;

/// What makes a schema take less, in the order of the tables.
constexpr std::array narrowing = {"required",
                                  "enum",
                                  "pattern",
                                  "minimum",
                                  "maximum",
                                  "minLength",
                                  "maxLength",
                                  "minItems",
                                  "maxItems",
                                  "exclusiveMinimum",
                                  "exclusiveMaximum",
                                  "multipleOf",
                                  "uniqueItems",
                                  "minProperties",
                                  "maxProperties",
                                  "allOf",
                                  "anyOf",
                                  "oneOf",
                                  "not"};

std::string type_of(const json& schema) {
  if (schema.contains("x-kubernetes-int-or-string")) return "int-or-string";
  const bool open = schema.value("x-kubernetes-preserve-unknown-fields", false);
  if (!schema.contains("type")) return "any";
  return schema["type"].get<std::string>() + (open ? "+any" : "");
}

std::string rules_of(const json& schema) {
  json rules = json::array();
  for (const auto& rule : schema["x-kubernetes-validations"]) rules.push_back(rule["rule"]);
  return rules.dump();
}

std::string shape_of(const json& schema) {
  auto text = type_of(schema);
  if (schema.contains("format")) text += ":" + schema["format"].get<std::string>();
  if (schema.value("nullable", false)) text += "?";
  for (const auto* word : narrowing) {
    if (schema.contains(word)) text.append(" ").append(word).append("=") += schema[word].dump();
  }
  if (schema.contains("x-kubernetes-validations")) text += " rules=" + rules_of(schema);
  return text;
}

void walk(const json& schema, const std::string& path, shapes& into) {
  into[path] = shape_of(schema);
  if (schema.contains("properties")) {
    for (const auto& [name, property] : schema["properties"].items()) {
      auto below = path;
      if (!below.empty()) below += '.';
      walk(property, below += name, into);
    }
  }
  if (schema.contains("items")) walk(schema["items"], path + "[]", into);
  if (!schema.contains("additionalProperties")) return;
  const auto& values = schema["additionalProperties"];
  if (values.is_object()) {
    walk(values, path + "{}", into);
  } else if (values == true) {
    into[path + "{}"] = "any";
  }
}

}  // namespace

shapes shapes_of(const json& schema) {
  shapes all;
  walk(schema, "", all);
  return all;
}

}  // namespace crdgen
