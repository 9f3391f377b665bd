#include "teleport/diagnosis.hpp"

#include <gtest/gtest.h>

namespace teleport {
namespace {

/// A text as the server says it, and the trouble that it is.
struct told {
  trouble what;
  errc code;
  const char* text;
};

class Diagnosis : public testing::TestWithParam<told> {};

TEST_P(Diagnosis, KnowsTheServersWords) {
  const auto& one = GetParam();
  EXPECT_EQ(to_string(diagnose({one.code, one.text})), to_string(one.what)) << one.text;
}

/// What the server's words are wrapped in does not matter.
TEST_P(Diagnosis, KnowsThemInsideOfOthers) {
  const auto& one = GetParam();
  const error wrapped{one.code, "Join: " + std::string(one.text)};
  EXPECT_EQ(to_string(diagnose(wrapped)), to_string(one.what)) << wrapped.message;
}

constexpr auto denied = errc::access_denied;
constexpr auto bad = errc::bad_parameter;

// facts/teleport-connection.md §2.1, §2.5, §10.2
INSTANTIATE_TEST_SUITE_P(
    Joining, Diagnosis,
    testing::Values(
        told{trouble::client_too_old, denied,
             "client version is unsupported, minimum supported version is 18.0.0"},
        told{trouble::token_refused, denied, "token expired or not found"},
        told{trouble::join_method, bad,
             "client requested join method kubernetes, provision token only supports method iam"},
        told{trouble::join_method, bad,
             "this token is only valid for the iam join method but the node has connected to the "
             "wrong endpoint, make sure your node is configured to use the iam join method"},
        told{trouble::join_method, bad, "unsupported join method \"iam\" for bot"},
        told{trouble::token_refused, bad,
             "can not join the cluster, the token does not allow role Bot"},
        told{trouble::token_refused, denied,
             "\"\" can not join the cluster with role \"Bot\", the token is not valid"},
        told{trouble::token_refused, denied,
             "node \"n\" [1] can not join the cluster, the token does not allow \"Bot\" role"},
        told{trouble::bot_gone, denied, "access denied"},
        told{trouble::bot_gone, errc::not_found, "access denied"},
        told{trouble::unreachable, errc::limit_exceeded,
             "join attempt timed out after 1m0s, terminating the stream on the server"},
        told{trouble::rate_limited, errc::limit_exceeded, "rate limit exceeded"},
        told{trouble::unknown, errc::compare_failed,
             "Database comparison failed, try the request again"},
        told{trouble::configuration, bad, "TokenName is required"},
        told{trouble::pin_mismatch, errc::config,
             "cluster pin does not match any provided certificate authority pin. This could have "
             "occurred if the Certificate Authority (CA) for the cluster was rotated"},
        told{trouble::configuration, errc::config,
             "invalid format for certificate pin, expected algorithm:pin"}));

// §4.3
INSTANTIATE_TEST_SUITE_P(
    Kubernetes, Diagnosis,
    testing::Values(
        told{trouble::kubernetes_token, bad, "IDToken not provided for Kubernetes join request"},
        told{trouble::kubernetes_token, bad, "IDToken is required"},
        told{trouble::kubernetes_token, bad, "unsupported kubernetes join method type (x)"},
        told{trouble::kubernetes_token, bad,
             "kubernetes join method only supports ProvisionTokenV2, 'types.X' was provided"},
        told{trouble::kubernetes_token, denied, "kubernetes token did not match any allow rules"},
        told{trouble::kubernetes_token, errc::unknown, "error during the Kubernetes TokenReview"},
        told{trouble::kubernetes_token, denied,
             "kubernetes failed to validate token: [invalid bearer token]"},
        told{trouble::kubernetes_token, bad, "token user is not a service account: admin"},
        told{trouble::kubernetes_token, bad,
             "token user has malformed service account name: system:serviceaccount:x"},
        told{trouble::kubernetes_token, bad,
             "token user 'x' does not belong to the 'system:serviceaccounts' group"},
        told{trouble::kubernetes_token, bad,
             "legacy SA tokens are not accepted as kubernetes version 1.29 supports bound tokens"},
        told{trouble::kubernetes_token, errc::unknown,
             "failed to initialize in-cluster Kubernetes config"},
        told{trouble::kubernetes_token, bad,
             "reviewing kubernetes token with static_jwks\n\tparsing jwt"},
        told{trouble::kubernetes_token, bad, "parsing provided jwks"},
        told{trouble::kubernetes_token, bad, "validating jwt signature"},
        told{trouble::kubernetes_token, bad,
             "validating jwt claims: validation failed, invalid audience claim (aud)"},
        told{trouble::kubernetes_token, bad,
             "static_jwks joining requires the use of projected pod bound service account token "
             "`exp`"},
        told{trouble::kubernetes_token, bad,
             "oidc joining requires the use of a service account token with a TTL of less than "
             "30m0s"},
        told{trouble::kubernetes_token, bad, "validating OIDC token"},
        told{trouble::kubernetes_token, errc::config,
             "service-account token: reading /var/run/secrets/token: No such file or directory"},
        told{trouble::clock_skew, bad,
             "reviewing kubernetes token with static_jwks: validating jwt claims: validation "
             "failed, token not valid yet (nbf)"},
        told{trouble::clock_skew, bad,
             "validating jwt claims: validation field, token issued in the future (iat)"}));

// §5.2, §7.3, §10.2
INSTANTIATE_TEST_SUITE_P(
    Identities, Diagnosis,
    testing::Values(
        told{trouble::locked, denied, "lock targeting User:\"bot-operator\" is in force: away"},
        told{trouble::generation_mismatch, denied,
             "renewable cert generation mismatch for bot operator/1: stored=3, presented=2"},
        told{trouble::generation_mismatch, denied,
             "lock targeting User:\"bot-operator\" is in force: The bot user \"bot-operator\" has "
             "been locked due to a certificate generation mismatch, possibly indicating a stolen "
             "certificate."},
        told{trouble::generation_mismatch, denied,
             "a current identity generation must be provided"},
        told{trouble::renewable_used, denied,
             "user \"bot-operator\" has already been issued a renewable certificate and cannot be "
             "issued another; consider deleting and recreating the bot"},
        told{trouble::impersonation, denied,
             "user \"bot-operator\" has requested role impersonation for \"editor\""},
        told{trouble::impersonation, bad, "at least one role request is required"},
        told{trouble::impersonation, denied,
             "access denied: identity is not allowed to reissue certificates"},
        told{trouble::impersonation, denied,
             "access denied: impersonated roles can not request other roles"},
        told{trouble::identity_expired, denied,
             "access denied: client credentials have expired, please relogin."},
        told{trouble::identity_expired, denied, "access denied: invalid client certificate"},
        told{trouble::identity_expired, errc::connection,
             "connection closed (TLS alert: certificate expired)"},
        told{trouble::identity_expired, errc::connection,
             "connection closed (TLS alert: unknown ca)"},
        told{trouble::mfa_required, denied, "admin-level API request requires MFA verification"}));

// §1.1, §2.4, §6.3, and what the rooms below say
INSTANTIATE_TEST_SUITE_P(
    Reaching, Diagnosis,
    testing::Values(
        told{trouble::unreachable, errc::connection, "connecting to a:1: Connection refused"},
        told{trouble::unreachable, errc::timeout, "connecting to a:1: timed out"},
        told{trouble::not_trusted, errc::config,
             "a:1: TLS handshake with a: the server's certificate is not accepted: self-signed "
             "certificate (subject CN = a; issuer CN = a)"},
        told{trouble::not_trusted, errc::config,
             "the server's certificate is not accepted: certificate has expired (subject CN = a)"},
        told{trouble::clock_skew, errc::config,
             "the server's certificate is not accepted: certificate is not yet valid (subject a)"},
        told{trouble::not_trusted, denied,
             "server is not a Teleport proxy or server certificate is expired"},
        told{trouble::auth_down, errc::connection,
             "proxy service returned unsuccessful ping response; Teleport cluster auth may be "
             "misconfigured"},
        told{trouble::not_teleport, errc::not_implemented,
             "cannot parse server response; is \"a:1\" a Teleport server?"},
        told{trouble::not_teleport, errc::not_implemented, "no auth server listens there"},
        told{trouble::upgrade_unavailable, errc::not_implemented,
             "connection upgrade call failed. Please upgrade the server and try again."},
        told{trouble::upgrade_unavailable, errc::unknown,
             "failed to switch Protocols 502 Bad Gateway"},
        told{trouble::upgrade_unavailable, errc::connection,
             "WebSocket handshake failed: invalid Sec-WebSocket-Accept"},
        told{trouble::configuration, errc::config, "reading /token: the file is empty"}));

TEST(DiagnosisOfCaller, TellsARefusalOfUsFromOneOfTheResource) {
  const auto of = [](errc code, const char* text) { return diagnose_caller({code, text}); };
  EXPECT_EQ(of(denied, "access denied"), trouble::bot_gone);
  EXPECT_EQ(of(errc::not_found, "access denied"), trouble::bot_gone);
  EXPECT_EQ(of(denied, "admin-level API request requires MFA verification"), trouble::mfa_required);
  EXPECT_EQ(of(denied, "client version is unsupported"), trouble::client_too_old);
  EXPECT_EQ(of(denied, "access denied: client credentials have expired, please relogin."),
            trouble::identity_expired);
  EXPECT_EQ(of(denied, "access denied to perform action \"update\" on \"role\""), trouble::none);
  EXPECT_EQ(of(errc::not_found, "role dev is not found"), trouble::none);
  EXPECT_EQ(of(bad, "token expired or not found"), trouble::none);
  EXPECT_EQ(of(errc::connection, "access denied"), trouble::none);
}

TEST(Remedy, FollowsTheMessage) {
  EXPECT_EQ(with_remedy("a", trouble::client_too_old), "a. Update the operator.");
  EXPECT_EQ(with_remedy("a.", trouble::client_too_old), "a. Update the operator.");
  EXPECT_EQ(with_remedy("a", trouble::unknown), "a");
}

}  // namespace
}  // namespace teleport
