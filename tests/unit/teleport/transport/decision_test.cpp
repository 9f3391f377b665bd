#include "teleport/join/decision.hpp"

#include <gtest/gtest.h>

#include "teleport/join/joiner.hpp"

namespace teleport::join {
namespace {

struct decision_case {
  stage at;
  errc code;
  next_step expected;
};

class JoinDecision : public testing::TestWithParam<decision_case> {};

TEST_P(JoinDecision, FollowsTheFallBackRules) {
  const auto& [at, code, expected] = GetParam();
  EXPECT_EQ(after({at, {code, "text"}}), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Dial, JoinDecision,
    testing::Values(decision_case{stage::dial, errc::connection, next_step::next_way},
                    decision_case{stage::dial, errc::timeout, next_step::next_way},
                    decision_case{stage::dial, errc::config, next_step::next_way},
                    decision_case{stage::dial, errc::not_implemented, next_step::next_way},
                    decision_case{stage::dial, errc::cancelled, next_step::stop}));
INSTANTIATE_TEST_SUITE_P(Pin, JoinDecision,
                         testing::Values(decision_case{stage::pin, errc::config, next_step::stop},
                                         decision_case{stage::pin, errc::connection,
                                                       next_step::next_way}));
INSTANTIATE_TEST_SUITE_P(
    FirstAnswer, JoinDecision,
    testing::Values(decision_case{stage::first_answer, errc::access_denied, next_step::stop},
                    decision_case{stage::first_answer, errc::bad_parameter, next_step::stop},
                    decision_case{stage::first_answer, errc::not_implemented, next_step::older},
                    decision_case{stage::first_answer, errc::connection, next_step::older},
                    decision_case{stage::first_answer, errc::unknown, next_step::older}));
INSTANTIATE_TEST_SUITE_P(
    LaterAnswer, JoinDecision,
    testing::Values(decision_case{stage::later_answer, errc::not_implemented, next_step::older},
                    decision_case{stage::later_answer, errc::access_denied, next_step::stop},
                    decision_case{stage::later_answer, errc::connection, next_step::stop},
                    decision_case{stage::later_answer, errc::unknown, next_step::stop}));
INSTANTIATE_TEST_SUITE_P(
    OlderCall, JoinDecision,
    testing::Values(decision_case{stage::older_call, errc::not_implemented, next_step::older},
                    decision_case{stage::older_call, errc::connection, next_step::older},
                    decision_case{stage::older_call, errc::unknown, next_step::older},
                    decision_case{stage::older_call, errc::access_denied, next_step::stop},
                    decision_case{stage::older_call, errc::not_found, next_step::stop},
                    decision_case{stage::older_call, errc::limit_exceeded, next_step::stop}));

TEST(WaysTo, TakeWebPortsForProxies) {
  const std::vector proxy_first{way::proxy, way::direct};
  const std::vector direct_first{way::direct, way::proxy};
  EXPECT_EQ(ways_to({"h", 443}), proxy_first);
  EXPECT_EQ(ways_to({"h", 3080}), proxy_first);
  EXPECT_EQ(ways_to({"h", 3025}), direct_first);
  EXPECT_EQ(ways_to({"h", 12345}), direct_first);
}

TEST(Permanence, NeedsEveryFailureToStay) {
  const failed_step refused{stage::first_answer, {errc::access_denied, ""}};
  const failed_step distrust{stage::dial, {errc::config, ""}};
  const failed_step unreachable{stage::dial, {errc::connection, ""}};
  EXPECT_TRUE(is_permanent({refused}));
  EXPECT_TRUE(is_permanent({distrust, refused}));
  EXPECT_FALSE(is_permanent({unreachable}));
  EXPECT_FALSE(is_permanent({distrust, unreachable}));
}

TEST(Permanence, IsAboutWhoMustActNotAboutTheClassOfTheError) {
  EXPECT_TRUE(is_permanent({{stage::dial, {errc::connection, "x (TLS alert: bad certificate)"}}}));
  EXPECT_FALSE(is_permanent({{stage::older_call, {errc::limit_exceeded, "too many requests"}}}));
  EXPECT_FALSE(is_permanent(
      {{stage::later_answer,
        {errc::compare_failed, "Database comparison failed, try the request again"}}}));
  EXPECT_FALSE(is_permanent({{stage::dial, {errc::cancelled, ""}}}));
}

TEST(Diagnosis, OfAStepIsThePlacesWordWhereThereIsOne) {
  const error lost{errc::connection, "connection reset"};
  EXPECT_EQ(diagnose({stage::first_answer, lost}), trouble::unreachable);
  EXPECT_EQ(diagnose({stage::first_answer, lost, trouble::auth_down}), trouble::auth_down);
}

TEST(Summary, NamesEveryWayAndEndsWithAdvice) {
  const auto failed = summary(
      {{"joining via proxy h:443", {stage::dial, {errc::config, "certificate is not accepted"}}},
       {"joining via auth server h:443", {stage::dial, {errc::connection, "reset"}}}});
  EXPECT_EQ(failed.why.code, errc::config);
  EXPECT_FALSE(failed.permanent);
  EXPECT_EQ(failed.why.message.find("joining via proxy h:443: certificate is not accepted; "
                                    "joining via auth server h:443: reset. "),
            0U);
}

TEST(Summary, SaysWhichTroubleItIsAndWhatToDo) {
  const auto failed =
      summary({{"joining via proxy h:443",
                {stage::first_answer, {errc::access_denied, "token expired or not found"}}}});
  EXPECT_EQ(failed.what, trouble::token_refused);
  EXPECT_TRUE(failed.permanent);
  EXPECT_EQ(failed.why.message,
            "joining via proxy h:443: token expired or not found. Check -token, and that the token "
            "exists and has not expired (tctl tokens ls).");
}

/// The direct way ends at the proxy's web certificate, which is no news when the proxy itself has
/// lost its auth service.
TEST(Summary, BlamesTheAuthServiceThatIsDownAndNotTheOtherWay) {
  const auto failed =
      summary({{"through proxy", {stage::dial, {errc::connection, "closed"}, trouble::auth_down}},
               {"direct", {stage::dial, {errc::config, "certificate is not accepted: x"}}}});
  EXPECT_EQ(failed.what, trouble::auth_down);
  EXPECT_FALSE(failed.permanent);
}

TEST(Summary, SaysTheSameCauseOnce) {
  const auto failed =
      summary({{"joining via auth server h:1", {stage::dial, {errc::connection, "refused"}}},
               {"joining via proxy h:1", {stage::dial, {errc::connection, "refused"}}}});
  EXPECT_EQ(failed.why.message.find("joining via proxy"), std::string::npos);
}

TEST(Summary, TakesTheClassOfTheRefusal) {
  const auto failed =
      summary({{"a", {stage::dial, {errc::connection, "refused"}}},
               {"b", {stage::first_answer, {errc::access_denied, "token expired or not found"}}}});
  EXPECT_EQ(failed.why.code, errc::access_denied);
}

}  // namespace
}  // namespace teleport::join
