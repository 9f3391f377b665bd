#include "teleport/net/dial.hpp"

#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "script_server.hpp"

namespace teleport::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Dial : public ::testing::Test {
 protected:
  limits within(milliseconds most) { return {stop_, steady_clock::now() + most}; }

  stop_switch stop_;
};

int option(const unique_descriptor& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(socket.get(), level, name, &value, &size);
  return value;
}

TEST_F(Dial, GivesASocketThatNoticesWhenItsPeerIsGone) {
  const testing::script_server server([](int socket) { testing::read_until(socket, "never"); });
  const auto socket = dial(server.at(), within(milliseconds(20'000)));
  ASSERT_TRUE(socket) << socket.failure().message;
  EXPECT_EQ(option(socket.value(), IPPROTO_TCP, TCP_USER_TIMEOUT), 10'000);
  EXPECT_EQ(option(socket.value(), SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(socket.value(), IPPROTO_TCP, TCP_KEEPIDLE), 15);
  EXPECT_EQ(option(socket.value(), IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_NE(::fcntl(socket.value().get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(Dial, SaysAtOnceWhenNobodyListens) {
  address nobody;
  {
    const testing::script_server gone([](int) {});
    nobody = gone.at();
  }
  const auto socket = dial(nobody, within(milliseconds(20'000)));
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.failure().code, errc::connection);
  EXPECT_EQ(socket.failure().message, "connecting to " + nobody.text() + ": Connection refused");
}

TEST_F(Dial, NamesTheHostThatCanNotBeResolved) {
  const auto socket = dial({"does-not-exist.invalid", 443}, within(milliseconds(20'000)));
  ASSERT_FALSE(socket);
  EXPECT_TRUE(socket.failure().message.starts_with("resolving does-not-exist.invalid: "))
      << socket.failure().message;
}

/// A listener that drops SYNs: its queue is full. `relent` lets the next ones through.
class deaf_server {
 public:
  deaf_server() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&where), sizeof where);
    ::listen(listener_.get(), 0);
    // The queue takes one or two more than it should; the first that gets no answer shows that it
    // is full.
    for (bool full = false; !full;) {
      unique_descriptor filler(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      const auto to = at();
      where.sin_port = htons(to.port);
      ::connect(filler.get(), reinterpret_cast<sockaddr*>(&where), sizeof where);
      pollfd through{filler.get(), POLLOUT, 0};
      full = ::poll(&through, 1, 100) == 0;
      if (!full) fillers_.push_back(std::move(filler));
    }
  }

  address at() const {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    return {"127.0.0.1", ntohs(where.sin_port)};
  }

  void relent() {
    for (std::size_t i = 0; i < fillers_.size(); ++i)
      accepted_.emplace_back(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  unique_descriptor listener_;
  std::vector<unique_descriptor> fillers_;
  std::vector<unique_descriptor> accepted_;
};

TEST_F(Dial, UsesANetworkThatReturnsWithinASecond) {
  deaf_server server;
  const auto begun = steady_clock::now();
  steady_clock::time_point returned;
  std::thread network([&] {
    // The kernel sends its own second SYN after one second, its third after three.
    ::poll(nullptr, 0, 1300);
    server.relent();
    returned = steady_clock::now();
  });
  const auto socket = dial(server.at(), within(milliseconds(20'000)));
  const auto connected = steady_clock::now();
  network.join();
  ASSERT_TRUE(socket) << socket.failure().message;
  EXPECT_GE(connected - begun, milliseconds(1300));
  EXPECT_LT(connected - returned, milliseconds(1200));
}

TEST_F(Dial, EndsWithItsLimits) {
  const deaf_server server;
  const auto late = dial(server.at(), within(milliseconds(300)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.failure().code, errc::timeout);
  EXPECT_EQ(late.failure().message, "connecting to " + server.at().text() + ": timed out");
  std::thread stopper([this] { stop_.trip(); });
  const auto stopped = dial(server.at(), within(milliseconds(60'000)));
  stopper.join();
  EXPECT_EQ(stopped.failure().code, errc::cancelled);
}

}  // namespace
}  // namespace teleport::net
