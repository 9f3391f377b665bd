#include "app/doctor/judgements.hpp"

#include <gmock/gmock.h>

namespace app::doctor {
namespace {

using namespace std::chrono_literals;
using teleport::trouble;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

const wall_time now = std::chrono::system_clock::from_time_t(1'800'000'000);

TEST(Judgements, TimesAreInUtc) {
  EXPECT_EQ(as_text(now), "2027-01-15T08:00:00Z");
}

TEST(Judgements, OfAFailureHaveTheRemedyOnce) {
  const teleport::connect_failure why{
      {teleport::errc::access_denied,
       "joining via proxy a:443: token expired or not found. Check -token, and that the token "
       "exists and has not expired (tctl tokens ls)."},
      true,
      trouble::token_refused};
  const auto got = failed_by("teleport.join", "Join", why);
  EXPECT_EQ(got.is, verdict::failed);
  EXPECT_EQ(got.seen, "joining via proxy a:443: token expired or not found");
  EXPECT_EQ(got.remedy, teleport::remedy(trouble::token_refused));
  EXPECT_THAT(got.details, Contains(Pair("trouble", "token_refused")));
}

TEST(Judgements, OfAnErrorFindItsTrouble) {
  const auto got = failed_by("teleport.port", "Port",
                             teleport::error{teleport::errc::connection, "connection refused"});
  EXPECT_THAT(got.details, Contains(Pair("trouble", "unreachable")));
}

// -- certificates ---------------------------------------------------------------------------------

teleport::doctor::shown_certificate shown(std::vector<std::string> names) {
  return {"CN = a", "CN = ca", std::move(names), now, now + 1h, "test.example.com", "h2"};
}

const auto of_proxy = shown({"a.example.com"});
const auto of_auth = shown({"*.teleport.cluster.local", "teleport.cluster.local"});
const teleport::error unknown_ca{teleport::errc::config,
                                 "the server's certificate is not accepted: unknown CA"};

struct certificate_case {
  const char* claim;
  teleport::doctor::shown_certificate seen;
  certificate_question with;
  verdict wanted;
};

class Certificates : public ::testing::TestWithParam<certificate_case> {};

TEST_P(Certificates, AreJudged) {
  const auto& c = GetParam();
  const auto got = judge_certificate(c.seen, c.with);
  EXPECT_EQ(got.is, c.wanted) << c.claim;
  EXPECT_THAT(got.details, Contains(Pair("subject", "CN = a"))) << c.claim;
  EXPECT_EQ(got.remedy.empty(), got.is == verdict::ok) << c.claim;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Certificates,
    ::testing::Values(
        certificate_case{"accepted", of_proxy, {}, verdict::ok},
        certificate_case{
            "not accepted", of_proxy, {false, false, false, unknown_ca}, verdict::failed},
        certificate_case{
            "nobody joins", of_proxy, {false, false, true, unknown_ca}, verdict::warning},
        certificate_case{"not checked", of_proxy, {true, false, false, {}}, verdict::warning},
        certificate_case{"auth with pins", of_auth, {false, true, false, {}}, verdict::ok},
        certificate_case{
            "auth with an identity file", of_auth, {false, false, true, {}}, verdict::ok},
        certificate_case{"auth and nothing", of_auth, {}, verdict::warning}));

// -- tokens ---------------------------------------------------------------------------------------

teleport::join::token_claims good_claims() {
  return {"https://kubernetes", "system:serviceaccount:team:op",
          {"test.example.com"}, now,
          now + 10min,          true};
}

finding judged(const teleport::join::token_claims& claims) {
  return judge_claims("/token", claims, "test.example.com", now);
}

TEST(Claims, OfAGoodTokenAreShown) {
  const auto got = judged(good_claims());
  EXPECT_EQ(got.is, verdict::ok);
  EXPECT_THAT(got.details, Contains(Pair("audience", "test.example.com")));
  EXPECT_THAT(got.details, Contains(Pair("subject", "system:serviceaccount:team:op")));
}

TEST(Claims, OfAnotherAudienceAreAWarning) {
  auto claims = good_claims();
  claims.audiences = {"https://kubernetes"};
  const auto got = judged(claims);
  EXPECT_EQ(got.is, verdict::warning);
  EXPECT_THAT(got.seen, HasSubstr("test.example.com"));
  EXPECT_EQ(judge_claims("/token", claims, "", now).is, verdict::ok) << "no cluster is known";
}

TEST(Claims, OfAnExpiredTokenAreAFailureWhateverElseIsWrong) {
  auto claims = good_claims();
  claims.audiences = {};
  claims.expires = now - 1s;
  const auto got = judged(claims);
  EXPECT_EQ(got.is, verdict::failed);
  EXPECT_THAT(got.seen, HasSubstr("expired"));
}

TEST(Claims, OfSomebodyElseAreAFailure) {
  auto claims = good_claims();
  claims.subject = "jane";
  EXPECT_EQ(judged(claims).is, verdict::failed);
}

TEST(Claims, OfLongLivedAndOfUnboundTokensAreWarnings) {
  auto claims = good_claims();
  claims.expires = now + 31min;
  EXPECT_EQ(judged(claims).is, verdict::warning);
  claims = good_claims();
  claims.bound_to_pod = false;
  EXPECT_EQ(judged(claims).is, verdict::warning);
}

// -- versions -------------------------------------------------------------------------------------

TEST(Versions, AreComparedWithWhatIsTested) {
  EXPECT_EQ(judge_version("13.4.1").is, verdict::failed);
  EXPECT_EQ(judge_version("14.0.0").is, verdict::ok);
  EXPECT_EQ(judge_version("18.8.2").is, verdict::ok);
  EXPECT_EQ(judge_version("19.9.9").is, verdict::ok);
  EXPECT_EQ(judge_version("20.0.0").is, verdict::warning);
  EXPECT_EQ(judge_version("").is, verdict::skipped);
}

}  // namespace
}  // namespace app::doctor
