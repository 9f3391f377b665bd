/// Private keys, in all forms that are taken: PKCS#1, PKCS#8, SEC1, OpenSSH. Input: the file.

#include <cstddef>
#include <cstdint>
#include <string>

#include "teleport/pki/encoding.hpp"
#include "teleport/pki/private_key.hpp"
#include "teleport/pki/ssh_wire.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using fuzz::expect;

void check_public_half(const teleport::pki::private_key& key) {
  const auto wire = key.ssh_wire();
  const auto line = key.authorized_key();
  expect(wire.empty() == line.empty(), "a key has both SSH forms or none");
  if (wire.empty()) return;
  teleport::pki::ssh_reader in(wire);
  const std::string type(in.text());
  in.text();
  in.text();
  expect(in.good() && in.raw(1).empty() && !in.good(), "an SSH key has three parts");
  const auto blank = line.find(' ');
  expect(line.substr(0, blank) == type && line.back() == '\n', "its line begins with its kind");
  expect(teleport::pki::from_base64(line.substr(blank + 1)) == wire, "and holds it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto key = teleport::pki::private_key::from_pem(text);
  if (!key.ok()) {
    expect(!key.failure().message.empty(), "a key that is refused is told why");
    const auto secret = text.find("\n");
    if (secret != std::string::npos && text.size() - secret > 24)
      expect(key.failure().message.find(text.substr(secret, 24)) == std::string::npos,
             "nothing of it is in the error");
    return 0;
  }
  expect(!key.value().public_der().empty(), "a key has a public half");
  check_public_half(key.value());
  return 0;
}
