#include "teleport/codec/secret_reference.hpp"

#include <gmock/gmock.h>

namespace teleport {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(SecretReference, IsRecognisedByItsExactStart) {
  EXPECT_TRUE(is_secret_reference("secret://name/key"));
  EXPECT_TRUE(is_secret_reference("secret://"));
  EXPECT_FALSE(is_secret_reference("secret:/name/key"));
  EXPECT_FALSE(is_secret_reference("Secret://name/key"));
  EXPECT_FALSE(is_secret_reference(" secret://name/key"));
  EXPECT_FALSE(is_secret_reference("secret:"));
  EXPECT_FALSE(is_secret_reference(""));
}

struct good_case {
  const char* text;
  const char* secret;
  const char* key;
};

class GoodSecretReference : public ::testing::TestWithParam<good_case> {};

TEST_P(GoodSecretReference, IsTakenApartAsAUrl) {
  const auto& row = GetParam();
  const auto read = parse_secret_reference("spec.f", row.text);
  ASSERT_TRUE(read.ok()) << read.failure().message;
  EXPECT_EQ(read.value(), (secret_reference{"spec.f", row.secret, row.key}));
}

INSTANTIATE_TEST_SUITE_P(All, GoodSecretReference,
                         ::testing::Values(good_case{"secret://name/key", "name", "key"},
                                           good_case{"secret://a.b-1/tls.key", "a.b-1", "tls.key"},
                                           good_case{"secret://n/a/b", "n", "a/b"},
                                           good_case{"secret://n//k", "n", "/k"},
                                           good_case{"secret://n/%6b%2Fx%20", "n", "k/x "},
                                           good_case{"secret://n/a:b@c", "n", "a:b@c"},
                                           good_case{"secret://n/client_secret", "n",
                                                     "client_secret"}));

struct bad_case {
  const char* text;
  const char* why;
};

class BadSecretReference : public ::testing::TestWithParam<bad_case> {};

TEST_P(BadSecretReference, IsRefusedWithFieldAndReason) {
  const auto& row = GetParam();
  const auto read = parse_secret_reference("spec.f", row.text);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().code, errc::bad_parameter);
  EXPECT_THAT(read.failure().message, StartsWith("spec.f: "));
  EXPECT_THAT(read.failure().message, HasSubstr(row.why));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSecretReference,
    ::testing::Values(bad_case{"secret://", "missing secret name"},
                      bad_case{"secret:///key", "missing secret name"},
                      bad_case{"secret://name", "missing secret key"},
                      bad_case{"secret://name/", "missing secret key"},
                      bad_case{"secret://name/%zz", "parse secret reference"},
                      bad_case{"secret://name/%4", "parse secret reference"},
                      bad_case{"secret://name/a%", "parse secret reference"},
                      bad_case{"secret://na\nme/key", "parse secret reference"},
                      bad_case{"secret://name/key?x=1", "parse secret reference"},
                      bad_case{"secret://name/key#x", "parse secret reference"},
                      bad_case{"secret://../key", "not the name of a Secret"},
                      bad_case{"secret://Name/key", "not the name of a Secret"},
                      bad_case{"secret://name:80/key", "not the name of a Secret"},
                      bad_case{"secret://user@name/key", "not the name of a Secret"},
                      bad_case{"secret://a b/key", "not the name of a Secret"}));

TEST(SecretReference, NothingOfABadOneIsRepeated) {
  // Somebody may have pasted the value itself behind the slashes.
  for (const auto* text : {"secret://Hunter2!", "secret://n/hunter2?", "secret://n/hunter2%zz"}) {
    const auto read = parse_secret_reference("spec.f", text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_THAT(read.failure().message, Not(HasSubstr("unter2")));
  }
}

}  // namespace
}  // namespace teleport
