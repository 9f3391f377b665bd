#include "teleport/references.hpp"

#include <algorithm>
#include <set>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "teleport/codec/layout.hpp"

namespace teleport {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void collect(const Message& from, const std::string& path, std::vector<std::string>& texts) {
  const auto dot = path.find('.');
  const auto* field = codec::field_named(*from.GetDescriptor(), path.substr(0, dot));
  if (field == nullptr) return;
  const auto* reflection = from.GetReflection();
  const int size = field->is_repeated() ? reflection->FieldSize(from, field) : 1;
  const bool is_last = dot == std::string::npos;
  for (int i = 0; i < size; ++i) {
    if (!is_last && field->message_type() != nullptr) {
      const auto& inner = field->is_repeated() ? reflection->GetRepeatedMessage(from, field, i)
                                               : reflection->GetMessage(from, field);
      collect(inner, path.substr(dot + 1), texts);
    } else if (is_last && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      auto text = field->is_repeated() ? reflection->GetRepeatedString(from, field, i)
                                       : reflection->GetString(from, field);
      if (!text.empty()) texts.push_back(std::move(text));
    }
  }
}

/// Teleport kinds that another kind names, or that name one which can't go meanwhile.
std::set<std::string> kinds_waited_for() {
  std::set<std::string> found;
  for (const auto& one : all_kinds()) {
    if (!one.refers.teleport_kind.empty()) {
      found.insert(one.teleport_kind);
      found.insert(one.refers.teleport_kind);
    }
    for (const auto& other : one.may_need) found.insert(other.teleport_kind);
  }
  return found;
}

}  // namespace

std::string to_string(const named_resource& one) {
  return one.teleport_kind + " \"" + one.name + '"';
}

std::vector<std::string> texts_at(const Message& resource, const std::string& path) {
  std::vector<std::string> texts;
  collect(resource, path, texts);
  return texts;
}

std::vector<named_resource> references_in(const resource& from) {
  std::vector<named_resource> found;
  const auto take = [&](const reference& where) {
    if (where.teleport_kind.empty()) return;
    for (auto& name : texts_at(from.message(), where.field))
      found.push_back({where.teleport_kind, std::move(name)});
  };
  take(from.of_kind().refers);
  for (const auto& where : from.of_kind().may_need) take(where);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool is_waited_for(const std::string& teleport_kind) {
  static const auto kinds = kinds_waited_for();
  return kinds.contains(teleport_kind);
}

}  // namespace teleport
