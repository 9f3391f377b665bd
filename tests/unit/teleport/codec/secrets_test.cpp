#include "teleport/codec/secrets.hpp"

#include <gmock/gmock.h>
#include <google/protobuf/message.h>

#include "tests/unit/teleport/codec/support.hpp"

namespace teleport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* oidc = "TeleportOIDCConnector";
constexpr const char* inference = "TeleportInferenceSecret";

resource inference_secret(const std::string& value) {
  return test::decoded(inference, R"({"value":")" + value + R"("})");
}

/// What the resource would send, as text to search in.
std::string bytes_of(const resource& of) {
  return of.message().SerializeAsString();
}

TEST(SecretReferences, AreFoundWithTheirPaths) {
  const auto found = secret_references(test::decoded(
      oidc, R"({"client_id":"secret://not/this","client_secret":"secret://idp/client",)"
            R"("google_service_account":"secret://idp/google"})"));
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found.value(),
              ElementsAre(secret_reference{"spec.client_secret", "idp", "client"},
                          secret_reference{"spec.google_service_account", "idp", "google"}));
  EXPECT_THAT(secret_references(inference_secret("secret://a/b")).value(),
              ElementsAre(secret_reference{"spec.value", "a", "b"}));
}

TEST(SecretReferences, AreNoneInAValue) {
  EXPECT_THAT(secret_references(inference_secret("hunter2")).value(), IsEmpty());
  EXPECT_THAT(secret_references(test::decoded("TeleportRoleV7", R"({"allow":{"logins":["root"]}})"))
                  .value(),
              IsEmpty());
}

TEST(SecretReferences, OneThatIsBadIsTheError) {
  const auto found = secret_references(test::decoded(
      oidc, R"({"client_secret":"secret://idp/client","google_service_account":"secret://idp"})"));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.failure().message,
            "spec.google_service_account: missing secret key, expected secret://<name>/<key>");
}

TEST(SecretValues, StandInPlaceOfTheirReferences) {
  const auto desired =
      test::decoded(oidc, R"({"client_id":"me","client_secret":"secret://idp/client",)"
                          R"("google_service_account":"secret://idp/google"})");
  const auto done = with_values(
      desired, {{{"idp", "client"}, "hunter2\n"}, {{"idp", "google"}, "{\"a\":\"ä\"}"}});
  ASSERT_TRUE(done.ok());
  EXPECT_THAT(secret_references(done.value()).value(), IsEmpty());
  EXPECT_THAT(bytes_of(done.value()), HasSubstr("hunter2\n"));
  EXPECT_THAT(bytes_of(done.value()), HasSubstr("{\"a\":\"ä\"}"));
  EXPECT_THAT(bytes_of(desired), Not(HasSubstr("hunter2"))) << "the original was changed";
}

TEST(SecretValues, AValueThatLooksLikeAReferenceIsAValue) {
  const auto done =
      with_values(inference_secret("secret://a/b"), {{{"a", "b"}, "secret://a/other"}});
  ASSERT_TRUE(done.ok());
  EXPECT_THAT(bytes_of(done.value()), HasSubstr("secret://a/other"));
}

class BrokenUtf8 : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokenUtf8, IsRefusedWithoutTheValue) {
  const auto done =
      with_values(inference_secret("secret://a/b"), {{{"a", "b"}, "hunter2" + GetParam()}});
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.failure().message,
              HasSubstr("spec.value: key \"b\" of secret \"a\" is not UTF-8"));
  EXPECT_THAT(done.failure().message, Not(HasSubstr("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(All, BrokenUtf8,
                         ::testing::Values("\xff", "\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80",
                                           "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
                                           "\xf5\x80\x80\x80", "\xe2\x82"));

TEST(SecretValues, AllOfUnicodeIsTaken) {
  const std::string text = "\x01 a \x7f \xc2\x80 \xe2\x82\xac \xef\xbf\xbf \xf4\x8f\xbf\xbf";
  const auto done = with_values(inference_secret("secret://a/b"), {{{"a", "b"}, text}});
  ASSERT_TRUE(done.ok());
  EXPECT_THAT(bytes_of(done.value()), HasSubstr(text));
}

TEST(HashWithSecrets, DependsOnEachPartButOnNoValue) {
  const auto content = content_hash(inference_secret("secret://a/b"));
  const auto hash = hash_with_secrets(content, {{"a", "uid-1", "10"}});
  EXPECT_EQ(hash, hash_with_secrets(content, {{"a", "uid-1", "10"}}));
  EXPECT_NE(hash, hash_with_secrets(content, {{"a", "uid-1", "11"}}));
  EXPECT_NE(hash, hash_with_secrets(content, {{"a", "uid-2", "10"}}));
  EXPECT_NE(hash, hash_with_secrets(content, {{"c", "uid-1", "10"}}));
  EXPECT_NE(hash, hash_with_secrets(content_hash(inference_secret("secret://a/c")),
                                    {{"a", "uid-1", "10"}}));
  EXPECT_EQ(hash.size(), 64U);
}

TEST(WithoutValues, CoversSecretsThatWereWrittenIntoTheCr) {
  const auto sent = test::decoded(oidc, R"({"client_id":"me","client_secret":"hunter2"})");
  EXPECT_EQ(without_values("client me: bad secret hunter2", sent),
            "client me: bad secret [secret]");
}

}  // namespace
}  // namespace teleport
