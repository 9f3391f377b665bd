#include "k8s/lease.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace k8s {
namespace {

constexpr const char* stored = R"({
  "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
  "metadata": {"name": "id", "namespace": "ns", "uid": "u1", "resourceVersion": "7",
               "labels": {"team": "a"}, "ownerReferences": [{"name": "somebody"}]},
  "spec": {"holderIdentity": "other_1", "leaseDurationSeconds": 15,
           "acquireTime": "2026-01-02T03:04:05.000006Z",
           "renewTime": "2026-01-02T03:05:05.000006Z",
           "leaseTransitions": 3, "strategy": "OldestEmulationVersion"}})";

TEST(Lease, IsReadAsTheApiServerStoresIt) {
  const auto read = parse_lease(stored, "get lease");
  ASSERT_TRUE(read.ok()) << read.failure().message;
  const auto& one = read.value();
  EXPECT_EQ(one.key, (object_key{"ns", "id"}));
  EXPECT_EQ(one.uid, "u1");
  EXPECT_EQ(one.resource_version, "7");
  EXPECT_EQ(one.holder, "other_1");
  EXPECT_EQ(one.duration, std::chrono::seconds{15});
  EXPECT_EQ(one.acquire_time, "2026-01-02T03:04:05.000006Z");
  EXPECT_EQ(one.renew_time, "2026-01-02T03:05:05.000006Z");
  EXPECT_EQ(one.transitions, 3);
}

TEST(Lease, WithoutASpecIsHeldByNobody) {
  const auto read = parse_lease(R"({"metadata":{"name":"id","namespace":"ns"}})", "get lease");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value().holder, "");
  EXPECT_EQ(read.value().duration.count(), 0);
}

TEST(Lease, IsRefusedWhenItIsNone) {
  for (const auto* text : {"", "[]", "{}", R"({"metadata":3})"}) {
    const auto read = parse_lease(text, "get lease");
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.failure().code, errc::bad_answer);
  }
}

TEST(Lease, AnUpdateKeepsWhatElseIsInIt) {
  auto one = parse_lease(stored, "get lease").value();
  one.holder = "me_2";
  one.transitions = 4;
  const auto body = nlohmann::json::parse(lease_body(one));
  EXPECT_EQ(body["metadata"]["labels"]["team"], "a");
  EXPECT_EQ(body["metadata"]["ownerReferences"][0]["name"], "somebody");
  EXPECT_EQ(body["metadata"]["resourceVersion"], "7");
  EXPECT_EQ(body["spec"]["strategy"], "OldestEmulationVersion");
  EXPECT_EQ(body["spec"]["holderIdentity"], "me_2");
  EXPECT_EQ(body["spec"]["leaseTransitions"], 4);
  EXPECT_EQ(body["spec"]["leaseDurationSeconds"], 15);
  EXPECT_EQ(body["spec"]["acquireTime"], "2026-01-02T03:04:05.000006Z");
}

TEST(Lease, AReleasedOneNamesNobody) {
  auto one = parse_lease(stored, "get lease").value();
  one.holder.clear();
  const auto body = nlohmann::json::parse(lease_body(one));
  EXPECT_EQ(body["spec"]["holderIdentity"], "");
}

TEST(Lease, ANewOneHasNoVersion) {
  lease one{.key = {"ns", "id"}, .holder = "me_1", .duration = std::chrono::seconds{15}};
  const auto body = nlohmann::json::parse(lease_body(one));
  EXPECT_EQ(body["kind"], "Lease");
  EXPECT_EQ(body["metadata"]["name"], "id");
  EXPECT_FALSE(body["metadata"].contains("resourceVersion"));
  EXPECT_FALSE(body["spec"].contains("renewTime"));
}

TEST(Lease, TellsItsHolderInAWatch) {
  object seen;
  seen.spec = R"({"holderIdentity":"other_1"})";
  EXPECT_EQ(holder_in(seen), "other_1");
  seen.spec = R"({"leaseDurationSeconds":1})";
  EXPECT_EQ(holder_in(seen), "");
  seen.spec.clear();
  EXPECT_EQ(holder_in(seen), "");
}

TEST(Lease, TimesHaveMicroseconds) {
  const auto when = std::chrono::system_clock::from_time_t(1'767'323'045);
  EXPECT_EQ(micro_time(when), "2026-01-02T03:04:05.000000Z");
  EXPECT_EQ(micro_time(when + std::chrono::microseconds{42}), "2026-01-02T03:04:05.000042Z");
  EXPECT_EQ(micro_time(when - std::chrono::microseconds{1}), "2026-01-02T03:04:04.999999Z");
}

}  // namespace
}  // namespace k8s
