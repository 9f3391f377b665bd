#include "teleport/net/dial.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "teleport/net/resolve.hpp"

namespace teleport::net {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds head_start{250};
/// An endpoint that has not answered for so long is asked anew: the kernel itself would wait longer
/// each time, up to half a minute, before it sends another SYN.
constexpr milliseconds again_after{1000};
/// Attempts at one endpoint that may be under way; the oldest makes room.
constexpr std::ptrdiff_t most_at_one = 4;

constexpr unsigned unanswered_ms = 10'000;
constexpr int idle_seconds = 15;
constexpr int probe_seconds = 5;

void set(const unique_descriptor& socket, int level, int option, int value) {
  // None of them is worth a failed connection.
  ::setsockopt(socket.get(), level, option, &value, sizeof value);
}

/// A peer that is gone is noticed: with bytes under way after 10 s, on a silent connection
/// after 25.
void watch_peer(const unique_descriptor& socket) {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, unanswered_ms);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, idle_seconds);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, probe_seconds);
}

struct candidate {
  endpoint where;
  bool refused = false;  ///< it has said no, and is not asked again
  steady_time again{};
};

struct attempt {
  std::size_t at;  ///< index of the candidate
  unique_descriptor socket;
};

/// One dial: the attempts under way and the endpoints not yet tried.
class race {
 public:
  race(const address& to, const std::vector<endpoint>& endpoints) : to_(to) {
    for (const auto& one : endpoints) candidates_.push_back({one});
  }

  result<unique_descriptor> run(const limits& within) {
    for (;;) {
      if (auto ended = within.over("connecting to " + to_.text())) return *ended;
      start_due();
      if (std::ranges::all_of(candidates_, &candidate::refused)) return failure();
      if (auto won = wait(within); won.valid()) {
        watch_peer(won);
        return won;
      }
    }
  }

 private:
  static steady_time now() { return std::chrono::steady_clock::now(); }
  bool untried() const { return next_ < candidates_.size(); }

  void start_due() {
    for (std::size_t i = 0; i < next_; ++i)
      if (!candidates_[i].refused && candidates_[i].again <= now()) start(i);
    while (untried() && (running_.empty() || next_start_ <= now())) {
      next_start_ = now() + head_start;
      start(next_++);
    }
  }

  void start(std::size_t index) {
    auto& one = candidates_[index];
    one.again = now() + again_after;
    unique_descriptor socket(
        ::socket(one.where.where.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.valid()) return refuse(index, errno);
    const auto* where = reinterpret_cast<const sockaddr*>(&one.where.where);
    if (::connect(socket.get(), where, one.where.size) != 0 && errno != EINPROGRESS)
      return refuse(index, errno);
    const auto same = [&](const attempt& other) { return other.at == index; };
    if (std::ranges::count_if(running_, same) == most_at_one)
      running_.erase(std::ranges::find_if(running_, same));
    running_.push_back({index, std::move(socket)});
  }

  milliseconds until_next(milliseconds most) const {
    auto due = now() + most;
    if (untried()) due = std::min(due, next_start_);
    for (std::size_t i = 0; i < next_; ++i)
      if (!candidates_[i].refused) due = std::min(due, candidates_[i].again);
    return std::max(std::chrono::ceil<milliseconds>(due - now()), milliseconds{0});
  }

  /// Until an attempt is through, has failed, or the next one is due.
  unique_descriptor wait(const limits& within) {
    std::vector<pollfd> set{{within.stop.descriptor(), POLLIN, 0}};
    for (const auto& one : running_) set.push_back({one.socket.get(), POLLOUT, 0});
    ::poll(set.data(), set.size(), static_cast<int>(until_next(within.left()).count() + 1));
    for (std::size_t i = set.size() - 1; i > 0; --i)
      if (set[i].revents != 0)
        if (auto won = finish(i - 1); won.valid()) return won;
    return {};
  }

  unique_descriptor finish(std::size_t index) {
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(running_[index].socket.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
    auto done = std::move(running_[index]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
    if (problem == 0) return std::move(done.socket);
    // The kernel has given up waiting; that is no answer of the endpoint.
    if (problem != ETIMEDOUT) refuse(done.at, problem);
    return {};
  }

  void refuse(std::size_t index, int problem) {
    candidates_[index].refused = true;
    last_problem_ = problem;
  }

  error failure() const {
    return {errc::connection,
            "connecting to " + to_.text() + ": " + std::generic_category().message(last_problem_)};
  }

  const address& to_;
  std::vector<candidate> candidates_;
  std::vector<attempt> running_;
  std::size_t next_ = 0;  ///< the first candidate that was never tried
  steady_time next_start_{};
  int last_problem_ = EADDRNOTAVAIL;
};

}  // namespace

result<unique_descriptor> dial(const address& to, const limits& within) {
  auto endpoints = resolve(to, within);
  if (!endpoints) return endpoints.failure();
  return race(to, endpoints.value()).run(within);
}

}  // namespace teleport::net
