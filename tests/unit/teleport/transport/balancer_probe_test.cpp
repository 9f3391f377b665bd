#include "teleport/net/balancer_probe.hpp"

#include <gtest/gtest.h>

#include "script_server.hpp"
#include "tls_server.hpp"

namespace teleport::net {
namespace {

using testing::script_server;

const testing::authority& ca() {
  static const testing::authority made("web");
  return made;
}

class BalancerProbe : public ::testing::Test {
 protected:
  probe_verdict probe(const script_server& server, const trust& verified_by) {
    return probe_for_balancer({"localhost", server.at().port}, {}, verified_by, within_);
  }

  /// A TLS server of the web certificate.
  static script_server::script tls(std::vector<std::string> alpn, bool picks_first = false) {
    testing::tls_server_settings settings{ca().issue({"web", {}, {"localhost"}, {}}),
                                          std::move(alpn)};
    settings.picks_first = picks_first;
    return [settings](int socket) {
      testing::serve_tls(BIO_new_socket(socket, BIO_NOCLOSE), settings,
                         [](SSL* ssl) { testing::read_all(ssl); });
    };
  }

  stop_switch stop_;
  limits within_{stop_, std::chrono::steady_clock::now() + std::chrono::seconds(20)};
  const trust web_ = only_roots{{ca().root()}};
};

// The table of facts/teleport-connection.md §6.3.

TEST_F(BalancerProbe, NeedsNoUpgradeWhereTheProxyItselfAnswers) {
  const script_server server(tls({"h2", "teleport-reversetunnel"}));
  const auto verdict = probe(server, web_);
  EXPECT_FALSE(verdict.upgrade);
  EXPECT_FALSE(verdict.guessed);
}

TEST_F(BalancerProbe, NeedsOneWhereNothingIsNegotiated) {
  const script_server server(tls({}));
  EXPECT_TRUE(probe(server, web_).upgrade);
}

TEST_F(BalancerProbe, NeedsOneAfterTheAlertNoApplicationProtocol) {
  const script_server server(tls({"h2", "http/1.1"}));
  const auto verdict = probe(server, web_);
  EXPECT_TRUE(verdict.upgrade);
  EXPECT_FALSE(verdict.guessed);
}

TEST_F(BalancerProbe, NeedsOneWhereSomethingIsPickedThatWasNotOffered) {
  const script_server server(tls({"h2"}, true));
  const auto verdict = probe(server, web_);
  EXPECT_TRUE(verdict.upgrade) << verdict.why;
}

TEST_F(BalancerProbe, GuessesThatThereIsNoneWhenItFails) {
  const script_server untrusted(tls({}));
  auto verdict = probe(untrusted, only_roots{{testing::authority("other").root()}});
  EXPECT_FALSE(verdict.upgrade);
  EXPECT_TRUE(verdict.guessed);
  EXPECT_NE(verdict.why.find("certificate is not accepted"), std::string::npos) << verdict.why;
  const script_server silent([](int socket) { testing::send_text(socket, "SSH-2.0-x\r\n"); });
  verdict = probe(silent, web_);
  EXPECT_FALSE(verdict.upgrade);
  EXPECT_NE(verdict.why.find("is this a TLS port?"), std::string::npos) << verdict.why;
}

TEST(ProbeMemory, KeepsWhatIsKnownUntilItIsForgotten) {
  probe_memory memory;
  const address one{"a", 443};
  EXPECT_FALSE(memory.recall(one));
  memory.keep(one, {true, "x", false});
  EXPECT_TRUE(memory.recall(one)->upgrade);
  EXPECT_FALSE(memory.recall({"a", 3080}));
  memory.forget(one);
  EXPECT_FALSE(memory.recall(one));
  memory.keep(one, {false, "x", true});
  EXPECT_FALSE(memory.recall(one)) << "guesses are not kept";
}

}  // namespace
}  // namespace teleport::net
