#include "script_server.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace teleport::testing {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  return where;
}

}  // namespace

script_server::script_server(script on_connection)
    : script_(std::move(on_connection)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto where = loopback(0);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0 ||
      ::listen(listener_, 64) != 0)
    throw std::runtime_error("the script server can't listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

script_server::~script_server() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const auto& one : connections_) ::shutdown(one.socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (auto& one : connections_) {
    one.thread.join();
    ::close(one.socket);
  }
  ::close(listener_);
}

net::address script_server::at() const {
  sockaddr_in where{};
  socklen_t size = sizeof where;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
  return {"127.0.0.1", ntohs(where.sin_port)};
}

std::size_t script_server::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

void script_server::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket < 0 || ending_) {
      if (socket >= 0) ::close(socket);
      return;
    }
    connections_.push_back({socket, std::thread([this, socket] {
                              script_(socket);
                              ::shutdown(socket, SHUT_RDWR);
                            })});
  }
}

bool send_text(int socket, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string read_until(int socket, std::string_view end) {
  std::string got;
  char one = 0;
  while (!got.ends_with(end) && ::recv(socket, &one, 1, 0) == 1) got += one;
  return got;
}

void carry(int left, int right) {
  std::array<char, 16384> part{};
  std::array<pollfd, 2> set{{{left, POLLIN, 0}, {right, POLLIN, 0}}};
  while (::poll(set.data(), set.size(), -1) > 0) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (set.at(i).revents == 0) continue;
      const auto count = ::recv(set.at(i).fd, part.data(), part.size(), 0);
      if (count <= 0 ||
          !send_text(set.at(1 - i).fd, {part.data(), static_cast<std::size_t>(count)}))
        return;
    }
  }
}

int connect_to(const net::address& where) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto target = loopback(where.port);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&target), sizeof target) == 0) return socket;
  ::close(socket);
  return -1;
}

}  // namespace teleport::testing
