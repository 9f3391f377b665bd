/// Identity files. Input: the file.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "teleport/join/identity_file.hpp"
#include "tests/fuzz/expect.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using fuzz::expect;
  // Within the lives of the certificates in corpus/identity_file.
  const auto now = std::chrono::system_clock::from_time_t(2'000'000'000);
  const auto read =
      teleport::join::parse_identity({reinterpret_cast<const char*>(data), size}, now);
  if (!read.ok()) {
    expect(!read.failure().message.empty(), "a file that is refused is told why");
    return 0;
  }
  const auto& one = read.value();
  expect(one.own.leaf.belongs_to(one.own.key), "the certificate is of the key");
  expect(!one.roots.empty(), "there is somebody to believe");
  expect(one.expires > now, "it is valid");
  expect(one.cluster == one.own.leaf.cluster() && one.user == one.own.leaf.user(),
         "what it says is what its certificate says");
  return 0;
}
