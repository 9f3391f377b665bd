#include "app/wiring.hpp"

#include <set>

#include <gtest/gtest.h>

namespace app {
namespace {

using namespace std::chrono_literals;

surroundings without_variables() {
  return {[](const std::string&) { return std::nullopt; },
          [](const std::string&) { return std::nullopt; }};
}

TEST(Wiring, ActorsGetTheFlagsAndEveryKind) {
  options given;
  given.renewal_interval = 90s;
  given.sync_period = 1500ms;
  given.drift_interval = 1ms;
  const auto got = actor_settings(given, {"a", "b"});
  EXPECT_EQ(got.namespaces, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(got.renewal_interval, 90s);
  EXPECT_EQ(got.sync_period, 2s) << "rounded up, so that it never becomes 0, which means never";
  EXPECT_EQ(got.drift_interval, 1s);
  EXPECT_EQ(got.kinds.size(), teleport::all_kinds().size());
  EXPECT_EQ(got.version, version());
  EXPECT_FALSE(got.own_instance.empty());
}

TEST(Wiring, TheConnectorGetsTheFlags) {
  options given;
  given.auth_server = "teleport.example.com:443";
  given.token = "t";
  given.join_method = "token";
  given.identity_file = "/id";
  given.ca_pins = {"sha256:a"};
  given.insecure = true;
  given.certificate_ttl = 2h;
  actors::metrics stats{{}};
  auto now = 5s;
  actors::lease_fence fence{[&now] { return std::chrono::nanoseconds{now}; }};
  const auto got = connector_settings(given, without_variables(), stats, fence);
  EXPECT_EQ(got.auth_server, "teleport.example.com:443");
  EXPECT_EQ(got.token, "t");
  EXPECT_EQ(got.join_method, "token");
  EXPECT_EQ(got.identity_file, "/id");
  EXPECT_EQ(got.ca_pins, given.ca_pins);
  EXPECT_TRUE(got.insecure);
  EXPECT_EQ(got.certificate_ttl, 2h);
  EXPECT_LE(got.write_time_left(), 0s);
  fence.open_until(7s);
  EXPECT_EQ(got.write_time_left(), 2s);
}

TEST(Wiring, TheKubernetesClientAsksTheFence) {
  actors::metrics stats{{}};
  auto now = 5s;
  actors::lease_fence fence{[&now] { return std::chrono::nanoseconds{now}; }};
  const auto got = client_options(stats, fence);
  EXPECT_LE(got.write_time_left(), 0s);
  fence.open_until(7s);
  EXPECT_EQ(got.write_time_left(), 2s);
  now = 8s;
  EXPECT_LT(got.write_time_left(), 0s) << "nobody closed it, but its time is over";
  fence.open_until(20s);
  fence.close();
  EXPECT_LE(got.write_time_left(), 0s);
}

TEST(Wiring, TheKubernetesTokenIsThePodsUnlessAVariableSaysOtherwise) {
  actors::metrics stats{{}};
  auto now = 5s;
  actors::lease_fence fence{[&now] { return std::chrono::nanoseconds{now}; }};
  auto from = without_variables();
  EXPECT_EQ(connector_settings({}, from, stats, fence).kubernetes_token_path,
            "/var/run/secrets/kubernetes.io/serviceaccount/token");
  from.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "KUBERNETES_TOKEN_PATH") return "/other/token";
    return std::nullopt;
  };
  EXPECT_EQ(connector_settings({}, from, stats, fence).kubernetes_token_path, "/other/token");
}

TEST(Wiring, WhatWasMadeForTheCheckIsUsedFirst) {
  int made = 0;
  const auto next =
      first_then<int>(std::make_unique<int>(-1), [&made] { return std::make_unique<int>(++made); });
  EXPECT_EQ(*next(), -1);
  EXPECT_EQ(*next(), 1);
  EXPECT_EQ(*next(), 2);
}

TEST(Wiring, RandomFractionsAreBelowOneAndDiffer) {
  std::set<double> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto got = random_fraction();
    ASSERT_GE(got, 0);
    ASSERT_LT(got, 1);
    seen.insert(got);
  }
  EXPECT_GT(seen.size(), 900U);
}

}  // namespace
}  // namespace app
