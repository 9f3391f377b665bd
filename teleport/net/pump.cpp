#include "teleport/net/pump.hpp"

#include <poll.h>

namespace teleport::net {

pump::state pump::advance() {
  descriptor_ = -1;
  events_ = 0;
  if (closed_) return state::closed;
  if (begin_ != end_) return give();
  return source_ended_ ? finish() : take();
}

pump::state pump::take() {
  const auto got = from_.read(buffer_);
  switch (got.state) {
    case io::done:
      begin_ = 0;
      end_ = got.bytes;
      return state::moved;
    case io::end:
      source_ended_ = true;
      return state::moved;
    case io::failed:
      return fail(from_);
    default:
      return wait(from_, got.state);
  }
}

pump::state pump::give() {
  const auto put = to_.write(std::span<const char>(buffer_).subspan(begin_, end_ - begin_));
  switch (put.state) {
    case io::done:
      begin_ += put.bytes;
      return state::moved;
    case io::end:
    case io::failed:
      return fail(to_);
    default:
      return wait(to_, put.state);
  }
}

pump::state pump::finish() {
  const auto said = to_.finish_writing();
  switch (said) {
    case io::want_read:
    case io::want_write:
      return wait(to_, said);
    default:
      closed_ = true;
      return state::moved;
  }
}

pump::state pump::wait(const byte_stream& on, io wanted) {
  descriptor_ = on.descriptor();
  events_ = wanted == io::want_read ? POLLIN : POLLOUT;
  return state::waiting;
}

pump::state pump::fail(const byte_stream& of) {
  failure_ = of.failure();
  return state::failed;
}

}  // namespace teleport::net
