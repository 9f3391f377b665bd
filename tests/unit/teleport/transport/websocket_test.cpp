#include "teleport/net/websocket.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace teleport::net {
namespace {

constexpr websocket_mask zero_mask{0, 0, 0, 0};

/// A frame as a server sends it; `first` holds FIN and opcode.
std::string frame(unsigned first, const std::string& payload) {
  std::string made{static_cast<char>(first)};
  if (payload.size() < 126) {
    made += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xffff) {
    made += static_cast<char>(126);
    made += static_cast<char>(payload.size() >> 8U);
    made += static_cast<char>(payload.size() & 255U);
  } else {
    made += static_cast<char>(127);
    for (unsigned shift = 64; shift != 0;)
      made += static_cast<char>(payload.size() >> (shift -= 8U) & 255U);
  }
  return made + payload;
}

std::string bytes(std::initializer_list<unsigned> all) {
  std::string made;
  for (const auto one : all) made += static_cast<char>(one);
  return made;
}

constexpr unsigned binary = 0x82;
constexpr unsigned binary_begins = 0x02;
constexpr unsigned continues = 0x00;
constexpr unsigned continues_and_ends = 0x80;
constexpr unsigned close = 0x88;
constexpr unsigned ping = 0x89;
constexpr unsigned pong = 0x8a;

class WebSocket : public ::testing::Test {
 protected:
  /// Unframes in pieces of `part` bytes.
  std::string take(std::string in, std::size_t part = 4096) {
    std::string out;
    for (std::size_t at = 0; at < in.size(); at += part) {
      auto piece = in.substr(at, part);
      const auto kept = frames_.unframe(piece);
      out += piece.substr(0, kept);
    }
    return out;
  }

  websocket_framing frames_{[] { return zero_mask; }};
};

TEST_F(WebSocket, SendsMaskedBinaryFrames) {
  websocket_framing masked([] { return websocket_mask{1, 2, 3, 4}; });
  const std::string payload = "abcde";
  EXPECT_EQ(masked.frame(payload),
            bytes({0x82, 0x85, 1, 2, 3, 4, 'a' ^ 1U, 'b' ^ 2U, 'c' ^ 3U, 'd' ^ 4U, 'e' ^ 1U}));
}

TEST_F(WebSocket, WritesLengthsInAsFewBytesAsTheyNeed) {
  const auto head = [&](std::size_t size) {
    return frames_.frame(std::string(size, 'x')).substr(0, frames_.frame({}).size() + 8);
  };
  EXPECT_EQ(head(125).substr(0, 2), bytes({0x82, 0xfd}));
  EXPECT_EQ(head(126).substr(0, 4), bytes({0x82, 0xfe, 0, 126}));
  EXPECT_EQ(head(65535).substr(0, 4), bytes({0x82, 0xfe, 255, 255}));
  EXPECT_EQ(head(65536).substr(0, 10), bytes({0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST_F(WebSocket, TakesFramesHoweverTheyAreCut) {
  const std::string big(70'000, 'b');
  const auto in = frame(binary, "one") + frame(binary, "") + frame(binary, std::string(300, 'a')) +
                  frame(ping, "hello") + frame(binary, big) + frame(pong, "unasked");
  for (const std::size_t part : {1U, 2U, 3U, 7U, 1000U, 100'000U}) {
    EXPECT_TRUE(take(in, part) == "one" + std::string(300, 'a') + big) << part;
    EXPECT_EQ(frames_.failure(), "");
    EXPECT_FALSE(frames_.inside_frame());
    EXPECT_EQ(frames_.reply(), bytes({0x8a, 0x85, 0, 0, 0, 0}) + "hello");
  }
}

TEST_F(WebSocket, JoinsMessagesInPartsWithControlFramesBetween) {
  EXPECT_EQ(take(frame(binary_begins, "a") + frame(ping, "") + frame(continues, "b")), "ab");
  EXPECT_TRUE(frames_.inside_frame());
  EXPECT_EQ(take(frame(continues_and_ends, "c") + frame(binary, "d")), "cd");
  EXPECT_FALSE(frames_.inside_frame());
  EXPECT_EQ(frames_.failure(), "");
}

TEST_F(WebSocket, AnswersOnlyTheLastOfSeveralPings) {
  take(frame(ping, "first") + frame(ping, "teleport"));
  EXPECT_EQ(frames_.reply(), bytes({0x8a, 0x88, 0, 0, 0, 0}) + "teleport");
  EXPECT_EQ(frames_.reply(), "");
}

TEST_F(WebSocket, EndsWithACloseFrame) {
  EXPECT_EQ(take(frame(binary, "last") + frame(close, bytes({3, 232})) + frame(binary, "late")),
            "last");
  EXPECT_TRUE(frames_.ended());
  EXPECT_EQ(frames_.failure(), "");
  EXPECT_EQ(frames_.reply(), bytes({0x88, 0x82, 0, 0, 0, 0, 3, 232}));
  EXPECT_EQ(frames_.farewell(), "") << "it is said once";
}

TEST_F(WebSocket, EndsWithACloseFrameThatSaysNothing) {
  take(frame(close, ""));
  EXPECT_TRUE(frames_.ended());
}

TEST_F(WebSocket, TellsWhyTheServerCloses) {
  take(frame(close, bytes({3, 243}) + "auth is \n gone"));
  EXPECT_EQ(frames_.failure(), "the server ended the WebSocket with code 1011 (auth is ? gone)");
}

TEST_F(WebSocket, SendsNoPongAfterItsFarewell) {
  EXPECT_NE(frames_.farewell(), "");
  take(frame(ping, "x"));
  EXPECT_EQ(frames_.reply(), "");
}

struct fault_row {
  const char* what;
  std::string in;
  const char* why;
};

TEST_F(WebSocket, RefusesWhatServersMayNotSend) {
  const fault_row rows[] = {
      {"rsv1", bytes({0xc2, 0}), "reserved bits"},
      {"rsv3", bytes({0x92, 0}), "reserved bits"},
      {"masked", bytes({0x82, 0x81, 0, 0, 0, 0, 'x'}), "must not mask"},
      {"text", bytes({0x81, 0}), "text"},
      {"opcode 3", bytes({0x83, 0}), "unknown kind"},
      {"opcode 15", bytes({0x8f, 0}), "unknown kind"},
      {"long ping", bytes({0x89, 126, 0, 126}), "too long"},
      {"ping in parts", bytes({0x09, 0}), "in parts"},
      {"close in parts", bytes({0x08, 0}), "in parts"},
      {"continuation of nothing", bytes({0x80, 0}), "of nothing"},
      {"message in a message", frame(binary_begins, "a") + bytes({0x82, 0}), "within another"},
      {"16 bits for 125", bytes({0x82, 126, 0, 125}), "too many bytes"},
      {"64 bits for 65535", bytes({0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255}), "too many bytes"},
      {"2^63", bytes({0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}), "over 2^63"},
      {"2^64-1", bytes({0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255}), "over 2^63"},
  };
  for (const auto& row : rows) {
    for (const std::size_t part : {1U, 100U}) {
      websocket_framing fresh([] { return zero_mask; });
      std::string in = row.in;
      for (std::size_t at = 0; at < in.size(); at += part)
        fresh.unframe(std::span(in).subspan(at, std::min(part, in.size() - at)));
      EXPECT_NE(fresh.failure().find(row.why), std::string::npos)
          << row.what << ": " << fresh.failure();
      std::string more = frame(binary, "more");
      EXPECT_EQ(fresh.unframe(more), 0U) << row.what << ": nothing is taken after a fault";
    }
  }
}

TEST_F(WebSocket, TakesTheLargestLengthWithoutHoldingIt) {
  take(bytes({0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255}));
  EXPECT_EQ(take("some of it"), "some of it");
  EXPECT_EQ(frames_.failure(), "");
  EXPECT_TRUE(frames_.inside_frame());
}

TEST(WebSocketMasks, Differ) {
  EXPECT_NE(random_mask(), random_mask());
}

}  // namespace
}  // namespace teleport::net
