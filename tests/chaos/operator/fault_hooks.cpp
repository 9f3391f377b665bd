#include "tests/chaos/operator/fault_hooks.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <caf/all.hpp>

namespace chaos {

namespace {

constexpr std::string_view root = "operator";

bool matches(const target& whom, std::string_view type, std::string_view subject) {
  if (type == root) return false;
  return (whom.type.empty() || whom.type == type) &&
         subject.find(whom.subject) != std::string_view::npos;
}

/// The marked points at which an effect leaves.
bool is_way_out(std::string_view type, std::string_view point) {
  if (type == "kube_client") return point == "patch";
  return type == "teleport_client" && (point == "create" || point == "update" || point == "delete");
}

place place_of(actors::write_at where) {
  switch (where) {
    case actors::write_at::asked:
      return place::asked;
    case actors::write_at::answered:
      return place::answered;
    case actors::write_at::heard:
      break;
  }
  return place::heard;
}

/// How an actor with this exit reason died; nothing for an orderly end.
std::optional<way> way_of(const caf::error& reason) {
  if (reason == caf::exit_reason::kill) return way::kill;
  // CAF's word for an exception in a handler, and for one while the actor was made.
  if (reason == caf::sec::runtime_error || reason == caf::exit_reason::unhandled_exception) {
    return way::raise;
  }
  return {};
}

}  // namespace

// -- from actors

void fault_hooks::spawned(std::string_view type, std::string_view subject,
                          const caf::actor_addr& who) {
  const auto actor = caf::actor_cast<caf::strong_actor_ptr>(who);
  {
    const std::lock_guard lock{mutex_};
    living_.emplace(actor->id(), live{std::string{type}, std::string{subject}, who});
  }
  actor->get()->attach_functor(
      [this, id = actor->id()](const caf::error& reason) { ended(id, reason); });
}

void fault_hooks::ended(caf::actor_id who, const caf::error& reason) {
  const std::lock_guard lock{mutex_};
  auto node = living_.extract(who);
  if (node.empty()) return;
  if (const auto how = way_of(reason)) {
    deaths_.push_back({*how, std::move(node.mapped().type), std::move(node.mapped().subject)});
  }
}

void fault_hooks::reached(std::string_view type, std::string_view point, std::string_view subject) {
  std::vector<caf::actor_addr> victims;
  bool raises = false;
  {
    const std::lock_guard lock{mutex_};
    ++reached_[std::string{type} + ' ' + std::string{point}];
    for (auto one = armed_.begin(); one != armed_.end();) {
      const auto here = one++;
      if (raises && here->how == way::raise) continue;  // one exception at a time
      if (!strikes(*here, type, point, subject)) continue;
      if (here->how == way::kill) {
        const auto victim = random_victim(here->whom);
        if (!victim) continue;  // nobody there yet: it strikes at a later point
        victims.push_back(victim->who);
      } else {
        raises = true;
      }
      here->passed = 0;
      if (here->times > 0 && --here->times == 0) armed_.erase(here);
    }
  }
  for (const auto& victim : victims) caf::anon_send_exit(victim, caf::exit_reason::kill);
  if (raises) throw std::runtime_error("chaos at " + std::string{point});
  if (is_way_out(type, point)) effect_passes(place::leaves, point, subject);
}

bool fault_hooks::passes(actors::write_at where, std::string_view what, std::string_view subject) {
  return effect_passes(place_of(where), what, subject);
}

bool fault_hooks::effect_passes(place where, std::string_view what, std::string_view subject) {
  std::vector<caf::actor_addr> victims;
  auto then = ending::pass;
  {
    const std::lock_guard lock{mutex_};
    const auto found = effects_.passes(where, what, subject);
    then = found.then;
    for (const auto& one : found.kills) {
      for (const auto& [id, actor] : living_) {
        if (actor.type == one.type && actor.subject == one.subject) victims.push_back(actor.who);
      }
    }
  }
  for (const auto& victim : victims) caf::anon_send_exit(victim, caf::exit_reason::kill);
  if (then == ending::raise) throw std::runtime_error("chaos at an effect");
  return then == ending::pass;
}

bool fault_hooks::strikes(fault& one, std::string_view type, std::string_view point,
                          std::string_view subject) {
  if (one.how == way::raise) {
    const bool here = one.point.empty() || one.point == point;
    if (!here || !matches(one.whom, type, subject)) return false;
  }
  return one.passed++ >= one.after;
}

// -- from the control socket

void fault_hooks::seed(std::uint64_t value) {
  const std::lock_guard lock{mutex_};
  random_.seed(value);
}

std::optional<std::string> fault_hooks::kill(const target& among) {
  std::optional<live> victim;
  {
    const std::lock_guard lock{mutex_};
    victim = random_victim(among);
  }
  if (!victim) return {};
  caf::anon_send_exit(victim->who, caf::exit_reason::kill);
  return victim->subject.empty() ? victim->type : victim->subject;
}

std::optional<fault_hooks::live> fault_hooks::random_victim(const target& among) {
  std::vector<const live*> candidates;
  for (const auto& [id, one] : living_) {
    if (matches(among, one.type, one.subject)) candidates.push_back(&one);
  }
  if (candidates.empty()) return {};
  return *candidates[random_() % candidates.size()];
}

void fault_hooks::arm(fault next) {
  const std::lock_guard lock{mutex_};
  armed_.push_back(std::move(next));
}

void fault_hooks::plan(effect_fault next) {
  const std::lock_guard lock{mutex_};
  effects_.plan(std::move(next));
}

std::size_t fault_hooks::disarm() {
  const std::lock_guard lock{mutex_};
  return std::exchange(armed_, {}).size();
}

std::vector<bool> fault_hooks::struck() const {
  const std::lock_guard lock{mutex_};
  return effects_.struck();
}

report fault_hooks::now() const {
  const std::lock_guard lock{mutex_};
  report all;
  for (const auto& [id, one] : living_) ++all.alive[one.type];
  all.reached = reached_;
  all.deaths = deaths_;
  all.armed = armed_.size();
  all.effects = effects_.asked();
  return all;
}

}  // namespace chaos
