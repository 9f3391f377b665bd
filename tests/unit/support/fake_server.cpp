#include "tests/unit/support/fake_server.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace test {

namespace {

/// Reads into `buffer` until `done(buffer)`; false when the peer left.
template <class Done>
bool read_until(int socket, std::string& buffer, Done done) {
  char bytes[4096];
  while (!done(buffer)) {
    const auto count = ::recv(socket, bytes, sizeof(bytes), 0);
    if (count <= 0) {
      return false;
    }
    buffer.append(bytes, static_cast<std::size_t>(count));
  }
  return true;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

received parse_head(const std::string& head) {
  received out;
  auto end = head.find("\r\n");
  const auto first = head.substr(0, end);
  const auto space = first.find(' ');
  out.method = first.substr(0, space);
  out.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  while (end + 2 < head.size()) {
    const auto begin = end + 2;
    end = std::min(head.find("\r\n", begin), head.size());
    const auto line = head.substr(begin, end - begin);
    if (const auto colon = line.find(": "); colon != std::string::npos) {
      out.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    }
  }
  return out;
}

/// The next request of a connection; `buffer` keeps what came after it.
std::optional<received> read_request(int socket, std::string& buffer) {
  const auto head_done = [](const std::string& b) { return b.find("\r\n\r\n") != b.npos; };
  if (!read_until(socket, buffer, head_done)) {
    return std::nullopt;
  }
  const auto head_end = buffer.find("\r\n\r\n");
  auto request = parse_head(buffer.substr(0, head_end));
  buffer.erase(0, head_end + 4);
  const auto length = request.headers.find("content-length");
  const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
  if (!read_until(socket, buffer, [&](const std::string& b) { return b.size() >= size; })) {
    return std::nullopt;
  }
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return request;
}

int listen_on_free_port(int& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, raw, size) != 0 || ::listen(socket, 64) != 0 ||
      ::getsockname(socket, raw, &size) != 0) {
    throw std::runtime_error("the fake server can't listen");
  }
  port = ntohs(address.sin_port);
  return socket;
}

}  // namespace

// -- reply -------------------------------------------------------------------------------------

void reply::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      closing_ = true;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void reply::answer(int status, std::string_view body, std::string_view headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: ";
  text += std::to_string(body.size()) + "\r\n";
  text.append(headers).append("\r\n").append(body);
  send(text);
}

void reply::begin_chunks() {
  send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

void reply::chunk(std::string_view bytes) {
  char size[20];
  std::snprintf(size, sizeof(size), "%zx\r\n", bytes.size());
  send(std::string(size).append(bytes).append("\r\n"));
}

void reply::end_chunks() {
  send("0\r\n\r\n");
}

void reply::wait_for_client_to_leave() {
  pollfd watched{socket_, POLLIN | POLLRDHUP, 0};
  ::poll(&watched, 1, -1);
  closing_ = true;
}

// -- fake_server -------------------------------------------------------------------------------

fake_server::fake_server(script on_request) : script_(std::move(on_request)) {
  listener_ = listen_on_free_port(port_);
  acceptor_ = std::thread([this] { accept_all(); });
}

fake_server::~fake_server() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  drop_all();
  for (auto& one : connections_) {
    one.thread.join();
    ::close(one.socket);
  }
  ::close(listener_);
}

std::string fake_server::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> fake_server::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

void fake_server::drop_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& one : connections_) {
    ::shutdown(one.socket, SHUT_RDWR);
  }
}

void fake_server::accept_all() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket < 0 || ending_) {
      if (socket >= 0) {
        ::close(socket);
      }
      return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    connections_.push_back({socket, std::thread([this, socket] { serve(socket); })});
  }
}

void fake_server::serve(int socket) {
  std::string buffer;
  while (auto request = read_request(socket, buffer)) {
    note(*request);
    reply to(socket);
    script_(*request, to);
    if (to.closing_) {
      break;
    }
  }
  ::shutdown(socket, SHUT_RDWR);
}

void fake_server::note(const received& request) {
  const std::lock_guard lock(mutex_);
  log_.push_back(request.method + " " + request.target);
}

}  // namespace test
