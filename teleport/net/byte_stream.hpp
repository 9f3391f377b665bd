#pragma once

/// A pipe of bytes to a peer, non-blocking: TCP, TLS on another stream, an upgraded connection.
///
/// Layers own the layer below and pass on what it waits for: all of them stand on one descriptor.
/// Not thread-safe; used by one thread at a time, but may move from one to another.

#include <cstddef>
#include <span>
#include <string>

namespace teleport::net {

enum class io {
  done,        ///< some bytes were moved
  want_read,   ///< again when the descriptor is readable
  want_write,  ///< again when the descriptor is writable
  end,         ///< the peer has said that nothing more comes
  failed,      ///< broken for good; failure() says why
};

struct io_result {
  io state = io::failed;
  std::size_t bytes = 0;  ///< more than 0 exactly when `done`
};

class byte_stream {
 public:
  byte_stream() = default;
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;
  virtual ~byte_stream() = default;

  virtual io_result read(std::span<char> into) = 0;
  virtual io_result write(std::span<const char> from) = 0;
  /// Says to the peer that nothing more comes; reading goes on. To be repeated after want_*.
  virtual io finish_writing() = 0;
  /// The one to poll.
  virtual int descriptor() const = 0;
  /// Why it failed: "connection reset by peer", "TLS alert: certificate expired".
  virtual std::string failure() const = 0;
};

}  // namespace teleport::net
