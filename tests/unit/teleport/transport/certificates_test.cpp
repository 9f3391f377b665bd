#include "teleport/join/certificates.hpp"

#include <gtest/gtest.h>

#include "authority.hpp"
#include "generic_server.hpp"
#include "teleport/proto/certs.pb.h"
#include "teleport/proto/role.pb.h"

namespace teleport::join {
namespace {

using namespace std::chrono_literals;
using testing::authority;
using testing::generic_server;
using testing::scripted;

constexpr const char* cas = "/proto.AuthService/GetClusterCACert";
constexpr const char* certify = "/proto.AuthService/GenerateUserCerts";
constexpr const char* read_role = "/proto.AuthService/GetRole";

const authority& ca() {
  static const authority made("abc");
  return made;
}

identity bot() {
  const auto one = ca().issue({"bot-operator", {}, {}, {{"1.3.9999.1.13", "true"}}});
  return make_identity(one.key, one.leaf, {ca().root()}, std::chrono::system_clock::now()).value();
}

scripted refusal(const std::string& text) {
  return scripted::failing(grpc::StatusCode::PERMISSION_DENIED, text);
}

/// A channel as a bot to a server that answers as scripted.
class Certificates : public ::testing::Test {
 protected:
  Certificates() {
    proto::GetClusterCACertResponse roots;
    roots.set_tlsca(ca().root().pem());
    server_.on(cas, {scripted::with(roots)});
    types::RoleV6 role;
    role.mutable_spec()->mutable_allow()->mutable_impersonate()->add_roles("operator");
    server_.on(read_role, {scripted::with(role)});
  }

  bot_channel calls(const std::string& server_version = "18.8.2") {
    return {*channel_, bot_, "18.8.2", server_version, "balanced-v1", 1h, 20s};
  }
  net::limits within() { return {stop_, std::chrono::steady_clock::now() + 20s}; }

  /// Is the certificate used up by a renewal that is answered like this?
  bool spends(const scripted& answer) {
    server_.on(certify, {answer});
    bool spent = false;
    renewed_identity(calls(), within(), spent);
    return spent;
  }

  /// What was asked for in the n-th of these calls.
  proto::UserCertsRequest asked(int n = 0) {
    const auto paths = server_.calls();
    proto::UserCertsRequest request;
    for (std::size_t i = 0; i < paths.size(); ++i)
      if (paths[i] == certify && n-- == 0) request.ParseFromString(server_.request(i));
    return request;
  }

  net::stop_switch stop_;
  identity bot_ = bot();
  generic_server server_;
  std::unique_ptr<net::channel> channel_ = server_.channel();
};

/// The answer may have been yes; a second renewal would then be one with an old generation.
TEST_F(Certificates, AreSpentByARenewalWhoseAnswerIsLost) {
  EXPECT_TRUE(spends(scripted::failing(grpc::StatusCode::UNAVAILABLE)));
  EXPECT_TRUE(spends(scripted::failing(grpc::StatusCode::DEADLINE_EXCEEDED)));
  EXPECT_TRUE(spends(scripted::failing(grpc::StatusCode::INTERNAL)));
  EXPECT_TRUE(spends(scripted::failing(grpc::StatusCode::UNKNOWN)));
  EXPECT_TRUE(spends(scripted::failing(grpc::StatusCode::CANCELLED)));
}

TEST_F(Certificates, AreSpentByAnAnswerThatCanNotBeUsed) {
  proto::Certs garbled;
  garbled.set_tls("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  EXPECT_TRUE(spends(scripted::with(garbled)));
}

TEST_F(Certificates, AreSpentByAMismatchSoThatALockIsNotMadeTwice) {
  EXPECT_TRUE(spends(
      refusal("renewable cert generation mismatch for bot operator/1: stored=3, presented=2")));
}

TEST_F(Certificates, AreNotSpentByAClearRefusal) {
  EXPECT_FALSE(spends(refusal("lock targeting User:\"bot-operator\" is in force: away")));
  EXPECT_FALSE(spends(refusal("access denied")));
  EXPECT_FALSE(spends(scripted::failing(grpc::StatusCode::FAILED_PRECONDITION,
                                        "Database comparison failed, try the request again")));
  EXPECT_FALSE(spends(scripted::failing(grpc::StatusCode::RESOURCE_EXHAUSTED)));
}

TEST_F(Certificates, AreNotSpentBeforeTheRenewalIsAskedFor) {
  server_.on(cas, {scripted::failing(grpc::StatusCode::UNAVAILABLE)});
  EXPECT_FALSE(spends(scripted::failing(grpc::StatusCode::UNAVAILABLE)));
  EXPECT_EQ(server_.calls(), std::vector<std::string>{cas});
}

TEST_F(Certificates, OfTheBotAreAskedForWithoutRoles) {
  spends(refusal("no"));
  EXPECT_EQ(asked().username(), "bot-operator");
  EXPECT_FALSE(asked().userolerequests());
  EXPECT_EQ(asked().rolerequests_size(), 0);
}

TEST_F(Certificates, OfTheOperatorAreOfTheRolesThatTheBotImpersonates) {
  server_.on(certify, {refusal("no")});
  EXPECT_FALSE(output_identity(calls(), within()));
  EXPECT_TRUE(asked().userolerequests());
  ASSERT_EQ(asked().rolerequests_size(), 1);
  EXPECT_EQ(asked().rolerequests(0), "operator");
  EXPECT_EQ(asked().routetocluster(), "abc");
}

/// facts/teleport-connection.md §5.2
TEST_F(Certificates, AreAskedForInTheFieldsThatTheVersionKnows) {
  server_.on(certify, {refusal("no")});
  output_identity(calls("16.5.0"), within());
  EXPECT_TRUE(asked().publickey().starts_with("ssh-rsa "));
  EXPECT_TRUE(asked().sshpublickey().empty());
  EXPECT_TRUE(asked().tlspublickey().empty());
  output_identity(calls("17.0.0"), within());
  EXPECT_TRUE(asked(1).publickey().empty());
  EXPECT_TRUE(asked(1).sshpublickey().starts_with("ecdsa-sha2-nistp256 "));
  EXPECT_TRUE(asked(1).tlspublickey().starts_with("-----BEGIN PUBLIC KEY-----"));
}

TEST_F(Certificates, AreAskedForInTheOlderFieldWhenTheServerFindsNoKey) {
  server_.on(certify, {scripted::failing(grpc::StatusCode::INVALID_ARGUMENT, "ssh: no key found"),
                       refusal("no")});
  EXPECT_EQ(output_identity(calls(""), within()).failure().code, errc::access_denied);
  EXPECT_TRUE(asked(0).publickey().empty());
  EXPECT_TRUE(asked(1).publickey().starts_with("ssh-rsa "));
  EXPECT_TRUE(asked(1).sshpublickey().empty());
}

}  // namespace
}  // namespace teleport::join
