#pragma once

/// JSON as block-style YAML: keys in alphabetical order, texts quoted unless they are plain words
/// in every YAML version.

#include <string>

#include <nlohmann/json.hpp>

namespace crdgen {

std::string to_yaml(const nlohmann::json& value);

}  // namespace crdgen
