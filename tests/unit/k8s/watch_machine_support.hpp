#pragma once

/// Words of the tests of k8s/watch_machine.

#include <string>
#include <utility>

#include "k8s/watch_machine.hpp"

namespace k8s::test {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

inline constexpr double middle = 0.5;  // no jitter to either side

/// A machine and its policy; each function is one input.
struct machine {
  watch_policy policy;
  watch_state state;
  watch_step put(watch_input input, double dice = middle) {
    return advance(state, std::move(input), policy, dice);
  }
  watch_step fail(errc code, milliseconds lasted = 0ms) {
    return put(watch_failed{error{.code = code, .message = to_string(code)}, lasted});
  }
  /// Listed at `version` and streaming.
  void stream_from(const std::string& version) {
    put(watch_begins{});
    put(page_arrived{"", version});
    put(watch_opened{});
  }
};

template <class Action>
const Action* action(const watch_step& step) {
  return std::get_if<Action>(&step.action);
}

/// Asked what version the server has, it tells one that is no older.
inline watch_step waited_out(machine& m) {
  const auto step = m.put(timer_fired{});
  return action<ask_version>(step) == nullptr ? step : m.put(version_told{"1000"});
}

inline std::string opened_version(const watch_step& step) {
  const auto* open = action<open_stream>(step);
  return open == nullptr ? "(no stream)" : open->version;
}

inline milliseconds waited(const watch_step& step) {
  const auto* pause = action<wait_for>(step);
  return pause == nullptr ? -1ms : pause->time;
}

}  // namespace k8s::test
