#include "actors/core/refusals.hpp"

#include <string>

#include <gtest/gtest.h>

namespace actors::core {
namespace {

using namespace std::chrono_literals;
using teleport::errc;
using teleport::error;

constexpr suspicion::time_point start{1h};

struct refusal {
  errc code;
  std::string text;
  bool about_us;
};

TEST(Refusals, AreAboutUsOrAboutWhatWasAskedFor) {
  const refusal rows[] = {
      {errc::access_denied, "access denied", true},
      {errc::access_denied, "access denied.\n", true},
      {errc::not_found, "access denied", true},
      {errc::access_denied, "access denied: invalid client certificate", true},
      {errc::access_denied, "access denied: client credentials have expired, please relogin.",
       true},
      {errc::access_denied, "client version is unsupported", true},
      {errc::access_denied, "lock targeting User:\"bot-operator\" is in force: audit", true},
      {errc::access_denied, R"(access denied to perform action "update" on "role")", false},
      {errc::access_denied, "access denied to role \"x\"", false},
      {errc::access_denied, "admin-level API request requires MFA verification", false},
      {errc::not_found, "role \"access denied\" is not found", false},
      {errc::connection, "access denied", false},
      {errc::access_denied, "", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(is_about_us({row.code, row.text}), row.about_us) << row.text;
  }
}

TEST(Refusals, MfaIsKnownByItsText) {
  EXPECT_TRUE(
      wants_mfa({errc::access_denied, "admin-level API request requires MFA verification"}));
  EXPECT_FALSE(wants_mfa({errc::access_denied, "access denied"}));
}

const error locked{errc::access_denied, "access denied"};
const error no_right{errc::access_denied, R"(access denied to perform action "list" on "user")"};

TEST(Suspicion, OneUniformRefusalIsEnough) {
  suspicion it;
  EXPECT_FALSE(it.raised_by(nullptr, start));
  EXPECT_TRUE(it.raised_by(&locked, start));
}

TEST(Suspicion, MissingRightsRaiseItOnlyWhenThereIsNothingElse) {
  suspicion it;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(it.raised_by(i % 10 == 0 ? nullptr : &no_right, start));
  }
  it.raised_by(nullptr, start);
  for (int i = 0; i < 19; ++i) EXPECT_FALSE(it.raised_by(&no_right, start));
  EXPECT_TRUE(it.raised_by(&no_right, start));
}

TEST(Suspicion, UnfoundedOnesAreRaisedLessAndLessOften) {
  suspicion it;
  auto now = start;
  for (const auto belief : {1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min}) {
    ASSERT_TRUE(it.raised_by(&locked, now));
    it.unfounded(now);
    EXPECT_FALSE(it.raised_by(&locked, now + belief - 1s));
    now += belief;
  }
  ASSERT_TRUE(it.raised_by(&locked, now));
  it.well_founded();
  EXPECT_TRUE(it.raised_by(&locked, now + 1s));
}

}  // namespace
}  // namespace actors::core
