/// Certificates in PEM. Input: the text.

#include <cstddef>
#include <cstdint>
#include <string>

#include "teleport/pki/certificate.hpp"
#include "tests/fuzz/expect.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using fuzz::expect;
  using teleport::pki::certificate;
  const auto all = certificate::all_from_pem({reinterpret_cast<const char*>(data), size});
  if (!all.ok()) {
    expect(!all.failure().message.empty(), "a text that is refused is told why");
    return 0;
  }
  std::string written;
  for (const auto& one : all.value()) written += one.pem();
  const auto again = certificate::all_from_pem(written);
  expect(again.ok() && again.value().size() == all.value().size(), "what was read is written");
  for (std::size_t i = 0; i < all.value().size(); ++i) {
    const auto& one = all.value()[i];
    const auto& other = again.value()[i];
    expect(one.key_hash() == other.key_hash() && one.key_hash().size() == 64,
           "it is of the same key");
    expect(one.user() == other.user() && one.organizations() == other.organizations() &&
               one.cluster() == other.cluster(),
           "it says the same names");
    expect(one.not_before() == other.not_before() && one.not_after() == other.not_after(),
           "it is valid at the same time");
    expect(one.attribute(teleport::pki::generation_oid) ==
               other.attribute(teleport::pki::generation_oid),
           "it has the same attributes");
    static_cast<void>(one.has_dns_name("teleport.cluster.local"));
  }
  return 0;
}
