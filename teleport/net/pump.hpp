#pragma once

/// One direction of a bridge: moves bytes from one stream to another without blocking.

#include <array>
#include <cstddef>
#include <string>

#include "teleport/net/byte_stream.hpp"

namespace teleport::net {

class pump {
 public:
  enum class state {
    moved,    ///< did something; advance again
    waiting,  ///< until `events` hold for `descriptor`
    closed,   ///< the source has ended, and the sink has been told
    failed,   ///< see `failure`
  };

  pump(byte_stream& from, byte_stream& to) : from_(from), to_(to) {}

  state advance();
  int descriptor() const noexcept { return descriptor_; }
  short events() const noexcept { return events_; }
  std::string failure() const { return failure_; }

 private:
  state take();
  state give();
  state finish();
  state wait(const byte_stream& on, io wanted);
  state fail(const byte_stream& of);

  byte_stream& from_;
  byte_stream& to_;
  std::array<char, 16384> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool source_ended_ = false;
  bool closed_ = false;
  int descriptor_ = -1;
  short events_ = 0;
  std::string failure_;
};

}  // namespace teleport::net
