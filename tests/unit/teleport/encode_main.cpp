/// encode_cr: for tests/oracle. Reads JSON lines {"kind": "TeleportRoleV7", "cr": {metadata, spec,
/// ...}} and answers each with {"wire": "<base64 of the message as it would be sent>"} or {"error":
/// "..."}.

#include <iostream>
#include <string>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "teleport/codec.hpp"
#include "teleport/codec/walk.hpp"

namespace {

using nlohmann::json;

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

teleport::cr_content content_of(const json& cr) {
  teleport::cr_content content;
  const auto metadata = cr.value("metadata", json::object());
  content.name = metadata.value("name", "");
  content.labels = metadata.value("labels", std::map<std::string, std::string>{});
  content.description =
      metadata.value("annotations", std::map<std::string, std::string>{})["description"];
  for (const auto& [name, value] : cr.items()) {
    if (name == "spec") {
      content.spec = value.dump();
    } else if (name != "apiVersion" && name != "kind" && name != "metadata" && name != "status") {
      content.other_fields[name] = value.dump();
    }
  }
  return content;
}

json answer(const std::string& line) {
  const auto request = json::parse(line);
  const auto* kind = teleport::find_kind(request.value("kind", ""));
  if (kind == nullptr) return {{"error", "no such kind"}};
  const auto outcome = teleport::decode(*kind, content_of(request.at("cr")));
  if (!outcome.ok()) return {{"error", outcome.failure().message}};
  return {{"wire", base64(teleport::codec::deterministic_bytes(outcome.value().message()))}};
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    try {
      std::cout << answer(line).dump() << std::endl;
    } catch (const std::exception& problem) {
      std::cout << json{{"error", std::string("bad request: ") + problem.what()}}.dump()
                << std::endl;
    }
  }
}
