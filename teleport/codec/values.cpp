#include "teleport/codec/values.hpp"

#include <cctype>
#include <optional>

#include <nlohmann/json.hpp>

#include "teleport/codec/texts.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport::codec {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using nlohmann::json;

bool is_plain_name(const std::string& name) {
  for (const unsigned char c : name) {
    if (std::isalnum(c) == 0 && c != '_' && c != '-') return false;
  }
  return !name.empty();
}

const std::string& text_of(const json& value) {
  return value.get_ref<const std::string&>();
}

// -- enums ----------------------------------------------------------------------------------------

bool has_words(const EnumDescriptor& type) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->options().ExtensionSize(cr::word) > 0) return true;
  }
  return false;
}

const EnumValueDescriptor* value_for_boolean(const EnumDescriptor& type, bool wanted) {
  const auto mark = wanted ? cr::WHEN_TRUE : cr::WHEN_FALSE;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->options().GetExtension(cr::boolean) == mark) return type.value(i);
  }
  return nullptr;
}

/// Without spaces and in lower case, for enums whose words may be written loosely.
std::string tight(const std::string& word) {
  std::string text;
  for (const unsigned char c : word) {
    if (std::isspace(c) == 0) text += static_cast<char>(std::tolower(c));
  }
  return text;
}

bool has_word(const EnumValueDescriptor& value, const std::string& word, bool loosely) {
  const auto& options = value.options();
  for (int w = 0; w < options.ExtensionSize(cr::word); ++w) {
    const auto& one = options.GetExtension(cr::word, w);
    if (loosely ? tight(one) == tight(word) : one == word) return true;
  }
  return false;
}

const EnumValueDescriptor* value_for_word(const EnumDescriptor& type, const std::string& word) {
  const bool loosely = type.options().GetExtension(cr::loose_words);
  for (int i = 0; i < type.value_count(); ++i) {
    if (has_word(*type.value(i), word, loosely)) return type.value(i);
  }
  if (type.options().GetExtension(cr::boolean_words)) {
    if (const auto boolean = read_boolean_word(word)) return value_for_boolean(type, *boolean);
  }
  return has_words(type) ? nullptr : type.FindValueByName(word);
}

/// "one of off, keep or a number from 0 to 3".
std::string expected_of(const EnumDescriptor& type) {
  std::string words;
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& options = type.value(i)->options();
    for (int w = 0; w < options.ExtensionSize(cr::word); ++w) {
      const auto& word = options.GetExtension(cr::word, w);
      if (!word.empty()) words += word + ", ";
    }
    if (!has_words(type)) words += type.value(i)->name() + ", ";
  }
  if (type.options().GetExtension(cr::boolean_words)) words += "yes, no, ";
  return "one of " + words + "or the number of one";
}

const EnumValueDescriptor* enum_value(const json& value, const EnumDescriptor& type) {
  if (value.is_string()) return value_for_word(type, text_of(value));
  if (value.is_boolean()) return value_for_boolean(type, value.get<bool>());
  if (!value.is_number()) return nullptr;
  const auto number = value.get<double>();
  if (number < 0 || number > 1e6 || number != static_cast<int>(number)) return nullptr;
  return type.FindValueByNumber(static_cast<int>(number));
}

// -- booleans -------------------------------------------------------------------------------------

std::optional<bool> boolean(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return read_boolean_word(text_of(value));
  return std::nullopt;
}

constexpr const char* boolean_expected = "true or false";

void put_texts(const json& list, slot into, const std::string& path, problems& found) {
  for (std::size_t i = 0; i < list.size(); ++i) put_scalar(list[i], into, element(path, i), found);
}

}  // namespace

std::string kind_of(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return "a list";
    case json::value_t::string:
      return "a string";
    case json::value_t::boolean:
      return "a boolean";
    default:
      return "a number";
  }
}

std::string shown(const json& value) {
  if (value.is_string()) return in_quotes(text_of(value));
  return value.is_number() ? value.dump() : kind_of(value);
}

std::string below(const std::string& parent, const std::string& name) {
  return is_plain_name(name) ? parent + "." + name : parent + "[" + in_quotes(name) + "]";
}

std::string element(const std::string& parent, std::size_t index) {
  return parent + "[" + std::to_string(index) + "]";
}

void put_enum(const json& value, slot into, const std::string& path, problems& found) {
  const auto& type = *into.field().enum_type();
  const auto* chosen = enum_value(value, type);
  if (chosen == nullptr) return found.mismatch(path, expected_of(type), shown(value));
  const auto& options = chosen->options();
  into.put_enum(options.HasExtension(cr::stored_as) ? options.GetExtension(cr::stored_as)
                                                    : chosen->number());
}

void put_duration_ns(const json& value, slot into, const std::string& path, problems& found) {
  const auto duration = value.is_string() ? read_duration(text_of(value)) : std::nullopt;
  if (!duration) return found.mismatch(path, R"(a duration such as "30m" or "8h")", shown(value));
  into.put_signed(duration->count());
}

void put_boolean(const json& value, slot into, const std::string& path, problems& found) {
  const auto chosen = boolean(value);
  if (!chosen) return found.mismatch(path, boolean_expected, shown(value));
  into.put_bool(*chosen);
}

void put_bool_option(const json& value, slot into, const std::string& path, problems& found) {
  const auto chosen = boolean(value);
  if (!chosen) return found.mismatch(path, boolean_expected, shown(value));
  auto& option = into.open_message();
  slot(option, *option.GetDescriptor()->field(0)).put_bool(*chosen);
}

void put_strings(const json& value, slot into, const std::string& path, problems& found) {
  if (!value.is_array()) return found.mismatch(path, "a list of strings", kind_of(value));
  auto& list = into.open_message();
  put_texts(value, slot(list, *list.GetDescriptor()->field(0)), path, found);
}

void put_lists_by_name(const json& value, bool single, slot into, const std::string& path,
                       problems& found) {
  if (!value.is_object()) return found.mismatch(path, "an object", kind_of(value));
  auto& lists = into.open_message();
  put_string_lists(value, single, slot(lists, *lists.GetDescriptor()->field(0)), path, found);
}

void put_string_lists(const json& value, bool single, slot into, const std::string& path,
                      problems& found) {
  if (!value.is_object()) return found.mismatch(path, "an object", kind_of(value));
  for (const auto& [name, list] : value.items()) {
    const auto where = below(path, name);
    const bool one = single && list.is_string();
    const bool none = !single && list.is_null();
    if (!one && !none && !list.is_array()) {
      found.mismatch(where, single ? "a string or a list of strings" : "a list of strings",
                     kind_of(list));
      continue;
    }
    auto& entry = into.open_message();
    const auto& type = *entry.GetDescriptor();
    slot(entry, *type.map_key()).put_text(name);
    const auto texts = one ? json::array({list}) : none ? json::array() : list;
    put_strings(texts, slot(entry, *type.map_value()), where, found);
  }
}

void put_trait_list(const json& value, slot into, const std::string& path, problems& found) {
  if (!value.is_object()) return found.mismatch(path, "an object", kind_of(value));
  for (const auto& [name, list] : value.items()) {
    const auto where = below(path, name);
    if (!list.is_array() && !list.is_null()) {
      found.mismatch(where, "a list of strings", kind_of(list));
      continue;
    }
    auto& trait = into.open_message();
    const auto& type = *trait.GetDescriptor();
    slot(trait, *type.field(0)).put_text(name);
    put_texts(list, slot(trait, *type.field(1)), where, found);
  }
}

}  // namespace teleport::codec
