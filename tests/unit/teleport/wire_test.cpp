/// Our messages and calls against what is known of Teleport's wire (tests/data/wire-facts): a wrong
/// number would silently be another field.

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <nlohmann/json.hpp>

#include "teleport/kind.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using nlohmann::json;
using ::testing::IsEmpty;

using lines = std::vector<std::string>;
using names = std::set<std::string>;

json read(const std::string& name) {
  std::ifstream file(std::string(WIRE_FACTS) + "/" + name);
  EXPECT_TRUE(file.good()) << name;
  return json::parse(file);
}

const json& messages() {
  static const json all = read("messages.json");
  return all;
}

const DescriptorPool& pool() {
  return *DescriptorPool::generated_pool();
}

std::vector<rpc> calls_of(const kind& row) {
  const auto& c = row.calls;
  std::vector<rpc> calls;
  for (const auto& one : {c.get, c.create, c.update, c.remove, c.list, c.get_older, c.create_older,
                          c.update_older, c.remove_older, c.list_older}) {
    if (!one.path.empty()) calls.push_back(one);
  }
  return calls;
}

// -- a field of ours in the words of the facts
// ------------------------------------------------------

std::string type_of(const FieldDescriptor& field) {
  if (field.is_map()) {
    return "map<" + type_of(*field.message_type()->map_key()) + "," +
           type_of(*field.message_type()->map_value()) + ">";
  }
  if (field.message_type() != nullptr) return field.message_type()->full_name();
  if (field.enum_type() != nullptr) return field.enum_type()->full_name();
  return field.type_name();
}

std::string label_of(const FieldDescriptor& field) {
  if (field.is_repeated() && !field.is_map()) return "repeated";
  return field.has_optional_keyword() ? "optional" : "";
}

std::string oneof_of(const FieldDescriptor& field) {
  const auto* group = field.real_containing_oneof();
  return group != nullptr ? group->name() : "";
}

const json* fact_of(const FieldDescriptor& field) {
  const auto& all = messages()["messages"];
  const auto message = all.find(field.containing_type()->full_name());
  if (message == all.end()) return nullptr;
  for (const auto& one : (*message)["fields"]) {
    if (one["number"] == field.number()) return &one;
  }
  return nullptr;
}

/// An enum's number alone, where its words do not matter, is the same on the wire.
bool is_number_of(const std::string& ours, const std::string& official) {
  return ours == "int32" && messages()["enums"].contains(official);
}

/// Names are ours to choose where they do not show; those of spec fields do, as JSON names.
lines wire_differences(const FieldDescriptor& field) {
  const auto* fact = fact_of(field);
  const auto where = field.full_name() + " = " + std::to_string(field.number());
  if (fact == nullptr) return {where + ": nothing is known of it"};
  lines found;
  const auto compare = [&](const char* what, const std::string& ours) {
    const auto official = fact->value(what, "");
    if (ours == official || is_number_of(ours, official)) return;
    found.push_back(where + ": " + what + " " + ours + ", not " + official);
  };
  compare("type", type_of(field));
  compare("label", label_of(field));
  compare("oneof", oneof_of(field));
  return found;
}

/// The encoding that a legacy field's Go options ask for (json_forms of the facts).
cr::Encoding encoding_of(const json& fact) {
  const auto go = fact.value("gogo", json::object());
  const auto custom = go.value("customtype", "");
  const auto cast = go.value("casttype", "");
  const auto ends_in = [](const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
  };
  if (custom == "BoolOption") return cr::BOOL_OPTION;
  if (custom == "Labels") return cr::LABELS;
  if (ends_in(custom, "wrappers.Traits")) return cr::TRAITS;
  if (ends_in(custom, "wrappers.Strings")) return cr::STRINGS;
  if (cast == "Duration") return cr::DURATION_NS;
  if (cast == "Bool") return cr::BOOL_WORDS;
  if (fact["type"] == "teleport.trait.v1.Trait") return cr::TRAIT_LIST;
  if (fact["type"] == "map<string,wrappers.StringValues>") return cr::STRING_LISTS;
  return cr::PLAIN;
}

lines form_differences(const FieldDescriptor& field) {
  const auto* fact = fact_of(field);
  const auto& options = field.options();
  if (fact == nullptr || options.GetExtension(cr::omit_from_crd)) return {};
  lines found;
  const bool inlined = fact->value("inline", false);
  if (inlined != options.GetExtension(cr::inlined))
    found.push_back(field.full_name() + ": inlined");
  if (!inlined && field.json_name() != (*fact)["json"]) {
    found.push_back(field.full_name() + ": JSON name " + field.json_name() + ", not " +
                    (*fact)["json"].get<std::string>());
  }
  if (is_number_of(type_of(field), (*fact)["type"]))
    found.push_back(field.full_name() + ": a number, not an enum");
  if (options.GetExtension(cr::encoding) != encoding_of(*fact)) {
    found.push_back(field.full_name() + ": encoding " +
                    cr::Encoding_Name(options.GetExtension(cr::encoding)) + ", not " +
                    cr::Encoding_Name(encoding_of(*fact)));
  }
  return found;
}

// -- walks
// ------------------------------------------------------------------------------------------

/// The message and all that it holds, without well-known types.
void reach(const Descriptor* type, std::set<const Descriptor*>& seen) {
  if (type == nullptr || type->full_name().rfind("google.protobuf.", 0) == 0) return;
  if (!seen.insert(type).second) return;
  for (int i = 0; i < type->field_count(); ++i) reach(type->field(i)->message_type(), seen);
}

lines of_fields(const std::set<const Descriptor*>& types,
                const std::function<lines(const FieldDescriptor&)>& look) {
  lines found;
  for (const auto* type : types) {
    if (type->options().map_entry()) continue;
    for (int i = 0; i < type->field_count(); ++i) {
      for (auto& one : look(*type->field(i))) found.push_back(std::move(one));
    }
  }
  return found;
}

std::set<const Descriptor*> messages_of_all_calls() {
  std::set<const Descriptor*> types;
  for (const auto& row : all_kinds()) {
    reach(row.descriptor(), types);
    for (const auto& call : calls_of(row)) {
      reach(pool().FindMessageTypeByName(call.request), types);
      reach(pool().FindMessageTypeByName(call.response), types);
    }
  }
  return types;
}

/// What stands in CRs: the specs, and root fields that are part of one.
std::set<const Descriptor*> messages_of_all_specs() {
  std::set<const Descriptor*> types;
  for (const auto& row : all_kinds()) {
    const auto& type = *row.descriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const auto& field = *type.field(i);
      if (field.json_name() == "spec" || field.options().GetExtension(cr::of_spec))
        reach(field.message_type(), types);
    }
  }
  // Values with an encoding of their own have no fields of their own in a CR.
  for (const auto* name : {"wrappers.LabelValues", "wrappers.StringValues", "types.BoolValue",
                           "teleport.trait.v1.Trait"}) {
    types.erase(pool().FindMessageTypeByName(name));
  }
  return types;
}

TEST(Wire, EveryFieldThatIsSentOrReadIsTheOneOfTeleport) {
  const auto types = messages_of_all_calls();
  EXPECT_GT(types.size(), 100U);
  EXPECT_THAT(of_fields(types, wire_differences), IsEmpty());
}

TEST(Wire, EveryFieldOfASpecHasTeleportsJsonName) {
  EXPECT_THAT(of_fields(messages_of_all_specs(), form_differences), IsEmpty());
}

/// Messages that are not a kind's (joining, ping) are compared too, as far as they are known.
TEST(Wire, TheOtherMessagesAgreeToo) {
  std::set<const Descriptor*> types;
  for (const auto& [name, fact] : messages()["messages"].items()) {
    const auto* type = pool().FindMessageTypeByName(name);
    if (type != nullptr) types.insert(type);
  }
  EXPECT_THAT(of_fields(types, wire_differences), IsEmpty());
}

TEST(Wire, EnumsHaveTeleportsNumbers) {
  lines found;
  for (const auto& [name, fact] : messages()["enums"].items()) {
    const auto* type = pool().FindEnumTypeByName(name);
    for (int i = 0; type != nullptr && i < type->value_count(); ++i) {
      const auto& ours = *type->value(i);
      const auto& values = fact["values"];
      const auto known = std::any_of(values.begin(), values.end(), [&](const json& one) {
        return one["number"] == ours.number() && one["name"] == ours.name();
      });
      if (!known) found.push_back(ours.full_name() + " = " + std::to_string(ours.number()));
    }
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Wire, EveryCallIsOneOfTeleports) {
  std::map<std::string, json> methods;
  const auto services = read("services.json");
  for (const auto& service : services["services"]) {
    for (const auto& method : service["methods"]) methods[method["path"]] = method;
  }
  for (const auto& row : all_kinds()) {
    for (const auto& call : calls_of(row)) {
      const auto found = methods.find(call.path);
      ASSERT_NE(found, methods.end()) << row.cr_kind << ": " << call.path;
      EXPECT_EQ(call.request, found->second["req"]) << call.path;
      EXPECT_EQ(call.response, found->second["res"]) << call.path;
      EXPECT_EQ(call.server_stream ? "server" : "unary", found->second["stream"]) << call.path;
    }
  }
}

TEST(Wire, EventsBringTheKindsMessage) {
  const auto& fields = messages()["messages"]["proto.Event"]["fields"];
  names without;
  for (const auto& row : all_kinds()) {
    if (row.event_field == 0) {
      without.insert(row.teleport_kind);
      continue;
    }
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const json& one) {
      return one["number"] == row.event_field;
    });
    ASSERT_NE(field, fields.end()) << row.cr_kind;
    EXPECT_EQ((*field)["type"], row.message) << row.cr_kind;
  }
  EXPECT_EQ(without, (names{"bot", "github", "login_rule", "oidc", "saml", "scoped_token",
                            "trusted_cluster"}));
}

}  // namespace
}  // namespace teleport
