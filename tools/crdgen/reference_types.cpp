#include "tools/crdgen/reference_types.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "teleport/proto/options.pb.h"
#include "tools/crdgen/reference_fields.hpp"

namespace crdgen {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

constexpr const char* shared_page = "../resources.md";

std::string link(const std::string& text, const std::string& target) {
  return "[" + text + "](" + target + ")";
}

std::string shared(const std::string& text, const std::string& heading) {
  return link(text, shared_page + ("#" + heading));
}

/// Without quotes YAML takes these for booleans or numbers.
bool needs_quotes(const std::string& word) {
  static constexpr std::array<std::string_view, 6> booleans = {"yes", "no",   "on",
                                                               "off", "true", "false"};
  if (std::find(booleans.begin(), booleans.end(), word) != booleans.end()) return true;
  return std::all_of(word.begin(), word.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// The word to write for a value: its first one, or that of its boolean; empty: there is none, or
/// it stands for another value.
std::string word_of(const EnumValueDescriptor& value) {
  const auto& options = value.options();
  if (options.HasExtension(cr::stored_as)) return {};
  for (int i = 0; i < options.ExtensionSize(cr::word); ++i) {
    const auto& word = options.GetExtension(cr::word, i);
    if (!word.empty()) return word;
  }
  if (!value.type()->options().GetExtension(cr::boolean_words)) return {};
  const auto boolean = options.GetExtension(cr::boolean);
  return boolean == cr::WHEN_TRUE ? "yes" : boolean == cr::WHEN_FALSE ? "no" : "";
}

std::string words_of(const EnumDescriptor& type) {
  std::string by_word;
  std::string by_name;
  const auto append = [](std::string& to, const std::string& word) {
    to += (to.empty() ? "`" : ", `") + word + "`";
  };
  for (int i = 0; i < type.value_count(); ++i) {
    const auto word = word_of(*type.value(i));
    if (!word.empty()) append(by_word, needs_quotes(word) ? '"' + word + '"' : word);
    if (type.value(i)->number() != 0) append(by_name, type.value(i)->name());
  }
  return shared("word", "words") + ": " + (by_word.empty() ? by_name : by_word);
}

struct noun {
  std::string one, many;
};

noun message_noun(const Descriptor& type, const std::string& objects) {
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return {shared("time", "times"), shared("times", "times")};
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return {shared("duration", "durations"), shared("durations", "durations")};
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return {link("object", objects), link("objects", objects)};
    default:
      return {"any object", "any objects"};
  }
}

noun plain_noun(const FieldDescriptor& field, const std::string& objects) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return message_noun(*field.message_type(), objects);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto words = words_of(*field.enum_type());
      return {words, words};
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return {"true or false", "true or false"};
    case FieldDescriptor::CPPTYPE_STRING:
      return {"text", "texts"};
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return {"number", "numbers"};
    default:
      return {"whole number", "whole numbers"};
  }
}

noun noun_of(const FieldDescriptor& field, const std::string& objects) {
  switch (field.options().GetExtension(cr::encoding)) {
    case cr::DURATION_NS:
      return {shared("duration", "durations"), shared("durations", "durations")};
    case cr::BOOL_OPTION:
    case cr::BOOL_WORDS:
      return {shared("true or false", "booleans"), shared("true or false", "booleans")};
    case cr::LABELS:
      return {shared("labels", "labels"), ""};
    case cr::TRAITS:
    case cr::TRAIT_LIST:
    case cr::STRING_LISTS:
      return {shared("lists by name", "lists-by-name"), ""};
    case cr::STRINGS:
      return {"list of texts", ""};
    case cr::PLAIN:
      break;
  }
  return plain_noun(field, objects);
}

std::string whole(const FieldDescriptor& field, const std::string& objects) {
  if (field.options().GetExtension(cr::encoding) == cr::PLAIN) {
    if (field.is_map())
      return noun_of(*field.message_type()->map_value(), objects).many + " by name";
    if (field.is_repeated()) return "list of " + noun_of(field, objects).many;
  }
  return noun_of(field, objects).one;
}

/// Lists and objects: what the CRD marks as nullable (tools/crdgen/schema.cpp).
bool can_be_null(const FieldDescriptor& field) {
  if (!field.options().GetExtension(cr::nullable)) return false;
  if (field.is_repeated()) return true;
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  const auto form = field.options().GetExtension(cr::encoding);
  const auto known = field.message_type()->well_known_type();
  return form != cr::BOOL_OPTION && known != Descriptor::WELLKNOWNTYPE_TIMESTAMP &&
         known != Descriptor::WELLKNOWNTYPE_DURATION;
}

}  // namespace

std::string type_words(const FieldDescriptor& field, const std::string& objects) {
  return whole(field, objects) + (can_be_null(field) ? ", or null" : "");
}

std::string anchor(const std::string& heading) {
  std::string text;
  for (const unsigned char c : heading) {
    if (std::isalnum(c) != 0 || c == '_' || c == '-') text += static_cast<char>(std::tolower(c));
    if (c == ' ') text += '-';
  }
  return "#" + text;
}

}  // namespace crdgen
