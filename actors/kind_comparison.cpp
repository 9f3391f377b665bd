/// kind_supervisor: comparing at leisure. Unlike the list at the start of passes, nothing waits for
/// these: passes go on meanwhile, and what they see is newer than the list.

#include <utility>

#include "actors/core/poll_times.hpp"
#include "actors/kind_supervisor_state.hpp"

namespace actors {

using namespace messages;

heads as_map(std::vector<teleport::resource_head> listed) {
  auto map = std::make_shared<head_map>();
  for (auto& head : listed) {
    auto key = head.key();
    map->emplace(std::move(key), std::move(head));
  }
  return map;
}

void kind_supervisor_state::resync_later() {
  const std::chrono::milliseconds period = env->config.sync_period;
  if (period.count() > 0)
    self->delayed_send(self, core::next_poll(period, env->random()), resync_tick{});
}

void kind_supervisor_state::on_resync(const resync_tick&) {
  compare_at_leisure(env->config.sync_period);
  resync_later();
}

void kind_supervisor_state::on_look_for_drift(const look_for_drift&) {
  compare_at_leisure(env->config.drift_interval);
}

/// A list that is under way is as good, and so is the one that the next connection begins with.
void kind_supervisor_state::compare_at_leisure(std::chrono::milliseconds every) {
  const bool able = may_begin() && connected && admitted && !awaits_watch && !draining;
  if (!able || listing_heads || listing_at_leisure || children.empty()) return;
  listing_at_leisure = true;
  const auto since = self->clock().now();
  self->request(services->teleport, request_timeout, list_heads{kind})
      .then(
          [this, since, every](heads_result& answer) {
            listing_at_leisure = false;
            env->hooks->reached(name, "compared", kind->cr_kind);
            if (const auto* why = std::get_if<teleport::error>(&answer.outcome))
              return say_not_compared(why->message);
            compares = true;
            compared_now();
            tell_children(compare_heads{as_map(std::move(std::get<0>(answer.outcome))), since,
                                        core::look_spread(every)});
          },
          [this](const caf::error& why) {
            listing_at_leisure = false;
            say_not_compared(self->home_system().render(why));
          });
}

void kind_supervisor_state::compared_now() {
  const auto now = env->now().time_since_epoch();
  stats->drift_last_check->Set(std::chrono::duration<double>(now).count());
}

/// Once, until it works again.
void kind_supervisor_state::say_not_compared(const std::string& why) {
  if (!std::exchange(compares, false)) return;
  log(log_level::warning, "comparison-failed",
      "can't list in Teleport: changes there that no event tells of are not seen; trying again",
      why);
}

}  // namespace actors
