/// Apps, databases, locks, servers and trusted clusters, where they differ from all other kinds.

#include <gmock/gmock.h>

#include "../codec/support.hpp"
#include "teleport/proto/app.pb.h"
#include "teleport/proto/database.pb.h"
#include "teleport/proto/lock.pb.h"
#include "teleport/proto/server.pb.h"
#include "teleport/proto/trusted_cluster.pb.h"

namespace teleport::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ServerRows, AreToldApartByTheirSubkind) {
  const char* cases[][2] = {{"TeleportOpenSSHServerV2", "openssh"},
                            {"TeleportOpenSSHEICEServerV2", "openssh-ec2-ice"}};
  for (const auto& [cr_kind, subkind] : cases) {
    const auto server = decoded(cr_kind, R"({"addr": "10.0.0.1:22", "hostname": "web-1"})");
    EXPECT_EQ(server.subkind(), subkind);
    EXPECT_EQ(as<types::ServerV2>(server).kind(), "node");
    EXPECT_EQ(server.version(), "v2");
  }
}

TEST(ServerRows, SendTeleportsOneNamespace) {
  const auto server = decoded("TeleportOpenSSHServerV2", "{}");
  EXPECT_EQ(as<types::ServerV2>(server).metadata().namespace_(), "default");
}

TEST(LockRows, KeepWhenTheLockWasMadeAndByWhom) {
  const auto stored = decoded("TeleportLockV2", R"({"target": {"user": "eve"},
      "created_at": "2024-01-01T00:00:00Z", "created_by": "admin"})");
  auto desired = decoded("TeleportLockV2", R"({"target": {"user": "eve"},
      "created_at": "2030-01-01T00:00:00Z", "created_by": "someone"})");
  EXPECT_THAT(differences(desired, stored), IsEmpty());
  carry_over(desired, stored);
  EXPECT_EQ(as<types::LockV2>(desired).spec().createdby(), "admin");
  EXPECT_EQ(as<types::LockV2>(desired).spec().createdat().seconds(), 1704067200);
}

TEST(LockRows, SendThemForANewLock) {
  const auto lock = decoded("TeleportLockV2", R"({"target": {"role": "dev"},
      "created_at": "2024-01-01T00:00:00Z", "created_by": "admin",
      "expires": "2024-01-02T00:00:00Z"})");
  const auto& spec = as<types::LockV2>(lock).spec();
  EXPECT_EQ(spec.createdby(), "admin");
  EXPECT_EQ(spec.createdat().seconds(), 1704067200);
  EXPECT_EQ(spec.expires().seconds(), 1704153600);
}

/// A guessable token could be found in a hash that the CR's status shows.
TEST(TrustedClusterRows, KeepTheTokenOutOfWhatIsCompared) {
  const auto with = [](const std::string& token) {
    return decoded("TeleportTrustedClusterV2",
                   R"({"enabled": true, "web_proxy_addr": "root:443", "token": ")" + token + "\"}");
  };
  EXPECT_EQ(stored_hash(with("a")), stored_hash(with("b")));
  EXPECT_THAT(differences(with("a"), with("b")), IsEmpty());
  EXPECT_TRUE(has_write_only(with("a")));
}

struct tls_mode {
  const char* text;
  types::DatabaseTLSMode mode;
};

TEST(DatabaseRows, TakeTlsModesAsTeleportWritesThem) {
  const tls_mode cases[] = {{R"("verify-full")", types::VERIFY_FULL},
                            {R"("")", types::VERIFY_FULL},
                            {R"("verify-ca")", types::VERIFY_CA},
                            {R"("insecure")", types::INSECURE},
                            {"1", types::VERIFY_CA}};
  for (const auto& one : cases) {
    const auto database =
        decoded("TeleportDatabaseV3", std::string(R"({"protocol": "postgres", "uri": "db:5432",)") +
                                          R"("tls": {"mode": )" + one.text + "}}");
    EXPECT_EQ(as<types::DatabaseV3>(database).spec().tls().mode(), one.mode) << one.text;
  }
  EXPECT_THAT(refusal("TeleportDatabaseV3", R"({"tls": {"mode": "perhaps"}})"),
              HasSubstr("spec.tls.mode"));
}

TEST(DatabaseRows, ServersFillInWhatTheAddressTells) {
  const auto desired =
      decoded("TeleportDatabaseV3", R"({"protocol": "postgres", "uri": "db:5432"})");
  const auto stored = decoded("TeleportDatabaseV3", R"({"protocol": "postgres", "uri": "db:5432",
      "aws": {"region": "eu-central-1", "rds": {"instance_id": "db"}}})");
  EXPECT_THAT(differences(desired, stored), IsEmpty());
}

TEST(AppRows, TakeLabelsThatACommandPrints) {
  const auto app = decoded("TeleportAppV3", R"({"uri": "http://localhost",
      "dynamic_labels": {"load": {"period": "1m30s", "command": ["uptime", "-p"]}},
      "UserGroups": ["okta-1"], "tcp_ports": [{"port": 80, "end_port": 90}]})");
  const auto& spec = as<types::AppV3>(app).spec();
  EXPECT_EQ(spec.dynamiclabels().at("load").period(), 90'000'000'000);
  EXPECT_THAT(spec.dynamiclabels().at("load").command(), ElementsAre("uptime", "-p"));
  EXPECT_THAT(spec.usergroups(), ElementsAre("okta-1"));
  EXPECT_EQ(spec.tcpports(0).endport(), 90U);
}

}  // namespace
}  // namespace teleport::test
