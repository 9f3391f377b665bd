#include "teleport/net/socket_stream.hpp"

#include <cerrno>
#include <system_error>

#include <sys/socket.h>

namespace teleport::net {

io_result socket_stream::read(std::span<char> into) {
  const auto count = ::recv(socket_.get(), into.data(), into.size(), 0);
  if (count > 0) return {io::done, static_cast<std::size_t>(count)};
  if (count == 0) return {io::end};
  return failed_with(errno, io::want_read);
}

io_result socket_stream::write(std::span<const char> from) {
  const auto count = ::send(socket_.get(), from.data(), from.size(), MSG_NOSIGNAL);
  if (count > 0) return {io::done, static_cast<std::size_t>(count)};
  return failed_with(errno, io::want_write);
}

io socket_stream::finish_writing() {
  ::shutdown(socket_.get(), SHUT_WR);
  return io::done;
}

io_result socket_stream::failed_with(int code, io again) {
  if (code == EAGAIN || code == EWOULDBLOCK || code == EINTR) return {again};
  failure_ = std::generic_category().message(code);
  return {io::failed};
}

}  // namespace teleport::net
