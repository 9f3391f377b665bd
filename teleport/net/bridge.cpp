#include "teleport/net/bridge.hpp"

#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include "teleport/net/pump.hpp"
#include "teleport/net/socket_stream.hpp"

namespace teleport::net {
namespace {

constexpr const char* server_closed = "the server closed the connection";

/// What the two directions wait for, as one poll set: the stop switch, the remote and the local
/// side.
class wait_set {
 public:
  wait_set(int stop, int remote, int local)
      : set_{{stop, POLLIN, 0}, {remote, 0, 0}, {local, 0, 0}} {}

  void add(const pump& waiting) {
    for (auto& entry : set_)
      if (entry.fd == waiting.descriptor())
        entry.events = static_cast<short>(entry.events | waiting.events());
  }

  /// False when it is over: stopped or, once nothing more comes from the local side, that side is
  /// gone.
  bool wait(bool local_finished) {
    // A descriptor that nobody waits for would still report POLLHUP and make the loop spin.
    if (set_[1].events == 0) set_[1].fd = -1;
    if (set_[2].events == 0 && !local_finished) set_[2].fd = -1;
    ::poll(set_, 3, -1);
    const bool local_gone = local_finished && (set_[2].revents & POLLHUP) != 0;
    return set_[0].revents == 0 && !local_gone;
  }

 private:
  pollfd set_[3];
};

}  // namespace

socket_pair make_socket_pair() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) return {};
  return {unique_descriptor(ends[0]), unique_descriptor(ends[1])};
}

bridge::bridge(std::unique_ptr<byte_stream> remote, unique_descriptor local)
    : remote_(std::move(remote)), local_(std::make_unique<socket_stream>(std::move(local))) {
  thread_ = std::thread([this] {
    run();
    // gRPC learns of the end by this, after the reason is in place.
    local_.reset();
    remote_.reset();
  });
}

bridge::~bridge() {
  stop_.trip();
  thread_.join();
}

std::string bridge::end_reason() const {
  std::lock_guard guard(mutex_);
  return reason_;
}

void bridge::end(std::string why) {
  std::lock_guard guard(mutex_);
  reason_ = std::move(why);
}

void bridge::run() {
  pump up(*local_, *remote_);
  pump down(*remote_, *local_);
  for (;;) {
    // Reading comes first: an alert that waits there explains why writing fails.
    const auto received = down.advance();
    const auto sent = up.advance();
    if (received == pump::state::failed) return end(down.failure());
    if (sent == pump::state::failed) return end(up.failure());
    const bool remote_ended = received == pump::state::closed;
    const bool local_ended = sent == pump::state::closed;
    if (remote_ended && local_ended) return end(server_closed);
    if (sent == pump::state::moved || received == pump::state::moved) {
      // Whoever sends without a pause keeps us from waiting, and so from seeing the switch there.
      if (stop_.tripped()) return end("closed by us");
      continue;
    }
    wait_set next(stop_.descriptor(), remote_->descriptor(), local_->descriptor());
    next.add(up);
    next.add(down);
    if (!next.wait(local_ended)) return end(remote_ended ? server_closed : "closed by us");
  }
}

}  // namespace teleport::net
