/// Connectors, and the applications to which Teleport is the identity provider.

#include <gmock/gmock.h>

#include "support.hpp"
#include "teleport/proto/github_connector.pb.h"
#include "teleport/proto/oidc_connector.pb.h"
#include "teleport/proto/saml_connector.pb.h"
#include "teleport/proto/saml_idp_service_provider.pb.h"

namespace teleport::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A CR whose server answers without the fields that `emptied` has empty.
struct secret_case {
  const char* cr_kind;
  const char* sent;
  const char* emptied;
};

TEST(Connectors, SecretsThatTheServerKeepsToItselfAreNotCompared) {
  const secret_case cases[] = {
      {"TeleportGithubConnector", R"({"client_id": "a", "client_secret": "s3cret"})",
       R"({"client_id": "a"})"},
      {"TeleportOIDCConnector", R"({"client_secret": "s3cret", "google_service_account": "{}"})",
       "{}"},
      {"TeleportOIDCConnector", R"({"mfa": {"client_id": "a", "client_secret": "s3cret"}})",
       R"({"mfa": {"client_id": "a"}})"},
      {"TeleportSAMLConnector", R"({"signing_key_pair": {"private_key": "s3cret", "cert": "c"}})",
       R"({"signing_key_pair": {"cert": "c"}})"},
      {"TeleportSAMLConnector", R"({"assertion_key_pair": {"private_key": "s3cret"}})",
       R"({"assertion_key_pair": {}})"},
      {"TeleportSAMLConnector", R"({"credentials": {"oauth": {"client_secret": "s3cret"}}})",
       R"({"credentials": {"oauth": {}}})"},
  };
  for (const auto& [cr_kind, sent, emptied] : cases) {
    const auto desired = decoded(cr_kind, sent);
    const auto stored = decoded(cr_kind, emptied);
    EXPECT_THAT(differences(desired, stored), IsEmpty()) << sent;
    EXPECT_EQ(stored_hash(desired), stored_hash(stored)) << sent;
    EXPECT_NE(content_hash(desired), content_hash(stored)) << sent;
    EXPECT_TRUE(has_write_only(desired)) << sent;
    EXPECT_FALSE(has_write_only(stored)) << emptied;
  }
}

TEST(Connectors, MaxAgeStandsInTheSpecItself) {
  const auto oidc = decoded("TeleportOIDCConnector", R"({"max_age": "1h", "client_id": "a"})");
  const auto& spec = as<types::OIDCConnectorV3>(oidc).spec();
  EXPECT_EQ(spec.maxage().value(), 3600000000000);
  EXPECT_THAT(refusal("TeleportOIDCConnector", R"({"max_age": "soon"})"),
              HasSubstr("spec.max_age"));
  EXPECT_THAT(refusal("TeleportOIDCConnector", R"({"MaxAge": {"max_age": "1h"}})"),
              HasSubstr(R"(unknown field "spec.MaxAge")"));
}

TEST(Connectors, AMaxAgeOfZeroIsNone) {
  for (const auto* spec : {"{}", R"({"max_age": "0s"})", R"({"max_age": "never"})"}) {
    const auto oidc = decoded("TeleportOIDCConnector", spec);
    EXPECT_FALSE(as<types::OIDCConnectorV3>(oidc).spec().has_maxage()) << spec;
  }
}

TEST(Connectors, RedirectUrlsKeepTheirOrder) {
  const auto oidc =
      decoded("TeleportOIDCConnector", R"({"redirect_url": ["https://b", "https://a"]})");
  EXPECT_THAT(as<types::OIDCConnectorV3>(oidc).spec().redirecturls().values(),
              ElementsAre("https://b", "https://a"));
}

TEST(Connectors, ForceAuthnTakesWordsAndNumbers) {
  const auto read = [](const std::string& value) {
    const auto saml = decoded("TeleportSAMLConnector", R"({"force_authn": )" + value + "}");
    return as<types::SAMLConnectorV2>(saml).spec().forceauthn();
  };
  for (const auto* yes : {R"("yes")", R"("on")", R"("TRUE")", "true", "1"})
    EXPECT_EQ(read(yes), types::FORCE_AUTHN_YES) << yes;
  for (const auto* no : {R"("no")", R"("off")", "false", "2"})
    EXPECT_EQ(read(no), types::FORCE_AUTHN_NO) << no;
  EXPECT_EQ(read(R"("")"), types::FORCE_AUTHN_UNSPECIFIED);
  EXPECT_THAT(refusal("TeleportSAMLConnector", R"({"force_authn": "always"})"),
              HasSubstr("spec.force_authn"));
}

TEST(ServiceProviders, WhatTheServerRewritesOnlyHasToBeThere) {
  const auto desired = decoded("TeleportSAMLIdPServiceProviderV1",
                               R"({"entity_descriptor": "<a/>",
                                   "attribute_mapping": [{"name": "n", "name_format": "basic"}]})");
  const auto rewritten = decoded("TeleportSAMLIdPServiceProviderV1",
                                 R"({"entity_descriptor": "<a></a>", "entity_id": "filled",
                                     "attribute_mapping": [{"name": "n", "name_format": "urn:b"}]})");
  EXPECT_THAT(differences(desired, rewritten), IsEmpty());
  EXPECT_TRUE(has_write_only(desired));
  const auto missing = decoded("TeleportSAMLIdPServiceProviderV1",
                               R"({"attribute_mapping": [{"name": "n", "name_format": "urn:b"}]})");
  EXPECT_THAT(differences(desired, missing), ElementsAre("spec.entity_descriptor"));
}

}  // namespace
}  // namespace teleport::test
