#pragma once

/// The WebSocket framing of a client (RFC 6455 §5): binary frames, masked. Strict about what
/// servers may send: reserved bits, masked frames, unknown or text frames, lengths in more bytes
/// than they need or over 2^63 and control frames that are long or in parts are refused.

#include <array>
#include <cstdint>
#include <functional>

#include "teleport/net/framing.hpp"

namespace teleport::net {

using websocket_mask = std::array<char, 4>;

class websocket_framing final : public framing {
 public:
  /// `masks` is asked for a fresh one for each frame.
  explicit websocket_framing(std::function<websocket_mask()> masks) : masks_(std::move(masks)) {}

  std::string frame(std::span<const char> payload) override;
  std::string farewell() override;
  std::size_t unframe(std::span<char> bytes) override;
  /// A pong for the last ping only: whoever sends several without waiting is content with that.
  std::string reply() override;
  bool ended() const override { return closed_; }
  bool inside_frame() const override { return head_size_ != 0 || in_payload_ || in_message_; }
  const std::string& failure() const override { return failure_; }

 private:
  enum class opcode : unsigned char {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
  };

  std::string masked(opcode kind, std::span<const char> payload);
  bool is_over() const { return closed_ || !failure_.empty(); }
  void take_head_byte(unsigned char byte);
  std::size_t head_length() const;
  const char* fault_in_kind() const;
  void begin_frame();
  void end_frame();
  void end_close();
  void fail(const char* why);

  std::function<websocket_mask()> masks_;

  // -- the frame under way --
  std::array<unsigned char, 10> head_{};
  std::size_t head_size_ = 0;  ///< bytes of it read so far; 0 once it is understood
  bool in_payload_ = false;
  opcode kind_ = opcode::continuation;
  bool last_ = false;       ///< of its message
  std::uint64_t left_ = 0;  ///< of the payload
  std::string control_;     ///< payload of a control frame, at most 125 bytes

  bool in_message_ = false;  ///< a message in several frames is under way
  std::string ping_;
  bool ping_waits_ = false;
  bool close_waits_ = false;
  bool said_farewell_ = false;
  bool closed_ = false;
  std::string failure_;
};

/// Masks of OpenSSL's random numbers.
websocket_mask random_mask();

}  // namespace teleport::net
