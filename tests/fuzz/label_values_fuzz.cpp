/// Label and trait values: texts or lists of texts, by name. Input: the JSON of one value.

#include <cstddef>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "teleport/codec.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using fuzz::expect;
using nlohmann::json;

bool is_list_of_texts(const json& value) {
  if (!value.is_array()) return false;
  for (const auto& item : value)
    if (!item.is_string()) return false;
  return true;
}

bool decodes(const char* cr_kind, const json& spec) {
  teleport::cr_content cr;
  cr.name = "fuzz";
  cr.spec = spec.dump();
  return teleport::decode(*teleport::find_kind(cr_kind), cr).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = json::parse(data, data + size, nullptr, false);
  if (value.is_discarded()) return 0;
  const bool list = is_list_of_texts(value);
  const json labels = {{"allow", {{"node_labels", {{"env", value}}}}}};
  expect(decodes("TeleportRoleV7", labels) == (list || value.is_string()),
         "a label takes a text or a list of texts, and nothing else");
  const json traits = {{"traits", {{"logins", value}}}};
  expect(decodes("TeleportUser", traits) == (list || value.is_null()),
         "a trait takes a list of texts, or null for an empty one, and nothing else");
  return 0;
}
