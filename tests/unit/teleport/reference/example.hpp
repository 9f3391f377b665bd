#pragma once

/// The examples in crds/examples, read as the API server would: YAML to JSON.

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "teleport/kind.hpp"
#include "tools/crdgen/output.hpp"
#include "tools/crdgen/reference.hpp"

namespace crdgen::test {

using nlohmann::json;

/// A text in quotes stays one; another is what YAML 1.1 takes it for.
inline json scalar(const YAML::Node& node) {
  if (node.Tag() == "!") return node.Scalar();
  if (bool value = false; YAML::convert<bool>::decode(node, value)) return value;
  if (long long value = 0; YAML::convert<long long>::decode(node, value)) return value;
  if (double value = 0; YAML::convert<double>::decode(node, value)) return value;
  return node.Scalar();
}

inline json to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    json object = json::object();
    for (const auto& entry : node) object[entry.first.Scalar()] = to_json(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    json list = json::array();
    for (const auto& item : node) list.push_back(to_json(item));
    return list;
  }
  return node.IsNull() ? json() : scalar(node);
}

struct example {
  json cr;
  std::vector<json> secrets;  ///< what stands before it
};

/// Throws when the file can't be read, or holds anything but Secrets and then one CR.
inline example example_of(const teleport::kind& kind) {
  const auto path = std::filesystem::path(EXAMPLES) / example_name(kind);
  example found;
  std::optional<json> last;
  for (const auto& document : YAML::LoadAll(read_file(path))) {
    if (last) found.secrets.push_back(*last);
    last = to_json(document);
  }
  if (!last) throw std::runtime_error(path.string() + ": empty");
  found.cr = *last;
  for (const auto& secret : found.secrets) {
    if (secret.value("kind", "") != "Secret")
      throw std::runtime_error(path.string() + ": more than one object that is no Secret");
  }
  return found;
}

}  // namespace crdgen::test
