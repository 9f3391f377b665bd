#include "k8s/retry.hpp"

#include <gtest/gtest.h>

namespace k8s {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct retry_case {
  const char* name;
  errc code;
  std::optional<milliseconds> wish;
  failed_attempt facts;
  std::optional<milliseconds> wait;  // with dice 0
};

class Retry : public testing::TestWithParam<retry_case> {};

TEST_P(Retry, DecidesByTable) {
  const auto& row = GetParam();
  const error why{.code = row.code, .retry_after = row.wish};
  EXPECT_EQ(retry_after(why, row.facts, 0), row.wait);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Retry,
    testing::Values(
        retry_case{"ThrottledWrite", errc::throttled, 2s, {false, 1, 30s}, 2s},
        retry_case{"ThrottledWriteManyTimes", errc::throttled, 2s, {false, 9, 30s}, 2s},
        retry_case{"ThrottledWithoutAWish", errc::throttled, {}, {true, 1, 30s}, 1s},
        retry_case{"ThrottledBeyondTheDeadline", errc::throttled, 2s, {false, 1, 1s}, {}},
        retry_case{"ReadServerError", errc::server_error, {}, {true, 1, 30s}, 200ms},
        retry_case{"ReadServerErrorTwice", errc::server_error, {}, {true, 2, 30s}, 400ms},
        retry_case{"ReadServerErrorThrice", errc::server_error, {}, {true, 3, 30s}, {}},
        retry_case{"ReadServerErrorWithAWish", errc::server_error, 3s, {true, 1, 30s}, 3s},
        retry_case{"ReadLostConnection", errc::connection, {}, {true, 1, 30s}, 200ms},
        retry_case{"WriteServerError", errc::server_error, 1s, {false, 1, 30s}, {}},
        retry_case{"WriteLostConnection", errc::connection, {}, {false, 1, 30s}, {}},
        retry_case{"ReadNotFound", errc::not_found, {}, {true, 1, 30s}, {}},
        retry_case{"WriteConflict", errc::conflict, {}, {false, 1, 30s}, {}},
        retry_case{"TimeIsUp", errc::connection, {}, {true, 1, 0s}, {}}),
    [](const auto& test) { return test.param.name; });

TEST(RetryJitter, IsNeverEarlierThanTheWishAndAtMostAQuarterLater) {
  for (const double dice : {0.0, 0.5, 0.999}) {
    const auto wait =
        retry_after({.code = errc::throttled, .retry_after = 4s}, {false, 1, 30s}, dice);
    ASSERT_TRUE(wait);
    EXPECT_GE(*wait, 4s);
    EXPECT_LE(*wait, 5s);
  }
}

TEST(RequestWindow, HalvesWhenThrottledAndGrowsBackSlowly) {
  request_window window;
  const int full = window.size();
  window.throttled();
  EXPECT_EQ(window.size(), full / 2);
  window.succeeded();
  EXPECT_EQ(window.size(), full / 2 + 1);
  for (int i = 0; i < 20; ++i) {
    window.throttled();
  }
  EXPECT_EQ(window.size(), request_window::least);
  for (int i = 0; i < 200; ++i) {
    window.succeeded();
  }
  EXPECT_EQ(window.size(), full);
}

}  // namespace
}  // namespace k8s
