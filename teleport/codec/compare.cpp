/// Comparison by meaning: does the stored resource have what a CR asks for?

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/reflection.h>
#include <google/protobuf/text_format.h>

#include "teleport/codec.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/codec/values.hpp"
#include "teleport/codec/walk.hpp"
#include "teleport/lower_case.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport {
namespace {

using codec::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;

using paths = std::vector<std::string>;

/// A scalar, or one element of a list, as text that is equal for equal values.
std::string printed(const Message& message, const FieldDescriptor& field, int index) {
  std::string text;
  TextFormat::PrintFieldValueToString(message, &field, index, &text);
  return field.options().GetExtension(cr::any_case) ? lower_case(std::move(text)) : text;
}

std::vector<std::string> list(const Message& message, const FieldDescriptor& field) {
  std::vector<std::string> items;
  const int size = message.GetReflection()->FieldSize(message, &field);
  items.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) items.push_back(printed(message, field, i));
  if (field.options().GetExtension(cr::any_order)) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
  }
  return items;
}

/// The entries of a map, or of a list that stands for one, comparable: sorted wire bytes.
std::vector<std::string> entries(const Message& message, const FieldDescriptor& field) {
  std::vector<std::string> items;
  const auto* reflection = message.GetReflection();
  const int size = reflection->FieldSize(message, &field);
  items.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    items.push_back(codec::deterministic_bytes(reflection->GetRepeatedMessage(message, &field, i)));
  }
  std::sort(items.begin(), items.end());
  return items;
}

bool is_rewritten(const FieldDescriptor& field) {
  return field.options().GetExtension(cr::rewritten);
}

/// A message that is one value: a time, label lists, a boolean that can be unset.
bool is_value(const FieldDescriptor& field) {
  return !codec::is_part(field) || field.options().GetExtension(cr::encoding) != cr::PLAIN;
}

class comparison {
 public:
  /// `metadata` of the desired resource is treated apart; may be nullptr.
  comparison(const Message* metadata, paths& differ) : metadata_(metadata), differ_(differ) {
    // Nothing else to do.
  }

  void message(const Message& desired, const Message& existing, const std::string& path) {
    const auto* type = desired.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const auto& field = *type->field(i);
      if (is_compared(desired, field)) one_field(desired, existing, field, path);
    }
  }

 private:
  /// Fields that the CR leaves at their default are the server's to fill.
  bool is_compared(const Message& desired, const FieldDescriptor& field) const {
    const auto& options = field.options();
    if (options.GetExtension(cr::write_only) || options.GetExtension(cr::keep_existing))
      return false;
    if (&desired == metadata_ && field.json_name() == "revision") return false;
    const auto* reflection = desired.GetReflection();
    return field.is_repeated() ? reflection->FieldSize(desired, &field) > 0
                               : reflection->HasField(desired, &field);
  }

  void one_field(const Message& desired, const Message& existing, const FieldDescriptor& field,
                 const std::string& parent) {
    if (field.options().GetExtension(cr::inlined)) {
      return message(desired.GetReflection()->GetMessage(desired, &field),
                     existing.GetReflection()->GetMessage(existing, &field), parent);
    }
    const auto path = parent.empty() ? field.json_name() : codec::below(parent, field.json_name());
    if (codec::is_unordered(field) || field.is_map())
      return expect(entries(desired, field) == entries(existing, field), path);
    if (field.is_repeated()) return repeated(desired, existing, field, path);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      return singular_message(desired, existing, field, path);
    }
    // Where unset is told from the default, it is another value.
    const bool was_set = existing.GetReflection()->HasField(existing, &field);
    if (!was_set && (field.has_presence() || is_rewritten(field))) return expect(false, path);
    expect(is_rewritten(field) || printed(desired, field, -1) == printed(existing, field, -1),
           path);
  }

  void singular_message(const Message& desired, const Message& existing,
                        const FieldDescriptor& field, const std::string& path) {
    const auto& wanted = desired.GetReflection()->GetMessage(desired, &field);
    const auto& stored = existing.GetReflection()->GetMessage(existing, &field);
    // Where unset has a meaning of its own (the server's default), set but empty is another value.
    const bool presence_counts = field.options().GetExtension(cr::nullable);
    const bool is_set = existing.GetReflection()->HasField(existing, &field);
    if (presence_counts && !is_set) return expect(false, path);
    if (!is_value(field)) return message(wanted, stored, path);
    expect(codec::deterministic_bytes(wanted) == codec::deterministic_bytes(stored), path);
  }

  void repeated(const Message& desired, const Message& existing, const FieldDescriptor& field,
                const std::string& path) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return expect(list(desired, field) == list(existing, field), path);
    }
    const auto* wanted = desired.GetReflection();
    const auto* stored = existing.GetReflection();
    const int size = wanted->FieldSize(desired, &field);
    if (size != stored->FieldSize(existing, &field)) return expect(false, path);
    for (int i = 0; i < size; ++i) {
      message(wanted->GetRepeatedMessage(desired, &field, i),
              stored->GetRepeatedMessage(existing, &field, i),
              codec::element(path, static_cast<std::size_t>(i)));
    }
  }

  void expect(bool equal, const std::string& path) {
    if (!equal) differ_.push_back(path);
  }

  const Message* metadata_;
  paths& differ_;
};

bool sets_what_is_not_read_back(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  const auto* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  return std::any_of(fields.begin(), fields.end(), [&](const FieldDescriptor* field) {
    if (field->options().GetExtension(cr::write_only) || is_rewritten(*field)) return true;
    if (!codec::has_parts(*field)) return false;
    if (!field->is_repeated())
      return sets_what_is_not_read_back(reflection->GetMessage(message, field));
    const auto parts = reflection->GetRepeatedFieldRef<Message>(message, field);
    return std::any_of(parts.begin(), parts.end(), sets_what_is_not_read_back);
  });
}

}  // namespace

bool has_write_only(const resource& desired) {
  return sets_what_is_not_read_back(desired.message());
}

std::vector<std::string> differences(const resource& desired, const resource& existing) {
  std::unique_ptr<Message> stored(existing.message().New());
  stored->CopyFrom(existing.message());
  stored->DiscardUnknownFields();
  paths differ;
  comparison(codec::metadata(desired.message()), differ).message(desired.message(), *stored, "");
  std::sort(differ.begin(), differ.end());
  return differ;
}

}  // namespace teleport
