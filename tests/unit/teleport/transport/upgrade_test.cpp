#include "teleport/net/upgrade.hpp"

#include <array>

#include <gtest/gtest.h>
#include <poll.h>

#include "script_server.hpp"
#include "teleport/net/bridge.hpp"
#include "teleport/net/reach.hpp"

namespace teleport::net {
namespace {

/// The example of RFC 6455 §1.3.
constexpr const char* key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr const char* accept_of_key = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

upgrade_request asked(upgrade_kind kind, upgrade_mode mode = upgrade_mode::both) {
  return {{"proxy.example.com", 443}, kind, mode, key};
}

TEST(Upgrade, OffersBothProtocols) {
  EXPECT_EQ(to_http(asked(upgrade_kind::alpn)),
            "GET /webapi/connectionupgrade HTTP/1.1\r\n"
            "Host: proxy.example.com:443\r\n"
            "Connection: Upgrade\r\n"
            "Upgrade: websocket\r\n"
            "Upgrade: alpn\r\n"
            "X-Teleport-Upgrade: alpn\r\n"
            "Sec-WebSocket-Protocol: alpn\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "\r\n");
}

TEST(Upgrade, OffersTheOneThatIsForced) {
  const auto websocket = to_http(asked(upgrade_kind::alpn_ping, upgrade_mode::websocket));
  EXPECT_NE(websocket.find("\r\nUpgrade: websocket\r\n"), std::string::npos);
  EXPECT_NE(websocket.find("\r\nSec-WebSocket-Protocol: alpn-ping\r\n"), std::string::npos);
  EXPECT_EQ(websocket.find("Upgrade: alpn"), std::string::npos);
  const auto legacy = to_http(asked(upgrade_kind::alpn_ping, upgrade_mode::legacy));
  EXPECT_NE(legacy.find("\r\nUpgrade: alpn-ping\r\nX-Teleport-Upgrade: alpn-ping\r\n"),
            std::string::npos);
  EXPECT_EQ(legacy.find("ebsocket"), std::string::npos);
  EXPECT_EQ(legacy.find("Sec-WebSocket"), std::string::npos);
}

struct answer_row {
  std::string head;  ///< behind "HTTP/1.1 "
  upgrade_kind kind;
  upgrade_mode mode;
  upgraded_to as;  ///< when `refusal` is empty
  const char* refusal;
};

TEST(Upgrade, ReadsTheAnswer) {
  constexpr auto plain = upgrade_kind::alpn;
  constexpr auto pinging = upgrade_kind::alpn_ping;
  constexpr auto both = upgrade_mode::both;
  const std::string ok = "101 Switching Protocols\r\n";
  const std::string ws = ok + "Upgrade: WebSocket\r\n";
  const std::string accept = std::string("Sec-WebSocket-Accept: ") + accept_of_key + "\r\n";
  const answer_row rows[] = {
      {ws + "Sec-WebSocket-Protocol: alpn\r\n" + accept, plain, both, upgraded_to::websocket, ""},
      {ws + "Sec-WebSocket-Protocol: alpn-ping\r\n" + accept, pinging, upgrade_mode::websocket,
       upgraded_to::websocket, ""},
      {ok + "Upgrade: alpn\r\n", plain, both, upgraded_to::bytes, ""},
      {ok + "Upgrade: alpn-ping\r\n", pinging, both, upgraded_to::packets, ""},
      // What the server says counts; when the balancer has eaten it, what was asked for.
      {ok + "Upgrade: alpn\r\n", pinging, both, upgraded_to::bytes, ""},
      {ok, plain, upgrade_mode::legacy, upgraded_to::bytes, ""},
      {ok, pinging, upgrade_mode::legacy, upgraded_to::packets, ""},
      // facts/teleport-connection.md §6.3
      {ws + "Sec-WebSocket-Protocol: alpn-ping\r\n" + accept,
       plain,
       both,
       {},
       "WebSocket handshake failed: Sec-WebSocket-Protocol does not match"},
      {ws + accept,
       plain,
       both,
       {},
       "WebSocket handshake failed: Sec-WebSocket-Protocol does not match"},
      {ws + "Sec-WebSocket-Protocol: alpn\r\nSec-WebSocket-Accept: AAAA\r\n",
       plain,
       both,
       {},
       "WebSocket handshake failed: invalid Sec-WebSocket-Accept"},
      {ws + "Sec-WebSocket-Protocol: alpn\r\n",
       plain,
       both,
       {},
       "WebSocket handshake failed: invalid Sec-WebSocket-Accept"},
      {ok + "Upgrade: alpn\r\n", plain, upgrade_mode::websocket, {}, "WebSocket handshake failed"},
      {ws + "Sec-WebSocket-Protocol: alpn\r\n" + accept,
       plain,
       upgrade_mode::legacy,
       {},
       "failed to switch Protocols"},
      {"404 Not Found\r\n", plain, both, {}, "Please upgrade the server and try again."},
      {"400 Bad Request\r\n", plain, both, {}, "failed to switch Protocols 400 Bad Request"},
      {"200 OK\r\n", plain, both, {}, "failed to switch Protocols 200 OK"},
  };
  for (const auto& row : rows) {
    const auto head = parse_http_head("HTTP/1.1 " + row.head + "\r\n");
    ASSERT_TRUE(head) << row.head;
    const auto as = read_answer(asked(row.kind, row.mode), head.value());
    if (std::string(row.refusal).empty()) {
      ASSERT_TRUE(as) << row.head << as.failure().message;
      EXPECT_EQ(as.value(), row.as) << row.head;
    } else {
      ASSERT_FALSE(as) << row.head;
      EXPECT_EQ(as.failure().code, errc::not_implemented);
      EXPECT_NE(as.failure().message.find(row.refusal), std::string::npos) << as.failure().message;
    }
  }
}

class UpgradeOnAWire : public ::testing::Test {
 protected:
  result<upgraded> at(const testing::script_server& server) {
    auto web = reach(server.at(), {}, within_);
    return upgrade(std::move(web.value()), server.at(), upgrade_kind::alpn_ping, upgrade_mode::both,
                   within_);
  }

  stop_switch stop_;
  limits within_{stop_, std::chrono::steady_clock::now() + std::chrono::seconds(20)};
};

TEST_F(UpgradeOnAWire, KeepsWhatComesRightBehindTheAnswer) {
  const testing::script_server server([](int socket) {
    testing::read_until(socket, "\r\n\r\n");
    const std::string head = "HTTP/1.1 101 x\r\nUpgrade: alpn-ping\r\n\r\n";
    testing::send_text(socket, head + std::string("\0\0\0\x05hel", 7));
    testing::send_text(socket, "lo");
    testing::read_until(socket, "never");
  });
  auto made = at(server);
  ASSERT_TRUE(made) << made.failure().message;
  EXPECT_STREQ(to_string(made.value().as), "legacy upgrade");
  auto& stream = *made.value().stream;
  std::string got;
  std::array<char, 64> part{};
  while (got.size() < 5) {
    const auto one = stream.read(part);
    if (one.state == io::done)
      got.append(part.data(), one.bytes);
    else if (wait_for(stream.descriptor(), POLLIN, within_, "test"))
      break;
  }
  EXPECT_EQ(got, "hello");
}

TEST_F(UpgradeOnAWire, SaysWhatAnAnswerThatIsNoneLooksLike) {
  for (const auto& answer : {std::string("\x15\x03\x03\0\x02\x02\x32", 7),
                             std::string("HTTP/1.1 101 x\r\n") + std::string(20'000, 'a'),
                             std::string("HTTP/1.1 101 x\r\nbad field\r\n\r\n")}) {
    const testing::script_server server([&](int socket) {
      testing::read_until(socket, "\r\n\r\n");
      testing::send_text(socket, answer);
      testing::read_until(socket, "never");
    });
    const auto made = at(server);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.failure().code, errc::not_implemented);
    EXPECT_TRUE(made.failure().message.starts_with("connection upgrade at 127.0.0.1:"))
        << made.failure().message;
  }
}

}  // namespace
}  // namespace teleport::net
