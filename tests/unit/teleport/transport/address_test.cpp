#include "teleport/net/address.hpp"

#include <gtest/gtest.h>

namespace teleport::net {
namespace {

struct good_case {
  const char* text;
  address expected;
};

class GoodAddress : public testing::TestWithParam<good_case> {};

TEST_P(GoodAddress, IsTaken) {
  const auto parsed = parse_address(GetParam().text);
  ASSERT_TRUE(parsed) << parsed.failure().message;
  EXPECT_EQ(parsed.value(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodAddress,
    testing::Values(good_case{"auth.example.com:3025", {"auth.example.com", 3025}},
                    good_case{"127.0.0.1:1", {"127.0.0.1", 1}},
                    good_case{"[::1]:443", {"::1", 443}}, good_case{"tcp://a:3025", {"a", 3025}},
                    good_case{"https://a", {"a", 443}},
                    good_case{"https://[fe80::1]/", {"fe80::1", 443}},
                    good_case{"https://a:3080/", {"a", 3080}}));

class BadAddress : public testing::TestWithParam<const char*> {};

TEST_P(BadAddress, IsAConfigurationErrorThatQuotesIt) {
  const auto parsed = parse_address(GetParam());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.failure().code, errc::config);
  EXPECT_NE(parsed.failure().message.find(GetParam()), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, BadAddress,
                         testing::Values("", "a", "a:", ":1", "a:0", "a:65536", "a:12x", "::1:443",
                                         "[::1:443", "[::1]443", "ftp://a:1", "http://a"));

TEST(Address, BracketsIPv6InText) {
  EXPECT_EQ((address{"::1", 443}.text()), "[::1]:443");
  EXPECT_EQ((address{"a", 443}.text()), "a:443");
}

}  // namespace
}  // namespace teleport::net
