#pragma once

/// Carries bytes between an encrypted connection and one end of a socket pair, on its own thread,
/// so that gRPC, which gets the other end, speaks plain HTTP/2 into a pipe that nobody else can
/// open.
///
/// Life cycle: constructed running; ends when either side ends, or by destruction, which stops the
/// thread and closes both sides. It never reconnects: a gRPC channel made from a descriptor can't,
/// so whoever owns the two makes a new pair (teleport/connector.hpp). Back-pressure: one buffer of
/// 16 KiB a direction; nothing is read from a side while the other does not take it. Half close is
/// passed on.

#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "teleport/net/byte_stream.hpp"
#include "teleport/net/descriptor.hpp"
#include "teleport/net/stop.hpp"

namespace teleport::net {

class bridge {
 public:
  /// Takes over both; `local` is a connected, non-blocking stream socket.
  bridge(std::unique_ptr<byte_stream> remote, unique_descriptor local);
  ~bridge();
  bridge(const bridge&) = delete;
  bridge& operator=(const bridge&) = delete;

  /// Why it has ended: "TLS alert: certificate expired", "the server closed the connection"; empty
  /// while it runs. Set before the local end is closed, so it is there when gRPC sees the end.
  std::string end_reason() const;

 private:
  void run();
  void end(std::string why);

  stop_switch stop_;
  mutable std::mutex mutex_;
  std::string reason_;
  // Used by the thread only.
  std::unique_ptr<byte_stream> remote_;
  std::unique_ptr<byte_stream> local_;
  std::thread thread_;
};

struct socket_pair {
  unique_descriptor ours;
  unique_descriptor theirs;
};

/// Two connected, non-blocking local stream sockets. Invalid descriptors when the process has none
/// left.
socket_pair make_socket_pair();

}  // namespace teleport::net
