#include "teleport/join/doors.hpp"

#include <mutex>

#include <gtest/gtest.h>

#include "script_server.hpp"
#include "tests/unit/support/temp_folder.hpp"
#include "tls_server.hpp"

namespace teleport::join {
namespace {

using testing::authority;
using testing::leaf_spec;
using testing::tls_server_settings;

const authority& web_ca() {
  static const authority made("web");
  return made;
}

const authority& host_ca() {
  static const authority made("abc");
  return made;
}

leaf_spec host_certificate() {
  return {"proxy", {}, {"*.teleport.cluster.local", "teleport.cluster.local"}, {}};
}

/// A load balancer that ends TLS, and the proxy behind it: web calls are answered, and an upgrade
/// leads to the proxy's own TLS.
class balancer {
 public:
  explicit balancer(const leaf_spec& inner, std::string upgrade = "101 x\r\nUpgrade: alpn\r\n",
                    std::string find = R"({"proxy":{"tls_routing_enabled":true}})")
      : outer_{web_ca().issue({"web", {}, {"localhost"}, {}}), {}},
        inner_{host_ca().issue(inner), {"h2"}},
        upgrade_(std::move(upgrade)),
        find_(std::move(find)),
        server_([this](int socket) {
          serve_tls(BIO_new_socket(socket, BIO_NOCLOSE), outer_, [this](SSL* web) { serve(web); });
        }) {}

  surroundings around() const {
    surroundings made;
    made.server = {"localhost", server_.at().port};
    made.web.file = {};
    made.web.directory = {};
    return made;
  }

  /// What the proxy's own TLS has seen.
  testing::tls_seen seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve(SSL* web) {
    std::string head;
    char one = 0;
    while (!head.ends_with("\r\n\r\n") && SSL_read(web, &one, 1) == 1) head += one;
    const auto line = head.substr(0, head.find("\r\n"));
    if (line.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(line);
    }
    if (line.starts_with("GET /webapi/find "))
      return testing::write_all(web, "HTTP/1.1 200 OK\r\nContent-Length: " +
                                         std::to_string(find_.size()) + "\r\n\r\n" + find_);
    testing::write_all(web, "HTTP/1.1 " + upgrade_ + "\r\n");
    if (!upgrade_.starts_with("101")) return;
    BIO* carried = BIO_new(BIO_f_ssl());
    BIO_set_ssl(carried, web, BIO_NOCLOSE);
    auto seen = serve_tls(carried, inner_, [](SSL* ssl) { testing::read_all(ssl); });
    const std::lock_guard lock(mutex_);
    seen_ = std::move(seen);
  }

  const tls_server_settings outer_;
  const tls_server_settings inner_;
  const std::string upgrade_;
  const std::string find_;
  mutable std::mutex mutex_;
  testing::tls_seen seen_;
  std::vector<std::string> requests_;
  testing::script_server server_;
};

class Doors : public ::testing::Test {
 protected:
  static identity bot() {
    const auto one = host_ca().issue({"bot-operator", {"operator"}, {}, {}});
    return make_identity(one.key, one.leaf, {host_ca().root()}, std::chrono::system_clock::now())
        .value();
  }

  /// Trusts the web certificate by a file, as SSL_CERT_FILE would.
  surroundings trusting(const balancer& one) {
    auto made = one.around();
    made.web.file = folder_.write("web.pem", web_ca().root().pem());
    return made;
  }

  test::temp_folder folder_;
  net::stop_switch stop_;
  net::limits within_{stop_, std::chrono::steady_clock::now() + std::chrono::seconds(20)};
};

TEST_F(Doors, JoinBehindABalancerThatTheProbeHasFound) {
  const balancer server(host_certificate());
  auto channel = open_proxy_to_join(trusting(server), within_);
  ASSERT_TRUE(channel) << channel.failure().message;
  EXPECT_EQ(channel.value()->route(), "through proxy (TLS routing, legacy upgrade)");
  channel.value().reset();
  EXPECT_EQ(server.requests(), std::vector<std::string>{"GET /webapi/connectionupgrade HTTP/1.1"});
}

TEST_F(Doors, EnterBehindABalancerAsTheIdentityWithinTheUpgradedConnection) {
  const balancer server(host_certificate());
  const auto to = trusting(server);
  for (int i = 0; i < 2; ++i) {
    auto channel = open_as(bot(), way::proxy, to, within_);
    ASSERT_TRUE(channel) << channel.failure().message;
  }
  EXPECT_TRUE(to.probes->recall(to.server)) << "the second one needed no probe";
}

TEST_F(Doors, JoiningBelievesOnlyAProxyOfTeleport) {
  auto expired = host_certificate();
  expired.begins = std::chrono::seconds(-3600);
  expired.ends = std::chrono::seconds(-60);
  for (const auto& inner : {leaf_spec{"proxy", {}, {"proxy.example.com"}, {}}, expired,
                            leaf_spec{"teleport.cluster.local", {}, {}, {}}}) {
    const balancer server(inner);
    const auto channel = open_proxy_to_join(trusting(server), within_);
    ASSERT_FALSE(channel);
    EXPECT_EQ(channel.failure().code, errc::config);
    EXPECT_NE(channel.failure().message.find(
                  "the server is not a Teleport proxy or server certificate is expired"),
              std::string::npos)
        << channel.failure().message;
  }
}

TEST_F(Doors, BehindABalancerItsOwnCertificateIsVerified) {
  const balancer server(host_certificate());
  auto to = server.around();
  to.upgrades = net::upgrade_settings::parse("1", "").value();
  to.web.file = folder_.write("other.pem", authority("other").root().pem());
  const auto channel = open_proxy_to_join(to, within_);
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.failure().code, errc::config);
  EXPECT_NE(channel.failure().message.find("certificate is not accepted"), std::string::npos);
}

TEST_F(Doors, AnIdentityBelievesOnlyItsOwnClusterWithinTheUpgradedConnection) {
  const balancer server(host_certificate());
  auto who = bot();
  who.roots = {authority("abc").root()};
  const auto channel = open_as(who, way::proxy, trusting(server), within_);
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.failure().code, errc::config);
}

TEST_F(Doors, SayWhenTheProxyKnowsNoUpgrade) {
  const balancer server(host_certificate(), "404 Not Found\r\nContent-Length: 0\r\n");
  const auto to = trusting(server);
  const auto channel = open_as(bot(), way::proxy, to, within_);
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.failure().code, errc::not_implemented);
  EXPECT_NE(channel.failure().message.find("Please upgrade the server and try again."),
            std::string::npos);
  EXPECT_FALSE(to.probes->recall(to.server)) << "the network is probed anew after a failure";
}

TEST_F(Doors, SayWhenTheClusterHasNoTlsRouting) {
  const balancer server(host_certificate(), "404 Not Found\r\nContent-Length: 0\r\n",
                        R"({"proxy":{"tls_routing_enabled":false}})");
  const auto to = trusting(server);
  const auto channel = open_as(bot(), way::proxy, to, within_);
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.failure().message, no_tls_routing(to).message);
  EXPECT_TRUE(channel.failure().message.starts_with("the cluster has no TLS routing"));
}

TEST_F(Doors, TheEnvironmentDecidesWithoutAProbe) {
  const balancer server(host_certificate());
  auto to = trusting(server);
  to.upgrades = net::upgrade_settings::parse("0", "").value();
  const auto channel = open_as(bot(), way::proxy, to, within_);
  ASSERT_FALSE(channel) << "the balancer ends TLS";
  EXPECT_EQ(server.requests(), std::vector<std::string>{"GET /webapi/find HTTP/1.1"});
}

}  // namespace
}  // namespace teleport::join
