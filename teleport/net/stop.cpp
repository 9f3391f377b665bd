#include "teleport/net/stop.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace teleport::net {

// -- descriptor -----------------------------------------------------------------------------------

void unique_descriptor::reset(int descriptor) noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = descriptor;
}

// -- stop switch ----------------------------------------------------------------------------------

stop_switch::stop_switch() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.valid()) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void stop_switch::trip() {
  // Actions run under the mutex, so that none of them outlives its registration.
  std::lock_guard guard(mutex_);
  if (tripped_) return;
  tripped_ = true;
  const std::uint64_t one = 1;
  // Can't fail: the counter is 0 and the descriptor ours.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
  for (auto& run : actions_) run();
}

bool stop_switch::tripped() const {
  std::lock_guard guard(mutex_);
  return tripped_;
}

stop_switch::action::action(stop_switch& owner, std::function<void()> run) : owner_(owner) {
  std::lock_guard guard(owner_.mutex_);
  if (owner_.tripped_) run();
  entry_ = owner_.actions_.insert(owner_.actions_.end(), std::move(run));
}

stop_switch::action::~action() {
  std::lock_guard guard(owner_.mutex_);
  owner_.actions_.erase(entry_);
}

// -- limits ---------------------------------------------------------------------------------------

std::chrono::milliseconds limits::left() const {
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return std::max(rest, std::chrono::milliseconds{0});
}

limits limits::within(std::chrono::milliseconds most) const {
  return {stop, std::min(deadline, std::chrono::steady_clock::now() + most)};
}

std::optional<error> limits::over(const std::string& what) const {
  if (stop.tripped()) return error{errc::cancelled, what + ": given up"};
  if (left().count() == 0) return error{errc::timeout, what + ": timed out"};
  return std::nullopt;
}

std::optional<error> wait_for(int descriptor, short events, const limits& within,
                              const std::string& what) {
  for (;;) {
    if (auto ended = within.over(what)) return ended;
    pollfd set[] = {{descriptor, events, 0}, {within.stop.descriptor(), POLLIN, 0}};
    // One more millisecond: `left` rounds down, and a poll of 0 ms would spin until the deadline.
    const auto wait =
        std::min<std::chrono::milliseconds::rep>(within.left().count() + 1, 3'600'000);
    const int ready = ::poll(set, 2, static_cast<int>(wait));
    if (ready < 0 && errno != EINTR)
      return error{errc::connection, what + ": " + std::generic_category().message(errno)};
    if (set[0].revents != 0 && set[1].revents == 0) return std::nullopt;
  }
}

}  // namespace teleport::net
