#include "teleport/join/claims.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "teleport/pki/encoding.hpp"

namespace teleport::join {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A token that says this; header and signature are of no interest.
std::string token(const std::string& claims) {
  auto text = pki::base64(claims);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  std::erase(text, '=');
  return "e30." + text + ".c2ln";
}

token_claims read(const std::string& claims) {
  auto got = read_claims(token(claims));
  if (got) return got.value();
  ADD_FAILURE() << got.failure().message;
  return {};
}

TEST(Claims, OfAProjectedTokenAreRead) {
  const auto got = read(R"({"iss":"https://kubernetes","sub":"system:serviceaccount:team:op",
      "aud":["test.example.com"],"iat":1000,"exp":1600,"kubernetes.io":{"pod":{"name":"p"}}})");
  EXPECT_EQ(got.issuer, "https://kubernetes");
  EXPECT_EQ(got.subject, "system:serviceaccount:team:op");
  EXPECT_THAT(got.audiences, ElementsAre("test.example.com"));
  EXPECT_EQ(std::chrono::system_clock::to_time_t(*got.issued), 1000);
  EXPECT_EQ(std::chrono::system_clock::to_time_t(*got.expires), 1600);
  EXPECT_TRUE(got.bound_to_pod);
}

TEST(Claims, MayBeMissingOrOfAnotherKind) {
  const auto empty = read("{}");
  EXPECT_THAT(empty.audiences, IsEmpty());
  EXPECT_FALSE(empty.expires.has_value());
  EXPECT_FALSE(empty.bound_to_pod);
  const auto odd = read(R"({"iss":7,"sub":null,"aud":"one","exp":"soon","kubernetes.io":[]})");
  EXPECT_EQ(odd.issuer, "");
  EXPECT_THAT(odd.audiences, ElementsAre("one"));
  EXPECT_FALSE(odd.expires.has_value());
}

TEST(Claims, OfTimesThatNobodyMeansAreNoTimes) {
  for (const auto* time : {"-1", "1e300", "1e10"})
    EXPECT_FALSE(read(std::string(R"({"exp":)") + time + "}").expires.has_value()) << time;
}

TEST(Claims, OfWhatIsNoTokenAreAnErrorThatRepeatsNothing) {
  for (const std::string text :
       {"", "secret", "secret.secret", "a.secret!.b", "a.b.c.d", "a.e30=.c.secret", "e30.W10.x"}) {
    const auto got = read_claims(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.failure().code, errc::config);
    EXPECT_THAT(got.failure().message, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace teleport::join
