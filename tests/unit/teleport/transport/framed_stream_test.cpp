#include "teleport/net/framed_stream.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "teleport/net/bridge.hpp"
#include "teleport/net/length_framing.hpp"
#include "teleport/net/socket_stream.hpp"
#include "teleport/net/websocket.hpp"

namespace teleport::net {
namespace {

/// What lies below, played by the test.
struct wire {
  std::deque<std::string> coming;                      ///< a piece for each read
  bool ended = false;                                  ///< after them
  std::string sent;                                    ///< what was written
  std::size_t room = std::numeric_limits<int>::max();  ///< how much more may be
  bool finished = false;
};

class wire_stream final : public byte_stream {
 public:
  explicit wire_stream(wire& on) : on_(on) {}

  io_result read(std::span<char> into) override {
    if (on_.coming.empty()) return {on_.ended ? io::end : io::want_read};
    auto& next = on_.coming.front();
    const auto count = std::min(into.size(), next.size());
    std::copy_n(next.begin(), count, into.begin());
    next.erase(0, count);
    if (next.empty()) on_.coming.pop_front();
    return {io::done, count};
  }
  io_result write(std::span<const char> from) override {
    const auto count = std::min(from.size(), on_.room);
    if (count == 0) return {io::want_write};
    on_.sent.append(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
    on_.room -= count;
    return {io::done, count};
  }
  io finish_writing() override {
    on_.finished = true;
    return io::done;
  }
  int descriptor() const override { return 7; }
  std::string failure() const override { return {}; }

 private:
  wire& on_;
};

std::string read_from(byte_stream& from, io expected) {
  std::array<char, 64> buffer{};
  const auto got = from.read(buffer);
  EXPECT_EQ(got.state, expected);
  return {buffer.data(), got.bytes};
}

std::unique_ptr<framing> websocket() {
  return std::make_unique<websocket_framing>([] { return websocket_mask{0, 0, 0, 0}; });
}

const std::string ping_frame{"\x89\x08teleport"};
const std::string pong_frame = std::string("\x8a\x88\0\0\0\0", 6) + "teleport";

class FramedStream : public ::testing::Test {
 protected:
  wire wire_;
  framed_stream stream_{std::make_unique<wire_stream>(wire_), websocket()};
};

TEST_F(FramedStream, WaitsOnTheDescriptorBelow) {
  EXPECT_EQ(stream_.descriptor(), 7);
}

TEST_F(FramedStream, SkipsFramesWithoutPayload) {
  wire_.coming = {ping_frame, std::string("\x82\0", 2),
                  "\x82\x02"
                  "ab"};
  EXPECT_EQ(read_from(stream_, io::done), "ab");
}

TEST_F(FramedStream, AnswersAPingWhenThereIsNothingToRead) {
  wire_.coming = {ping_frame};
  EXPECT_EQ(read_from(stream_, io::want_read), "");
  EXPECT_EQ(wire_.sent, pong_frame);
}

TEST_F(FramedStream, WaitsForRoomForAPong) {
  wire_.coming = {ping_frame};
  wire_.room = 3;
  EXPECT_EQ(read_from(stream_, io::want_write), "");
  wire_.room = 100;
  EXPECT_EQ(read_from(stream_, io::want_read), "");
  EXPECT_EQ(wire_.sent, pong_frame);
}

TEST_F(FramedStream, ReportsAWriteWhenItsWholeFrameIsOut) {
  const std::string payload = "payload";
  wire_.room = 5;
  EXPECT_EQ(stream_.write(payload).state, io::want_write);
  EXPECT_EQ(stream_.write(payload).state, io::want_write);
  wire_.room = 100;
  const auto put = stream_.write(payload);
  EXPECT_EQ(put.state, io::done);
  EXPECT_EQ(put.bytes, payload.size());
  EXPECT_EQ(wire_.sent, std::string("\x82\x87\0\0\0\0", 6) + payload) << "once";
}

TEST_F(FramedStream, PutsNoPongIntoTheMiddleOfAFrame) {
  const std::string payload = "payload";
  wire_.room = 5;
  EXPECT_EQ(stream_.write(payload).state, io::want_write);
  wire_.coming = {ping_frame};
  EXPECT_EQ(read_from(stream_, io::want_write), "");
  wire_.room = 100;
  EXPECT_EQ(read_from(stream_, io::want_read), "");
  // The read has sent it all; the write is still to be reported.
  EXPECT_EQ(stream_.write(payload).bytes, payload.size());
  EXPECT_EQ(wire_.sent, std::string("\x82\x87\0\0\0\0", 6) + payload + pong_frame);
}

TEST_F(FramedStream, CutsLongWritesIntoFramesOfABoundedSize) {
  const std::string payload(1'000'000, 'x');
  const auto put = stream_.write(payload);
  EXPECT_EQ(put.state, io::done);
  EXPECT_EQ(put.bytes, 32768U);
}

TEST_F(FramedStream, SaysItsEndAndHearsThePeers) {
  EXPECT_EQ(stream_.finish_writing(), io::done);
  EXPECT_EQ(stream_.finish_writing(), io::done);
  EXPECT_EQ(wire_.sent, std::string("\x88\x82\0\0\0\0\x03\xe8", 8)) << "once";
  wire_.coming = {"\x82\x04last", "\x88\x02\x03\xe8"};
  EXPECT_EQ(read_from(stream_, io::done), "last");
  EXPECT_EQ(read_from(stream_, io::end), "");
}

TEST_F(FramedStream, AnswersACloseWithAClose) {
  wire_.coming = {"\x88\x02\x03\xe8"};
  EXPECT_EQ(read_from(stream_, io::end), "");
  EXPECT_EQ(wire_.sent, std::string("\x88\x82\0\0\0\0\x03\xe8", 8));
  EXPECT_EQ(read_from(stream_, io::end), "");
}

TEST_F(FramedStream, TellsACutFromAnEnd) {
  wire_.ended = true;
  EXPECT_EQ(read_from(stream_, io::end), "");
  wire other;
  other.coming = {
      "\x82\x04"
      "ab"};
  other.ended = true;
  framed_stream cut(std::make_unique<wire_stream>(other), websocket());
  EXPECT_EQ(read_from(cut, io::done), "ab");
  EXPECT_EQ(read_from(cut, io::failed), "");
  EXPECT_EQ(cut.failure(), "the server closed the connection within a frame");
}

TEST_F(FramedStream, FailsForGoodWhenAFrameCanNotBeRead) {
  wire_.coming = {
      "\x82\x02"
      "ok"
      "\xc2\x01",
      "\x82\x02"
      "no"};
  EXPECT_EQ(read_from(stream_, io::done), "ok");
  EXPECT_EQ(read_from(stream_, io::failed), "");
  EXPECT_EQ(read_from(stream_, io::failed), "");
  EXPECT_EQ(stream_.failure(), "a WebSocket frame can't be read: reserved bits are set");
  EXPECT_EQ(stream_.write(ping_frame).state, io::failed);
}

TEST_F(FramedStream, EndsAFloodOfFramesWithNothingInThem) {
  for (int i = 0; i < 20'000; ++i) {
    std::string pings;
    for (int k = 0; k < 32; ++k) pings += std::string("\x89\0", 2);
    wire_.coming.push_back(pings);
  }
  wire_.room = 0;
  EXPECT_EQ(read_from(stream_, io::failed), "");
  EXPECT_EQ(stream_.failure(), "the server sends frames with nothing in them");
}

TEST(LengthFraming, CountsItsPacketsAndSkipsEmptyOnes) {
  wire on;
  framed_stream stream(std::make_unique<wire_stream>(on), std::make_unique<length_framing>());
  const std::string payload(300, 'p');
  EXPECT_EQ(stream.write(payload).bytes, 300U);
  EXPECT_EQ(on.sent, std::string("\0\0\x01\x2c", 4) + payload);
  on.coming = {std::string("\0\0\0\0\0\0", 6),
               std::string("\0\x03"
                           "a",
                           3),
               "bc",
               std::string("\0\0\0\x01"
                           "d\0\0",
                           7)};
  std::string got;
  for (int i = 0; i < 3; ++i) got += read_from(stream, io::done);
  EXPECT_EQ(got, "abcd");
  on.ended = true;
  EXPECT_EQ(read_from(stream, io::failed), "") << "two bytes of a length are there";
}

TEST(LengthFraming, HasNoWordForItsEndButThatOfTheStreamBelow) {
  wire on;
  framed_stream stream(std::make_unique<wire_stream>(on), std::make_unique<length_framing>());
  EXPECT_EQ(stream.finish_writing(), io::done);
  EXPECT_TRUE(on.finished);
  EXPECT_EQ(on.sent, "");
}

/// Both framings under load, both ways at once, with a peer that frames as a server does.
class FramedBridge : public ::testing::TestWithParam<bool> {};

std::string pattern(std::size_t size) {
  std::string made(size, '\0');
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<char>(i * 31 + i / 251);
  return made;
}

void write_all(int to, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto count = ::send(to, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

/// `payload` as a server frames it, in pieces of changing size and with pings between.
std::string served(const std::string& payload, bool as_websocket) {
  std::string made;
  for (std::size_t at = 0, size = 1; at < payload.size(); at += size) {
    size = std::min(size * 3 % 70'001 + 1, payload.size() - at);
    if (as_websocket) {
      made += '\x82';
      made += '\x7f';
      if (size <= 0xffff) made.back() = size < 126 ? static_cast<char>(size) : '\x7e';
      const unsigned bits = size < 126 ? 0 : size <= 0xffff ? 16 : 64;
      for (unsigned shift = bits; shift != 0;)
        made += static_cast<char>(size >> (shift -= 8U) & 255U);
    } else {
      for (unsigned shift = 32; shift != 0;)
        made += static_cast<char>(size >> (shift -= 8U) & 255U);
    }
    made += payload.substr(at, size);
    made += as_websocket ? ping_frame : std::string(4, '\0');
  }
  return made;
}

/// Takes frames of a client until it has `size` bytes of payload.
std::string received(int from, std::size_t size, bool as_websocket) {
  std::string raw;
  std::string payload;
  std::array<char, 65536> part{};
  while (payload.size() < size) {
    const auto count = ::read(from, part.data(), part.size());
    if (count <= 0) break;
    raw.append(part.data(), static_cast<std::size_t>(count));
    for (;;) {
      const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(raw[i]); };
      std::size_t head = 4;
      std::size_t length = 0;
      bool data = true;
      if (as_websocket) {
        if (raw.size() < 14) break;
        data = byte(0) == 0x82;
        length = byte(1) & 0x7fU;
        head = 6;
        if (length == 126) {
          length = byte(2) * 256U + byte(3);
          head = 8;
        }
      } else {
        if (raw.size() < 4) break;
        for (std::size_t i = 0; i < 4; ++i) length = length * 256 + byte(i);
      }
      if (raw.size() < head + length) break;
      auto one = raw.substr(head, length);
      if (as_websocket)
        for (std::size_t i = 0; i < one.size(); ++i)
          one[i] = static_cast<char>(one[i] ^ raw[head - 4 + i % 4]);
      if (data) payload += one;
      raw.erase(0, head + length);
    }
  }
  return payload;
}

TEST_P(FramedBridge, LosesNothingOfMuchDataBothWaysAtOnce) {
  const bool as_websocket = GetParam();
  auto outer = make_socket_pair();
  auto inner = make_socket_pair();
  ::fcntl(outer.theirs.get(), F_SETFL, 0);
  ::fcntl(inner.theirs.get(), F_SETFL, 0);
  std::unique_ptr<framing> frames = std::make_unique<length_framing>();
  if (as_websocket) frames = std::make_unique<websocket_framing>(&random_mask);
  const bridge between(
      std::make_unique<framed_stream>(std::make_unique<socket_stream>(std::move(outer.ours)),
                                      std::move(frames)),
      std::move(inner.ours));
  const auto up = pattern(3'000'000);
  const auto down = pattern(2'000'001);
  std::thread sender([&] { write_all(inner.theirs.get(), up + std::string(100, 'z')); });
  std::thread answerer([&] { write_all(outer.theirs.get(), served(down, as_websocket)); });
  std::string got_up;
  std::thread receiver([&] { got_up = received(outer.theirs.get(), up.size(), as_websocket); });
  std::string got_down(down.size(), '\0');
  std::size_t filled = 0;
  while (filled < got_down.size()) {
    const auto count =
        ::read(inner.theirs.get(), got_down.data() + filled, got_down.size() - filled);
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  sender.join();
  answerer.join();
  receiver.join();
  EXPECT_TRUE(got_down == down);
  EXPECT_TRUE(got_up.starts_with(up));
}

INSTANTIATE_TEST_SUITE_P(Framings, FramedBridge, ::testing::Bool(), [](const auto& of) {
  return of.param ? std::string("WebSocket") : std::string("Packets");
});

}  // namespace
}  // namespace teleport::net
