#include "tools/crdgen/yaml.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <yaml-cpp/yaml.h>

namespace crdgen {
namespace {

using nlohmann::json;

/// yaml-cpp leaves `True` or `yes` unquoted, which YAML 1.1 readers take for booleans.
bool is_plain_word(const std::string& text) {
  static constexpr std::array<std::string_view, 11> reserved = {
      "true", "false", "yes", "no", "on", "off", "null", "y", "n", "~", ".inf"};
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::find(reserved.begin(), reserved.end(), lower) != reserved.end()) return false;
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '/';
  });
}

void write(YAML::Emitter& out, const json& value);

void write_text(YAML::Emitter& out, const std::string& text) {
  if (!is_plain_word(text)) out << YAML::DoubleQuoted;
  out << text;
}

void write_object(YAML::Emitter& out, const json& value) {
  if (value.empty()) {
    out << YAML::Flow;
  }
  out << YAML::BeginMap;
  for (const auto& [name, item] : value.items()) {
    out << YAML::Key;
    write_text(out, name);
    out << YAML::Value;
    write(out, item);
  }
  out << YAML::EndMap;
}

void write(YAML::Emitter& out, const json& value) {
  if (value.is_object()) return write_object(out, value);
  if (value.is_array()) {
    out << YAML::BeginSeq;
    for (const auto& item : value) write(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    write_text(out, value.get_ref<const std::string&>());
  } else if (value.is_boolean()) {
    out << value.get<bool>();
  } else {
    out << value.dump();
  }
}

}  // namespace

std::string to_yaml(const json& value) {
  YAML::Emitter out;
  write(out, value);
  return std::string(out.c_str()) + "\n";
}

}  // namespace crdgen
