#pragma once

/// Small helpers for walking messages by reflection. Pure functions, any thread.

#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "teleport/codec/layout.hpp"

namespace teleport::codec {

/// A singular field of a message type that has fields of ours (a timestamp or a Struct is a value,
/// not a part).
bool is_part(const FieldDescriptor& field);

/// A field whose messages have fields of ours, be it one message or a list; not one that stands for
/// a single value in a CR, as label lists do.
bool has_parts(const FieldDescriptor& field);

/// A list of messages without an order: traits, which Teleport keeps in a map, and lists marked so.
bool is_unordered(const FieldDescriptor& field);

/// Wire bytes, equal for equal messages: maps are written in the order of their keys.
std::string deterministic_bytes(const Message& message);

/// Lower-case hexadecimal SHA-256.
std::string sha256_hex(const std::string& bytes);

}  // namespace teleport::codec
