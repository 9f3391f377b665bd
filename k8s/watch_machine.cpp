#include "k8s/watch_machine.hpp"

#include <algorithm>

#include "k8s/object.hpp"
#include "k8s/overloaded.hpp"

namespace k8s {

namespace {

using std::chrono::milliseconds;

milliseconds scaled(milliseconds time, double factor) {
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(time.count()) * factor));
}

/// Doubles with each failure after the first, up to the maximum; then 25 % to either side.
milliseconds backoff(milliseconds first, const watch_policy& policy, int failures, double dice) {
  auto time = first;
  for (int i = 1; i < failures && time < policy.backoff_max; ++i) {
    time *= 2;
  }
  return scaled(std::min(time, policy.backoff_max), 0.75 + dice / 2);
}

void stand_at(watch_state& state, std::string version) {
  state.version = std::move(version);
  state.known = state.version;
}

void forget_position(watch_state& state) {
  state.version.clear();
  state.doubt = false;
  state.continue_token.clear();
  state.list_begun = false;
}

watch_step fetch(watch_state& state) {
  state.phase = watch_phase::listing;
  return {.action = fetch_page{state.continue_token, state.whole_list}};
}

watch_step open(watch_state& state, const watch_policy& policy, double dice) {
  state.phase = watch_phase::opening;
  const auto range = static_cast<double>((policy.lifetime_max - policy.lifetime_min).count());
  const auto extra = std::chrono::seconds(static_cast<std::chrono::seconds::rep>(range * dice));
  return {.action = open_stream{state.version, policy.lifetime_min + extra}};
}

watch_step proceed(watch_state& state, const watch_policy& policy, double dice) {
  if (state.version.empty()) return fetch(state);
  if (!state.doubt) return open(state, policy, dice);
  state.phase = watch_phase::probing;
  return {.action = ask_version{}};
}

watch_step pause(watch_state& state, milliseconds time) {
  state.phase = watch_phase::waiting;
  return {.action = wait_for{time}};
}

// -- failures ----------------------------------------------------------------------------------

/// A first lost connection of a watch that worked is routine and healed without a word.
bool worth_telling(const watch_state& state, errc code) {
  switch (code) {
    case errc::gone:
      return state.failures > 2;
    case errc::connection:
    case errc::server_error:
    case errc::throttled:
    case errc::bad_answer:
      return !state.was_open || state.failures > 1;
    default:
      return true;
  }
}

void tell(watch_state& state, watch_step& step, error why) {
  if (worth_telling(state, why.code) && state.told != why.code) {
    state.told = why.code;
    step.trouble = std::move(why);
  }
}

watch_step after_gone(watch_state& state, const watch_policy& policy, double dice) {
  if (!state.continue_token.empty()) {
    state.whole_list = true;
  }
  forget_position(state);
  return state.failures > 1
             ? pause(state, backoff(policy.backoff_min, policy, state.failures, dice))
             : fetch(state);
}

/// Is it time to believe that the position is what the server chokes on?
bool position_suspect(const watch_state& state, errc code, const watch_policy& policy) {
  if (code == errc::invalid) {
    return true;
  }
  const bool answered = code != errc::connection && code != errc::throttled;
  return answered && state.failures % policy.failures_until_relist == 0;
}

watch_step after_failure(watch_state& state, const error& why, const watch_policy& policy,
                         double dice) {
  switch (why.code) {
    case errc::gone:
      return after_gone(state, policy, dice);
    case errc::not_served:
      // With the type, its objects went: what comes back is another world.
      forget_position(state);
      state.failures = 0;
      return pause(state, scaled(policy.missing_type_poll, 0.9 + dice / 5));
    case errc::unauthorized:
    case errc::forbidden:
      return pause(state, backoff(policy.refused_min, policy, state.failures, dice));
    default: {
      if (position_suspect(state, why.code, policy)) {
        forget_position(state);
      }
      if (why.code == errc::bad_answer) {
        state.whole_list = false;  // it may have been too big
      }
      const auto own = backoff(policy.backoff_min, policy, state.failures, dice);
      const auto wished = why.retry_after.value_or(milliseconds{0});
      return pause(state, std::max(own, scaled(wished, 1 + dice / 4)));
    }
  }
}

watch_step failed(watch_state& state, watch_failed input, const watch_policy& policy, double dice) {
  if (input.lasted >= policy.lasting) {
    state.failures = 0;
  }
  ++state.failures;
  // Who answers next may be another server, or the same one with another history.
  state.doubt |= input.why.code == errc::connection;
  auto step = after_failure(state, input.why, policy, dice);
  tell(state, step, std::move(input.why));
  return step;
}

// -- the good way ------------------------------------------------------------------------------

watch_step page(watch_state& state, page_arrived input, const watch_policy& policy, double dice) {
  const bool first = !state.list_begun;
  const bool last = input.continue_token.empty();
  if (first) state.rewound = older_version(input.version, state.known);
  state.list_begun = !last;
  state.continue_token = std::move(input.continue_token);
  if (last) {
    stand_at(state, std::move(input.version));
    state.whole_list = false;
    state.doubt = false;
  }
  auto step = last ? open(state, policy, dice) : fetch(state);
  step.first_page = first;
  step.last_page = last;
  step.rewound = state.rewound;
  return step;
}

/// Lists without a version show the server's newest state, so one that is older than what was seen
/// means that the server has lost what came in between.
watch_step probed(watch_state& state, const version_told& input, const watch_policy& policy,
                  double dice) {
  state.doubt = false;
  if (older_version(input.version, state.version)) forget_position(state);
  return proceed(state, policy, dice);
}

watch_step opened(watch_state& state) {
  state.phase = watch_phase::streaming;
  state.was_open = true;
  watch_step step;
  step.recovered = state.told.has_value();
  state.told.reset();
  return step;
}

watch_step ended(watch_state& state, const watch_ended& input, const watch_policy& policy,
                 double dice) {
  state.doubt |= input.silent;
  if (input.lasted >= policy.lasting) {
    state.failures = 0;
    return proceed(state, policy, dice);
  }
  ++state.failures;
  return pause(state, backoff(policy.backoff_min, policy, state.failures, dice));
}

}  // namespace

watch_step advance(watch_state& state, watch_input input, const watch_policy& policy, double dice) {
  return std::visit(
      overloaded{
          [&](watch_begins& in) {
            stand_at(state, std::move(in.resume_from));
            return proceed(state, policy, dice);
          },
          [&](timer_fired&) { return proceed(state, policy, dice); },
          [&](page_arrived& in) { return page(state, std::move(in), policy, dice); },
          [&](version_told& in) { return probed(state, in, policy, dice); },
          [&](watch_opened&) { return opened(state); },
          [&](version_advanced& in) {
            stand_at(state, std::move(in.version));
            state.failures = 0;
            return watch_step{};
          },
          [&](watch_ended& in) { return ended(state, in, policy, dice); },
          [&](watch_failed& in) { return failed(state, std::move(in), policy, dice); },
      },
      input);
}

}  // namespace k8s
