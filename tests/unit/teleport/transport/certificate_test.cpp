#include "teleport/pki/certificate.hpp"

#include <gtest/gtest.h>

namespace teleport::pki {
namespace {

using namespace std::chrono_literals;

// `openssl req -x509 -days 2912000`, made for this test: it ends in the year 9999.
constexpr const char* endless = R"(-----BEGIN CERTIFICATE-----
MIIBjjCCATWgAwIBAgIUQyYZgVwgST5HUC7bSvuYEUfie4QwCgYIKoZIzj0EAwIw
HDEMMAoGA1UECgwDYWJjMQwwCgYDVQQDDANhYmMwIBcNMjYxMTI5MDM0MjU1WhgP
OTk5OTA5MTIwMzQyNTVaMBwxDDAKBgNVBAoMA2FiYzEMMAoGA1UEAwwDYWJjMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHb58sKaSzykOioBKA1gOdWYYJICXFM1M
+fHZDeKzyFdJdW6FSrnM43Fl5GsXan2PvoWaIsUcI1iBwk+OtxxBqqNTMFEwHQYD
VR0OBBYEFN1rpYejPdN8ttBZ9s3THaU+2oybMB8GA1UdIwQYMBaAFN1rpYejPdN8
ttBZ9s3THaU+2oybMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIg
FpwKNvzsowLFJHGl+LvuuMy7au6r73YdJGddELTyIIECIAfsUhWCCedokHtd2puJ
2Nkt/9MCk8o6Yi4EOatshqmo
-----END CERTIFICATE-----
)";

TEST(Certificate, OneThatNeverEndsIsValidForAsLongAsTheClockCanTell) {
  const auto read = certificate::from_pem(endless);
  ASSERT_TRUE(read.ok()) << read.failure().message;
  const auto now = std::chrono::system_clock::now();
  EXPECT_GT(read.value().not_after(), now + 24h * 365 * 100);
  EXPECT_GT(read.value().not_after() + 24h * 365 * 50, now) << "there is room to calculate";
  EXPECT_LT(read.value().not_before(), read.value().not_after());
}

}  // namespace
}  // namespace teleport::pki
