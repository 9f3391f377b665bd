#pragma once

/// A connected stream socket (TCP or one end of a socket pair) as byte_stream.

#include "teleport/net/byte_stream.hpp"
#include "teleport/net/descriptor.hpp"

namespace teleport::net {

class socket_stream : public byte_stream {
 public:
  /// The socket must be connected and non-blocking.
  explicit socket_stream(unique_descriptor socket) : socket_(std::move(socket)) {}

  io_result read(std::span<char> into) override;
  io_result write(std::span<const char> from) override;
  io finish_writing() override;
  int descriptor() const override { return socket_.get(); }
  std::string failure() const override { return failure_; }

 private:
  io_result failed_with(int code, io again);

  unique_descriptor socket_;
  std::string failure_;
};

}  // namespace teleport::net
