/// References to Kubernetes Secrets, and the removal of values from texts. Input: the text of the
/// reference in the first line, below it an error text of the server.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "teleport/codec.hpp"
#include "teleport/codec/secrets.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using fuzz::expect;

std::string in_json(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) quoted += c;
  }
  return quoted + '"';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.substr(0, input.find('\n'));
  teleport::cr_content cr;
  cr.name = "fuzz";
  cr.spec = R"({"client_secret":)" + in_json(line) + "}";
  const auto desired = teleport::decode(*teleport::find_kind("TeleportGithubConnector"), cr);
  if (!desired.ok()) return 0;

  const auto references = teleport::secret_references(desired.value());
  if (!references.ok()) {
    expect(!references.failure().message.empty(), "a refused reference is told why");
    return 0;
  }
  teleport::secret_values values;
  const std::string value = "canary-value-in-a-secret";
  for (const auto& one : references.value()) {
    expect(!one.secret.empty() && !one.key.empty(), "a reference names a Secret and a key");
    values[{one.secret, one.key}] = value;
  }
  const auto filled = teleport::with_values(desired.value(), values);
  expect(filled.ok(), "a value that is text can be sent");
  const auto left = teleport::secret_references(filled.value());
  expect(left.ok() && left.value().empty(), "every reference is replaced");
  if (!references.value().empty()) {
    const auto text = std::string(input.substr(line.size())) + value;
    expect(teleport::without_values(text, filled.value()).find(value) == std::string::npos,
           "no value stays in a text");
  }
  return 0;
}
