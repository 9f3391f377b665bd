#pragma once

/// JSON values that are not objects or lists of fields: scalars, enums, booleans by word, times,
/// label maps. Each function puts the value into the slot or adds to the problems. Pure, any
/// thread.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "teleport/codec/problems.hpp"
#include "teleport/codec/slot.hpp"

namespace teleport::codec {

/// A value as a person would call it: "a string", "a list".
std::string kind_of(const nlohmann::json& value);

/// For an error: a string in quotes, a number as it is, anything else by its kind.
std::string shown(const nlohmann::json& value);

/// `parent.name`, or `parent["na.me"]` where the name needs it.
std::string below(const std::string& parent, const std::string& name);
std::string element(const std::string& parent, std::size_t index);

/// A scalar of the field's type. int64 may also be a string of digits, as in proto-JSON.
void put_scalar(const nlohmann::json& value, slot into, const std::string& path, problems& found);
/// A number, a word of the enum's `cr.word` options (else a value's name), or a boolean where the
/// enum says so.
void put_enum(const nlohmann::json& value, slot into, const std::string& path, problems& found);
/// int64 nanoseconds from a duration text.
void put_duration_ns(const nlohmann::json& value, slot into, const std::string& path,
                     problems& found);
/// A bool field.
void put_boolean(const nlohmann::json& value, slot into, const std::string& path, problems& found);
/// A message with one bool.
void put_bool_option(const nlohmann::json& value, slot into, const std::string& path,
                     problems& found);
/// google.protobuf.Timestamp, Duration, Struct and the like. False when the field's type is none of
/// them.
bool put_well_known(const nlohmann::json& value, slot into, const std::string& path,
                    problems& found);
/// A message whose only field is a list of texts.
void put_strings(const nlohmann::json& value, slot into, const std::string& path, problems& found);
/// A message whose only field is a map from names to lists of texts; null is an empty list.
/// `single`: a text stands for a list of one, and null for nothing.
void put_lists_by_name(const nlohmann::json& value, bool single, slot into, const std::string& path,
                       problems& found);

/// A map from names to messages whose only field is a list of texts.
void put_string_lists(const nlohmann::json& value, bool single, slot into, const std::string& path,
                      problems& found);
/// A list of messages with a name and a list of texts, from an object; in the order of the names,
/// so that equal objects are equal bytes.
void put_trait_list(const nlohmann::json& value, slot into, const std::string& path,
                    problems& found);

}  // namespace teleport::codec
