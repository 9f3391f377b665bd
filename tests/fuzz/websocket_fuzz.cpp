/// The frames of upgraded connections. Input: how the bytes are cut in the first byte, then what
/// the server sends.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "teleport/net/length_framing.hpp"
#include "teleport/net/websocket.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using fuzz::expect;
using teleport::net::framing;
using teleport::net::length_framing;
using teleport::net::websocket_framing;

websocket_framing websocket() {
  return websocket_framing([] { return teleport::net::websocket_mask{1, 2, 3, 4}; });
}

struct taken {
  std::string payload;
  std::string failure;
  bool ended = false;
  bool inside = false;
};

taken take(framing& by, std::string bytes, std::size_t part) {
  taken all;
  for (std::size_t at = 0; at < bytes.size(); at += part) {
    const auto piece = std::span(bytes).subspan(at, std::min(part, bytes.size() - at));
    const bool over = by.ended() || !by.failure().empty();
    const auto count = by.unframe(piece);
    expect(count <= piece.size(), "no more comes out than went in");
    expect(!over || count == 0, "nothing is taken after the end or a fault");
    all.payload.append(piece.data(), count);
    expect(by.reply().size() <= 2 * (125 + 6), "replies are short");
  }
  all.failure = by.failure();
  all.ended = by.ended();
  all.inside = by.inside_frame();
  return all;
}

bool same(const taken& left, const taken& right) {
  return left.payload == right.payload && left.failure == right.failure &&
         left.ended == right.ended && left.inside == right.inside;
}

/// Our own frame as a server would send it: without the mask.
std::string unmasked(std::string frame) {
  const auto length = static_cast<unsigned char>(frame[1]) & 0x7fU;
  const std::size_t head = length == 127 ? 10 : length == 126 ? 4 : 2;
  frame[1] = static_cast<char>(length);
  const auto mask = frame.substr(head, 4);
  frame.erase(head, 4);
  for (std::size_t i = head; i < frame.size(); ++i)
    frame[i] = static_cast<char>(frame[i] ^ mask[(i - head) % 4]);
  return frame;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t part = data[0] % 40U + 1U;
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);

  auto whole = websocket();
  auto cut = websocket();
  expect(same(take(whole, bytes, bytes.size() + 1), take(cut, bytes, part)),
         "how a WebSocket's bytes are cut makes no difference");
  length_framing whole_packets;
  length_framing cut_packets;
  expect(same(take(whole_packets, bytes, bytes.size() + 1), take(cut_packets, bytes, part)),
         "how the bytes of packets are cut makes no difference");

  auto sender = websocket();
  auto receiver = websocket();
  expect(take(receiver, unmasked(sender.frame(bytes)), part).payload == bytes,
         "what is framed comes out again");
  length_framing packets;
  length_framing unpacked;
  expect(take(unpacked, packets.frame(bytes), part).payload == bytes,
         "what is packed comes out again");
  return 0;
}
