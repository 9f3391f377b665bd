#include "teleport/net/bridge.hpp"

#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "teleport/net/socket_stream.hpp"

namespace teleport::net {
namespace {

/// A bridge between two socket pairs: `remote` is the server's end, `local` the one that gRPC would
/// have.
struct bridged {
  bridged() {
    auto outer = make_socket_pair();
    auto inner = make_socket_pair();
    remote = std::move(outer.theirs);
    local = std::move(inner.theirs);
    // The test's own ends block.
    ::fcntl(remote.get(), F_SETFL, 0);
    ::fcntl(local.get(), F_SETFL, 0);
    bridge_under_test = std::make_unique<bridge>(
        std::make_unique<socket_stream>(std::move(outer.ours)), std::move(inner.ours));
  }

  unique_descriptor remote;
  unique_descriptor local;
  std::unique_ptr<bridge> bridge_under_test;
};

std::string read_exactly(const unique_descriptor& from, std::size_t size) {
  std::string all(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const auto count = ::read(from.get(), all.data() + filled, size - filled);
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  all.resize(filled);
  return all;
}

std::string read_to_end(const unique_descriptor& from) {
  return read_exactly(from, 16U << 20U);
}

void write_all(const unique_descriptor& to, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto count = ::send(to.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

/// Bytes that tell when one is lost or moved.
std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

TEST(Bridge, CarriesBothDirections) {
  const bridged pair;
  write_all(pair.local, "request");
  EXPECT_EQ(read_exactly(pair.remote, 7), "request");
  write_all(pair.remote, "answer");
  EXPECT_EQ(read_exactly(pair.local, 6), "answer");
  EXPECT_EQ(pair.bridge_under_test->end_reason(), "");
}

TEST(Bridge, LosesNothingOfMuchDataBothWaysAtOnce) {
  const bridged pair;
  const auto up = pattern(5'000'000);
  const auto down = pattern(4'000'001);
  std::thread sender([&] { write_all(pair.local, up); });
  std::thread answerer([&] { write_all(pair.remote, down); });
  std::string got_up;
  std::thread receiver([&] { got_up = read_exactly(pair.remote, up.size()); });
  EXPECT_TRUE(read_exactly(pair.local, down.size()) == down);
  sender.join();
  answerer.join();
  receiver.join();
  EXPECT_TRUE(got_up == up);
}

TEST(Bridge, StopsReadingFromASideWhoseOtherSideDoesNotTakeIt) {
  const bridged pair;
  ::fcntl(pair.local.get(), F_SETFL, O_NONBLOCK);
  // Nobody reads at the remote end: what can be written is what the kernel and one buffer hold.
  // Being full can only be seen as nothing happening for a while.
  const auto bytes = pattern(1U << 20U);
  std::size_t taken = 0;
  pollfd writable{pair.local.get(), POLLOUT, 0};
  while (::poll(&writable, 1, 200) == 1) {
    const auto count = ::write(pair.local.get(), bytes.data(), bytes.size());
    if (count <= 0) break;
    taken += static_cast<std::size_t>(count);
    ASSERT_LT(taken, 4U << 20U) << "the bridge hoards";
  }
  EXPECT_EQ(read_exactly(pair.remote, taken).size(), taken);
}

TEST(Bridge, PassesOnAHalfClose) {
  bridged pair;
  write_all(pair.local, "all there is");
  ::shutdown(pair.local.get(), SHUT_WR);
  EXPECT_EQ(read_to_end(pair.remote), "all there is");
  write_all(pair.remote, "answer after it");
  pair.remote.reset();
  EXPECT_EQ(read_to_end(pair.local), "answer after it");
  EXPECT_EQ(pair.bridge_under_test->end_reason(), "the server closed the connection");
}

TEST(Bridge, EndsTheLocalSideWhenTheServerCloses) {
  bridged pair;
  write_all(pair.remote, "last words");
  pair.remote.reset();
  EXPECT_EQ(read_to_end(pair.local), "last words");
  pair.local.reset();
  pair.bridge_under_test.reset();
}

TEST(Bridge, EndsTheRemoteSideWhenTheLocalOneIsClosed) {
  bridged pair;
  write_all(pair.local, "last words");
  pair.local.reset();
  EXPECT_EQ(read_to_end(pair.remote), "last words");
  // Even though the server goes on.
  EXPECT_EQ(read_exactly(pair.remote, 1), "");
}

TEST(Bridge, DestructionClosesBothSides) {
  bridged pair;
  pair.bridge_under_test.reset();
  EXPECT_EQ(read_to_end(pair.local), "");
  EXPECT_EQ(read_to_end(pair.remote), "");
}

/// A connection that breaks as told.
class broken_stream : public socket_stream {
 public:
  using socket_stream::socket_stream;
  io_result read(std::span<char> into) override {
    const auto got = socket_stream::read(into);
    return got.state == io::done ? io_result{io::failed} : got;
  }
  std::string failure() const override { return "TLS alert: certificate expired"; }
};

TEST(Bridge, KnowsWhyBeforeTheLocalSideSeesTheEnd) {
  auto outer = make_socket_pair();
  auto inner = make_socket_pair();
  ::fcntl(inner.theirs.get(), F_SETFL, 0);
  const bridge under_test(std::make_unique<broken_stream>(std::move(outer.ours)),
                          std::move(inner.ours));
  write_all(outer.theirs, "x");
  EXPECT_EQ(read_to_end(inner.theirs), "");
  EXPECT_EQ(under_test.end_reason(), "TLS alert: certificate expired");
}

}  // namespace
}  // namespace teleport::net
