#include "teleport/authority_news.hpp"

#include <gtest/gtest.h>

namespace teleport {
namespace {

constexpr const char* ours = "abc";

proto::Event written(const std::string& type, const std::string& phase,
                     const std::string& cluster = ours) {
  proto::Event event;
  event.set_type(proto::PUT);
  auto& ca = *event.mutable_certauthority();
  ca.set_subkind(type);
  ca.mutable_spec()->set_type(type);
  ca.mutable_spec()->set_clustername(cluster);
  ca.mutable_spec()->mutable_rotation()->set_phase(phase);
  return event;
}

std::string news_of(const proto::Event& event) {
  return moved_authority(event, ours).value_or("nothing");
}

TEST(AuthorityNews, AreOfThePhasesInWhichClientsRenew) {
  EXPECT_EQ(news_of(written("host", "update_clients")), "host, phase update_clients");
  EXPECT_EQ(news_of(written("user", "rollback")), "user, phase rollback");
  EXPECT_EQ(news_of(written("db", "standby")), "db, phase standby");
  for (const auto* phase : {"", "init", "update_servers", "a phase of tomorrow"})
    EXPECT_EQ(news_of(written("host", phase)), "nothing") << phase;
}

TEST(AuthorityNews, AreOfOurClusterAndOfCasThatConcernUs) {
  EXPECT_EQ(news_of(written("host", "standby", "a leaf cluster")), "nothing");
  EXPECT_EQ(news_of(written("jwt", "standby")), "nothing");
}

TEST(AuthorityNews, TakeTheTypeFromTheSubkindWhereTheSpecHasNone) {
  auto event = written("user", "standby");
  event.mutable_certauthority()->mutable_spec()->clear_type();
  EXPECT_EQ(news_of(event), "user, phase standby");
}

TEST(AuthorityNews, AreNotDeletionsNorOtherResources) {
  auto event = written("host", "standby");
  event.set_type(proto::DELETE);
  EXPECT_EQ(news_of(event), "nothing");
  EXPECT_EQ(news_of({}), "nothing");
}

TEST(AuthorityNews, AreAskedForByClusterName) {
  const auto watch = authority_watch(ours);
  ASSERT_EQ(watch.kinds_size(), 1);
  EXPECT_EQ(watch.kinds(0).kind(), "cert_authority");
  const auto& filter = watch.kinds(0).filter();
  EXPECT_EQ(filter.size(), 3U);
  for (const auto* type : {"host", "user", "db"}) EXPECT_EQ(filter.at(type), ours) << type;
}

}  // namespace
}  // namespace teleport
