/// Fingerprints of resources: of what we want stored, and of what is stored.

#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/arena.h>

#include "teleport/codec.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/codec/walk.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport {
namespace {

using codec::FieldDescriptor;
using google::protobuf::Message;

/// What a fingerprint is of.
enum class side { wanted, stored };

/// What the CR's author has no say in, now or after the resource was made; and of what is stored,
/// what only some reads show.
bool is_left_out(const FieldDescriptor& field, side of) {
  const auto& options = field.options();
  return options.GetExtension(cr::omit_from_crd) || options.GetExtension(cr::keep_existing) ||
         (of == side::stored && options.GetExtension(cr::write_only));
}

/// By their bytes; insertion sort, since there are few, and mostly in order.
void sort_elements(Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  std::vector<std::string> bytes;
  const int size = reflection->FieldSize(message, &field);
  bytes.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    bytes.push_back(codec::deterministic_bytes(reflection->GetRepeatedMessage(message, &field, i)));
    for (int j = i; j > 0 && bytes[j] < bytes[j - 1]; --j) {
      std::swap(bytes[j], bytes[j - 1]);
      reflection->SwapElements(&message, &field, j, j - 1);
    }
  }
}

void normalize(Message& message, side of);

void normalize_parts(Message& message, const FieldDescriptor& field, side of) {
  const auto* reflection = message.GetReflection();
  if (!field.is_repeated()) return normalize(*reflection->MutableMessage(&message, &field), of);
  for (int i = 0; i < reflection->FieldSize(message, &field); ++i)
    normalize(*reflection->MutableRepeatedMessage(&message, &field, i), of);
}

/// Leaves what counts, in one order.
void normalize(Message& message, side of) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (is_left_out(*field, of)) {
      reflection->ClearField(&message, field);
      continue;
    }
    if (codec::has_parts(*field)) normalize_parts(message, *field, of);
    if (codec::is_unordered(*field)) sort_elements(message, *field);
  }
}

std::string hash(const kind& of, const Message& message, side which) {
  // In an arena, because a role is a hundred small parts.
  google::protobuf::Arena arena;
  auto* copy = message.New(&arena);
  copy->CopyFrom(message);
  if (which == side::stored) copy->DiscardUnknownFields();
  normalize(*copy, which);
  if (codec::metadata(*copy) != nullptr) {
    codec::set_text(*codec::mutable_metadata(*copy), "revision", "");
  }
  return codec::sha256_hex(of.cr_kind + '\0' + codec::deterministic_bytes(*copy));
}

}  // namespace

std::string content_hash(const resource& desired) {
  return hash(desired.of_kind(), desired.message(), side::wanted);
}

std::string stored_hash(const resource& existing) {
  return hash(existing.of_kind(), existing.message(), side::stored);
}

}  // namespace teleport
