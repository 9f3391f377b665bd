#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "teleport/pki/encoding.hpp"
#include "teleport/pki/private_key.hpp"
#include "teleport/pki/ssh_wire.hpp"

namespace teleport::pki {
namespace {

// `ssh-keygen -t ecdsa -b 256`, made for this test; and what `ssh-keygen -y` says of it.
constexpr const char* openssh_ecdsa = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS
1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQRaMnTfE7oPV8pib6tIqVnL0vmpF7wK
/FUGw8q/o6XFN70L9hdIwz61+cNuPf8DTtXXtktJeLaizWRiRqJCFLTiAAAAmOy6Jvjsui
b4AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFoydN8Tug9XymJv
q0ipWcvS+akXvAr8VQbDyr+jpcU3vQv2F0jDPrX5w249/wNO1de2S0l4tqLNZGJGokIUtO
IAAAAgLj/pwi4vGehepxVBjTy7ATdWlUQ44PIpzLk+Lm1BwusAAAAA
-----END OPENSSH PRIVATE KEY-----
)";
constexpr const char* openssh_ecdsa_public =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFoydN8T"
    "ug9XymJvq0ipWcvS+akXvAr8VQbDyr+jpcU3vQv2F0jDPrX5w249/wNO1de2S0l4tqLNZGJGokIUtOI=\n";

// `ssh-keygen -t rsa -b 2048 -m PEM`, in PKCS#1 form.
constexpr const char* pkcs1_rsa = R"(-----BEGIN RSA PRIVATE KEY-----
MIIEpAIBAAKCAQEAuwPHOutOYroSw98WEvix3ejgpSFazayE8vKx9T1WiIUoR3q1
NU2xONMK6UGzaH52/y8rIthHmGsvqdlcaasiTGyAuaUilt/YJSW1MIPOrTFf8Cyx
uSXSKXEXXGdsaMBMTHICNQ5p9e9/kplrrfMEssEwRHZO7AnbyvLCRylwCnGO8U5I
cFEWPAnti33qudHTW06TZiVTX0qPkWzo3x/R4DzsMJn1dzd/rqNQKZ/Op3fFLVc6
lTyL3VCMh0SqPLUK9gG7ZmGPDv4XAK9YjV732g+wyLYpUPLRXvI9m28ZgYHmJIIz
n5cVVKPHg1VI88LTJ3/EmtHtcSVxL9kS8Csv9QIDAQABAoIBAFO/5GfBWtAhriej
bvo9/0F2eavZnRWATeWSxBkkR+1JXHluPVpKmbPt5vQApTyFbfrnf7TSEHX0glrY
6Wa06d45tQfuKOhSBDTWhybb0CGFfAZNraVRh6VhbOnHsyfR/hk58T0bYF5vy7y2
Eh/LNe5rT5dJOBzCaXigcFp39yHlZqrwJ1iL5HBPnLw0Y/CQvl4tnE+hYW5riT4z
zYnhagxTYJppfCUJytjskfaL2jkjmJhAfAUUkNIVUCPfEi0VDB/DKXjyTavltnfY
zWCq4GiLPpFHIbioS0aOGxzORYF5amd53FBpjGpvCxs35Hq7MY2nNCH1cScaSdji
sbfGPP0CgYEA52Yg4beVlh/IMANw5R/k/lTtIHF61SAtG65RFAIYNQTL5DISh1W1
qTxWIcrvjNSGVpzNtQrzFQ7NbvZleYkUZhzPeT8mUZNZfWYyNcxokfhzZ/UpbTlQ
fXdnLLwRcWQLRE+gecSUZqxR8H68W4LGr2p0W9WmFv3DtT4HvwWIZmcCgYEAzuWq
1HjfQSqNfvCHfHKAbZWJUNtfg1VklG75tfz0dV9Htnu3GCx2nNhGICIwp/CRERgq
GAgUU6hZfT4eWauiuhJ75IYVQ+aswKHdpAuDMGP7UP6xxV3FwnTJAhIuMbmrLaE9
1rCp05SaQlI+//9kpseVZyM9V8+g17u7lfXIpUMCgYEA4OYR709Ow6oAFypA/3AQ
UGCaV33ztFChhtXVV2zxuhX/VLqV55MWDHXoANAMIwQrzOJ5zAvoVf8dC0vPNGBW
wygdPepyg7aCs64v/rm8qKKhB9jveojKAieaz4+6JErn6Gy7u52j3mZ8/REwYICq
OrNshBUSaCYboHu5a58lAuECgYEAmpO04jG8ey+Tr7d9Qlk54qXKhgKghbsS/mM7
ZeCrs9WP+qLL1N/DbsOXAQMKXy6485CeQn4m0aoB0jTK8Cvv1B1jOwWCdcyuXO2S
brG7Pjg01/qyTscUrYgbddSndrdFUT4auYAcIdvwtIRGVXU2efS7hucpOaYCgavd
JtkPI4kCgYAeWnomOR7vcR5ZmvmsUVd2c1BPIrO6hm7KhlzOA1D2imb2znVl7lwR
+tueWO1X4xVHZ/dGRLCL/ZHh/dBLLIllh5Nezavl96m8/CAg1Q3jIzuW2Zs4hOSe
UY2NwI4Bbk4jF2oz2wBbsOW/1cVjfEMbkwIBS02W+MgxODiGot69TQ==
-----END RSA PRIVATE KEY-----
)";
constexpr const char* pkcs1_rsa_public =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7A8c6605iuhLD3xYS+LHd6OClIVrNrITy8rH1PVaI"
    "hShHerU1TbE40wrpQbNofnb/Lysi2EeYay+p2VxpqyJMbIC5pSKW39glJbUwg86tMV/wLLG5JdIpcRdc"
    "Z2xowExMcgI1Dmn173+SmWut8wSywTBEdk7sCdvK8sJHKXAKcY7xTkhwURY8Ce2Lfeq50dNbTpNmJVNf"
    "So+RbOjfH9HgPOwwmfV3N3+uo1Apn86nd8UtVzqVPIvdUIyHRKo8tQr2AbtmYY8O/hcAr1iNXvfaD7DI"
    "tilQ8tFe8j2bbxmBgeYkgjOflxVUo8eDVUjzwtMnf8Sa0e1xJXEv2RLwKy/1\n";

TEST(KeyKind, FollowsTheSuiteInAllItsSpellings) {
  for (const auto* suite :
       {"balanced-v1", "fips-v1", "hsm-v1", "SIGNATURE_ALGORITHM_SUITE_BALANCED_V1", "2", "3", "4"})
    EXPECT_EQ(key_kind_for_suite(suite), key_kind::ecdsa_p256) << suite;
  for (const auto* suite :
       {"", "legacy", "SIGNATURE_ALGORITHM_SUITE_LEGACY", "0", "1", "tomorrow-v9"})
    EXPECT_EQ(key_kind_for_suite(suite), key_kind::rsa_2048) << suite;
}

TEST(PrivateKey, IsOfTheKindAskedForAndNeverTheSame) {
  const auto rsa = private_key::generate(key_kind::rsa_2048).value();
  EXPECT_EQ(EVP_PKEY_get_base_id(rsa.handle()), EVP_PKEY_RSA);
  EXPECT_EQ(EVP_PKEY_get_bits(rsa.handle()), 2048);
  const auto first = private_key::generate(key_kind::ecdsa_p256).value();
  const auto second = private_key::generate(key_kind::ecdsa_p256).value();
  EXPECT_EQ(EVP_PKEY_get_bits(first.handle()), 256);
  EXPECT_NE(first.public_der(), second.public_der());
}

TEST(PrivateKey, WritesPkixWithTheGenericLabel) {
  for (const auto kind : {key_kind::rsa_2048, key_kind::ecdsa_p256}) {
    const auto key = private_key::generate(kind).value();
    const auto pem = key.public_pem();
    EXPECT_TRUE(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    const auto body = pem.substr(27, pem.find("-----END") - 27);
    EXPECT_EQ(from_base64(body), key.public_der());
  }
}

TEST(PrivateKey, WritesSshFormsAsSshKeygenDoes) {
  const auto rsa = private_key::from_pem(pkcs1_rsa);
  ASSERT_TRUE(rsa) << rsa.failure().message;
  EXPECT_EQ(rsa.value().authorized_key(), pkcs1_rsa_public);
  const auto ecdsa = private_key::from_pem(openssh_ecdsa);
  ASSERT_TRUE(ecdsa) << ecdsa.failure().message;
  EXPECT_EQ(ecdsa.value().authorized_key(), openssh_ecdsa_public);
}

TEST(PrivateKey, SshWireNamesItsTypeAndFillsAllBytes) {
  const auto wire = private_key::generate(key_kind::ecdsa_p256).value().ssh_wire();
  ssh_reader in(wire);
  EXPECT_EQ(in.text(), "ecdsa-sha2-nistp256");
  EXPECT_EQ(in.text(), "nistp256");
  EXPECT_EQ(in.text().size(), 65U);
  EXPECT_TRUE(in.good());
  EXPECT_TRUE(in.raw(1).empty());
  EXPECT_FALSE(in.good());
}

TEST(PrivateKey, ErrorsShowNothingOfTheText) {
  const auto failed = private_key::from_pem(
      "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0IHNlY3JldA==\n-----END OPENSSH PRIVATE "
      "KEY-----\n");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.failure().code, errc::config);
  EXPECT_EQ(failed.failure().message.find("secret"), std::string::npos);
  EXPECT_EQ(failed.failure().message.find("c2Vj"), std::string::npos);
}

TEST(Base64, GoesThereAndBack) {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd"})
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
  EXPECT_EQ(base64(std::string("\xff\x00\x10", 3)), "/wAQ");
  EXPECT_EQ(from_base64("YW\nJj\n"), "abc");
  EXPECT_FALSE(from_base64("abc"));
  EXPECT_FALSE(from_base64("a*c="));
}

TEST(Hex, IsLowerCase) {
  EXPECT_EQ(hex(std::string("\x00\xab\xff", 3)), "00abff");
}

}  // namespace
}  // namespace teleport::pki
