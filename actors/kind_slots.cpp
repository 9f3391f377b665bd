/// kind_supervisor: the slots. A pass runs only in a slot; slots are granted in the order in which
/// they were asked for, once the root has opened the gate and the list of Teleport's side has come
/// (or failed).

#include <utility>

#include "actors/kind_supervisor_state.hpp"

namespace actors {

using namespace messages;

namespace {

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

void kind_supervisor_state::on_slot_wanted(const slot_wanted& wish) {
  const auto found = children.find(wish.key);
  if (found == children.end() || found->second.uid != wish.uid) return;
  found->second.waiting_since = self->clock().now();
  env->hooks->reached(name, "slot_wanted", to_string(wish.key));
  stats->queue_adds->Increment();
  waiting.push_back(wish);
  grant_slots();
}

void kind_supervisor_state::grant_slots() {
  while (gate_open() && active < env->config.slots_per_kind && !waiting.empty()) {
    const auto wish = std::move(waiting.front());
    waiting.pop_front();
    const auto found = children.find(wish.key);
    if (found == children.end() || found->second.uid != wish.uid) continue;
    auto& one = found->second;
    if (!one.actor || !one.waiting_since) continue;  // it died while it waited
    stats->queue_wait->Observe(seconds(self->clock().now() - *one.waiting_since));
    one.waiting_since.reset();
    one.has_slot = true;
    one.pass_began = stats->running->begin();
    ++active;
    self->send(one.actor, slot_granted{admitted});
  }
  stats->active_workers->Set(static_cast<double>(active));
  stats->queue_depth->Set(static_cast<double>(waiting.size()));
}

void kind_supervisor_state::take_slot_back(child& one) {
  if (!one.has_slot) return;
  one.has_slot = false;
  stats->running->end(one.pass_began);
  --active;
  if (draining && active == 0) self->send(root, kind_drained{kind});
}

void kind_supervisor_state::count(const pass_done& done) const {
  const bool failed = done.result == pass_result::error;
  stats->reconcile_total.at(static_cast<std::size_t>(done.result))->Increment();
  if (failed) stats->reconcile_errors->Increment();
  // Nothing is tried again before the CR changes.
  if (failed && done.state == cr_state::invalid) stats->terminal_errors->Increment();
  if (done.result != pass_result::success) stats->queue_retries->Increment();
  stats->reconcile_time->Observe(seconds(done.took));
  stats->work_time->Observe(seconds(done.took));
}

void kind_supervisor_state::on_pass_done(const pass_done& done) {
  const auto found = children.find(done.key);
  if (found == children.end() || found->second.uid != done.uid) return;
  env->hooks->reached(name, "pass_done", to_string(done.key));
  auto& one = found->second;
  if (one.deaths) one.deaths->succeeded();
  if (done.result != pass_result::standing_by) count(done);
  set_state(one, done.state);
  pass_on(done, one);
  if (done.cleaned_up) return forget(done.key, done.uid);
  take_slot_back(one);
  grant_slots();
}

void kind_supervisor_state::pass_on(const pass_done& done, child& one) {
  if (done.wrote && one.wants && teleport::is_waited_for(kind->teleport_kind))
    self->send(root, resource_written{{kind->teleport_kind, one.wants->name}});
  if (done.awaits.which.empty()) return awaits_no_more(done.key, one);
  one.awaits = true;
  self->send(root, await_resources{{kind, done.key, one.uid}, done.awaits});
}

// -- what a list of Teleport's side is good for
// ----------------------------------------------------------------

/// At start, when the connection is back, and when events were missed: one list instead of a call
/// for each CR that is in sync.
void kind_supervisor_state::list_heads_then_go() {
  if (!may_begin() || awaits_watch) return;
  if (listing_heads) {
    list_again = true;
    return;
  }
  if (!connected || !admitted || children.empty()) {
    wake_children();
    return grant_slots();
  }
  listing_heads = true;
  const auto go = [this](heads listed) {
    listing_heads = false;
    if (std::exchange(list_again, false)) return list_heads_then_go();
    env->hooks->reached(name, "heads_listed", kind->cr_kind);
    wake_children();
    if (listed) tell_children(compare_heads{std::move(listed)});
    grant_slots();
  };
  self->request(services->teleport, request_timeout, list_heads{kind})
      .then(
          [this, go](heads_result& answer) {
            if (const auto* why = std::get_if<teleport::error>(&answer.outcome)) {
              log(log_level::warning, "list-failed",
                  "can't list in Teleport; looking up one by one", why->message);
              return go(nullptr);
            }
            compared_now();
            go(as_map(std::move(std::get<0>(answer.outcome))));
          },
          [go](const caf::error&) { go(nullptr); });
}

}  // namespace actors
