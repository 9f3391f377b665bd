#include "teleport/codec/secrets.hpp"

#include <optional>
#include <type_traits>

#include "teleport/codec/redaction.hpp"
#include "teleport/codec/walk.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

error bad(const std::string& field, const std::string& what) {
  return {errc::bad_parameter, field + ": " + what};
}

// -- the fields --

bool may_refer(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_repeated() &&
         field.options().GetExtension(cr::secret_lookup);
}

bool is_secret(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_repeated() &&
         (field.options().GetExtension(cr::secret_lookup) ||
          field.options().GetExtension(cr::write_only));
}

std::string path_below(const std::string& path, const FieldDescriptor& field) {
  const auto& options = field.options();
  if (options.GetExtension(cr::inlined)) return path;
  if (options.GetExtension(cr::of_spec)) return "spec." + field.json_name();
  return path.empty() ? field.json_name() : path + '.' + field.json_name();
}

/// `Any` is Message or const Message. Calls `use(message, field, path)` for each field that is set,
/// at any depth, and for which `wanted` holds.
template <class Any, class Wanted, class Use>
void each_field(Any& message, const std::string& path, const Wanted& wanted, const Use& use) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    const auto below = [&](Any& part, const std::string& suffix) {
      each_field(part, path_below(path, *field) + suffix, wanted, use);
    };
    if (wanted(*field)) {
      use(message, *field, path_below(path, *field));
    } else if (codec::is_part(*field)) {
      if constexpr (std::is_const_v<Any>) {
        below(reflection->GetMessage(message, field), "");
      } else {
        below(*reflection->MutableMessage(&message, field), "");
      }
    } else if (field->is_repeated() && !field->is_map() && field->message_type() != nullptr) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        const auto suffix = '[' + std::to_string(i) + ']';
        if constexpr (std::is_const_v<Any>) {
          below(reflection->GetRepeatedMessage(message, field, i), suffix);
        } else {
          below(*reflection->MutableRepeatedMessage(&message, field, i), suffix);
        }
      }
    }
  }
}

std::string text_of(const Message& message, const FieldDescriptor& field) {
  return message.GetReflection()->GetString(message, &field);
}

// -- the values --

/// Length of the UTF-8 sequence that `text` begins with; 0: none (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  if (first >= 0xc2 && first <= 0xdf) length = 2;
  if (first >= 0xe0 && first <= 0xef) length = 3;
  if (first >= 0xf0 && first <= 0xf4) length = 4;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool no_character = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
  return overlong || no_character ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

result<std::vector<secret_reference>> secret_references(const resource& desired) {
  std::vector<secret_reference> found;
  std::optional<error> problem;
  each_field(desired.message(), "", may_refer,
             [&](const Message& message, const FieldDescriptor& field, const std::string& path) {
               const auto text = text_of(message, field);
               if (problem || !is_secret_reference(text)) return;
               auto reference = parse_secret_reference(path, text);
               if (reference.ok()) {
                 found.push_back(std::move(reference.value()));
               } else {
                 problem = std::move(reference.failure());
               }
             });
  if (problem) return *std::move(problem);
  return found;
}

result<resource> with_values(resource desired, const secret_values& values) {
  std::optional<error> problem;
  each_field(desired.mutable_message(), "", may_refer,
             [&](Message& message, const FieldDescriptor& field, const std::string& path) {
               const auto text = text_of(message, field);
               if (problem || !is_secret_reference(text)) return;
               const auto reference = parse_secret_reference(path, text);
               if (!reference.ok()) return;
               const auto& [where, secret, key] = reference.value();
               const auto value = values.find({secret, key});
               if (value == values.end()) return;
               if (is_utf8(value->second)) {
                 message.GetReflection()->SetString(&message, &field, value->second);
               } else {
                 problem = bad(where, "key \"" + key + "\" of secret \"" + secret +
                                          "\" is not UTF-8 text; Teleport takes nothing else here");
               }
             });
  if (problem) return *std::move(problem);
  return desired;
}

std::string hash_with_secrets(const std::string& content_hash,
                              const std::vector<secret_version>& versions) {
  auto bytes = content_hash;
  for (const auto& one : versions) {
    for (const auto* part : {&one.secret, &one.uid, &one.resource_version}) {
      bytes += '\0';
      bytes += *part;
    }
  }
  return codec::sha256_hex(bytes);
}

std::string without_values(std::string text, const resource& sent) {
  std::vector<std::string> values;
  each_field(sent.message(), "", is_secret,
             [&](const Message& message, const FieldDescriptor& field, const std::string&) {
               values.push_back(text_of(message, field));
             });
  return codec::redacted(std::move(text), values);
}

}  // namespace teleport
