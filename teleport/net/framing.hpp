#pragma once

/// How a stream of bytes is cut into frames after a connection upgrade. Pure: bytes in, bytes out;
/// framed_stream does the reading and writing.

#include <cstddef>
#include <span>
#include <string>

namespace teleport::net {

class framing {
 public:
  framing() = default;
  framing(const framing&) = delete;
  framing& operator=(const framing&) = delete;
  virtual ~framing() = default;

  /// One frame that carries these bytes.
  virtual std::string frame(std::span<const char> payload) = 0;
  /// What says that nothing more comes from us; empty when the frames have no word for it.
  virtual std::string farewell() = 0;

  /// Takes all bytes, which go on where the last call's ended, and leaves what they carry at their
  /// front; answers how many that is. Holds no payload back.
  virtual std::size_t unframe(std::span<char> bytes) = 0;
  /// Frames that the peer is owed for what was unframed: an answer to its ping. Empties it.
  virtual std::string reply() { return {}; }
  /// Has the peer said that nothing more comes?
  virtual bool ended() const { return false; }
  /// Is a frame under way, so that an end of the bytes would cut it?
  virtual bool inside_frame() const = 0;
  /// Why what came can't be read; empty while it can.
  virtual const std::string& failure() const = 0;
};

}  // namespace teleport::net
