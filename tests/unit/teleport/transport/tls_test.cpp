#include "teleport/net/tls.hpp"

#include <array>

#include <gtest/gtest.h>
#include <poll.h>

#include "tls_server.hpp"

namespace teleport::net {
namespace {

using testing::authority;
using testing::tls_server;
using testing::tls_server_settings;

constexpr const char* server_name = "616263.teleport.cluster.local";

const authority& ca() {
  static const authority made("abc");
  return made;
}

tls_server_settings serving(std::vector<std::string> alpn = {"h2"}) {
  return {ca().issue({"auth", {}, {"*.teleport.cluster.local", "teleport.cluster.local"}, {}}),
          std::move(alpn), std::nullopt};
}

tls_settings expecting(std::vector<std::string> alpn = {"h2"}) {
  return {server_name, std::move(alpn), only_roots{{ca().root()}}, std::nullopt};
}

client_certificate bot() {
  const auto one = ca().issue({"bot-operator", {"operator"}, {}, {}});
  return {one.leaf, one.key};
}

class Tls : public ::testing::Test {
 protected:
  result<std::unique_ptr<tls_stream>> shake(tls_server& with, const tls_settings& settings) {
    return start_tls(with.client_end(), settings, within_);
  }

  /// Reads until something other than waiting comes.
  io_result read_some(tls_stream& from, std::span<char> into) {
    for (;;) {
      const auto got = from.read(into);
      if (got.state != io::want_read) return got;
      if (wait_for(from.descriptor(), POLLIN, within_, "test")) return {io::failed};
    }
  }

  stop_switch stop_;
  limits within_{stop_, std::chrono::steady_clock::now() + std::chrono::seconds(20)};
};

TEST_F(Tls, OffersProtocolsInExactlyTheGivenOrder) {
  tls_server server(serving());
  const auto session =
      shake(server, expecting({"teleport-auth@616263.teleport.cluster.local", "h2"}));
  ASSERT_TRUE(session) << session.failure().message;
  EXPECT_EQ(session.value()->negotiated(), "h2");
  const auto seen = server.finish();
  EXPECT_EQ(seen.offered_alpn, "teleport-auth@616263.teleport.cluster.local,h2");
  EXPECT_EQ(seen.sni, server_name);
  EXPECT_TRUE(seen.client.empty());
}

TEST_F(Tls, SendsItsLeafAlone) {
  auto settings = serving();
  settings.client_ca = ca().root();
  tls_server server(std::move(settings));
  auto client = expecting();
  client.identity = bot();
  const auto session = shake(server, client);
  ASSERT_TRUE(session) << session.failure().message;
  const auto seen = server.finish();
  EXPECT_EQ(seen.client, "bot-operator");
  EXPECT_EQ(seen.client_chain, 1U);
}

TEST_F(Tls, TellsTheAlertOfAServerThatRefusesItsCertificate) {
  auto settings = serving();
  settings.client_ca = authority("other").root();
  tls_server server(std::move(settings));
  auto client = expecting();
  client.identity = bot();
  auto session = shake(server, client);
  // TLS 1.3: our side is done before the server has looked.
  ASSERT_TRUE(session) << session.failure().message;
  std::array<char, 16> buffer{};
  EXPECT_EQ(read_some(*session.value(), buffer).state, io::failed);
  EXPECT_EQ(session.value()->failure(), "TLS alert: unknown ca");
}

TEST_F(Tls, RefusesACertificateOfAnotherCa) {
  tls_server server(serving());
  auto client = expecting();
  client.verified_by = only_roots{{authority("abc").root()}};
  const auto session = shake(server, client);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.failure().code, errc::config);
  EXPECT_NE(session.failure().message.find("the server's certificate is not accepted"),
            std::string::npos);
}

TEST_F(Tls, RefusesACertificateOfAnotherName) {
  tls_server server(serving());
  auto client = expecting();
  client.server_name = "proxy.example.com";
  const auto session = shake(server, client);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.failure().code, errc::config);
  EXPECT_NE(session.failure().message.find("ostname mismatch"), std::string::npos);
}

TEST_F(Tls, ShowsTheCertificateOfAServerThatNobodyChecked) {
  tls_server server(serving());
  auto client = expecting();
  client.verified_by = no_verification{};
  const auto session = shake(server, client);
  ASSERT_TRUE(session) << session.failure().message;
  const auto shown = session.value()->presented();
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown.front().user(), "auth");
  EXPECT_EQ(shown.front().cluster(), "abc");
}

TEST_F(Tls, BelievesAnybodyWhenToldTo) {
  tls_server server(serving());
  auto client = expecting();
  client.server_name = "127.0.0.1";
  client.verified_by = no_verification{};
  const auto session = shake(server, client);
  ASSERT_TRUE(session) << session.failure().message;
  EXPECT_EQ(server.finish().sni, "") << "an IP is no server name";
}

TEST_F(Tls, NamesTheAlertWhenThereIsNoCommonProtocol) {
  tls_server server(serving({"http/1.1"}));
  const auto session = shake(server, expecting());
  ASSERT_FALSE(session);
  EXPECT_EQ(session.failure().code, errc::connection);
  EXPECT_NE(session.failure().message.find("TLS alert: no application protocol"),
            std::string::npos);
}

TEST_F(Tls, RefusesVersionsBefore12) {
  auto settings = serving();
  settings.max_version = TLS1_1_VERSION;
  tls_server server(std::move(settings));
  EXPECT_FALSE(shake(server, expecting()));
}

TEST_F(Tls, CarriesBytesBothWaysAndSaysItsEnd) {
  tls_server server(serving(), [](SSL* ssl) { testing::write_all(ssl, testing::read_all(ssl)); });
  auto session = shake(server, expecting());
  ASSERT_TRUE(session);
  auto& stream = *session.value();
  const std::string sent = "hello";
  ASSERT_EQ(stream.write(sent).bytes, sent.size());
  ASSERT_EQ(stream.finish_writing(), io::done);
  std::array<char, 64> buffer{};
  const auto got = read_some(stream, buffer);
  EXPECT_EQ(std::string(buffer.data(), got.bytes), sent);
  EXPECT_EQ(read_some(stream, buffer).state, io::end);
}

TEST_F(Tls, GivesUpAtOnceWhenStopped) {
  tls_server server(serving());
  stop_.trip();
  const auto session = shake(server, expecting());
  ASSERT_FALSE(session);
  EXPECT_EQ(session.failure().code, errc::cancelled);
}

}  // namespace
}  // namespace teleport::net
