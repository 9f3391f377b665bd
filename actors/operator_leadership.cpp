/// The root: what it makes of who leads. Who is told, what people are told, and giving the Lease up
/// at the end.

#include <utility>

#include "actors/operator_state.hpp"

namespace actors {

using namespace messages;

namespace {

/// For a Lease that a hung API server does not let go of: it then runs out by itself.
constexpr std::chrono::seconds resign_patience{3};

constexpr const char* lease_remedy =
    "give the operator's ServiceAccount get, create and update on leases "
    "(coordination.k8s.io) in the Lease's namespace (deploy/README.md)";

}  // namespace

void operator_state::on_leadership(const leadership& now) {
  const auto before = std::exchange(standing, now);
  if (!stopping) show_standing();
  const bool other_trouble =
      now.trouble.empty() != before.trouble.empty() || now.refused != before.refused;
  if (other_trouble) say_lease_trouble(now);
  if (now.leading == leading) {
    if (!now.leading && !now.holder.empty() && now.holder != before.holder) say_standby(now);
    return start_if_all_heard();
  }
  leading = now.leading;
  const auto& election = env->config.election;
  env->stats->leads(election.lease.name, leading);
  if (leading) {
    env->log->write(log_level::info, name, "leading", "this process leads",
                    {{"lease", k8s::to_string(election.lease)}, {"identity", election.identity}});
  } else {
    env->log->write(log_level::warning, name, "stopped-leading",
                    "this process leads no more: nothing is written until it does again",
                    {{"lease", k8s::to_string(election.lease)},
                     {"identity", election.identity},
                     {"holder", now.holder},
                     {"err", now.trouble}});
  }
  tell_lease(leading ? " became leader" : " stopped leading");
  tell_kinds(leadership_changed{leading});
  start_if_all_heard();
}

/// Or that this can't be found out now.
bool operator_state::knows_who_leads() const {
  const bool another = !standing.holder.empty() && standing.holder != env->config.election.identity;
  return leading || another || !standing.trouble.empty();
}

void operator_state::say_standby(const leadership& now) const {
  env->log->write(log_level::info, name, "standby", "another process leads; standing by",
                  {{"lease", k8s::to_string(env->config.election.lease)}, {"holder", now.holder}});
}

void operator_state::say_lease_trouble(const leadership& now) const {
  const auto lease = k8s::to_string(env->config.election.lease);
  if (now.trouble.empty()) {
    env->log->write(log_level::info, name, "lease-trouble-over", "the Lease can be used again",
                    {{"lease", lease}});
    return;
  }
  env->log->write(
      log_level::warning, name, "lease-trouble",
      now.refused ? "a right on Leases is missing: without it nobody can lead"
                  : "can't read or renew the Lease; trying again",
      {{"lease", lease}, {"remedy", now.refused ? lease_remedy : ""}, {"err", now.trouble}});
}

void operator_state::show_standing() const {
  const auto& now = standing;
  auto* health = env->health;
  if (now.leading) return health->set_leadership(true, "leads");
  if (!now.trouble.empty()) return health->set_leadership(false, now.trouble);
  if (now.holder.empty()) return health->set_leadership(false, "nobody leads yet");
  health->set_leadership(true, "standby: " + now.holder + " leads");
}

/// As client-go does it, so that people find it where they look for it.
void operator_state::tell_lease(const char* what) const {
  const auto& election = env->config.election;
  self->send(services.events,
             record_event{event_type::normal,
                          {"coordination.k8s.io/v1", "Lease", election.lease, standing.lease_uid},
                          "LeaderElection",
                          election.identity + what});
}

// -- the end --------------------------------------------------------------------------------------

/// No pass runs any more, and none will: whoever waits for the Lease may have it.
void operator_state::give_lease_up() {
  if (std::exchange(resigning, true)) return;
  if (!elector) return end("stopped");
  self->send(elector, resign{});
  self->delayed_send(self, resign_patience, resign_timeout{});
}

void operator_state::on_resigned() {
  if (!resigning) return;
  if (leading) {
    env->log->write(log_level::info, name, "resigned", "the Lease is released",
                    {{"lease", k8s::to_string(env->config.election.lease)}});
  }
  end("stopped");
}

void operator_state::on_resign_timeout() {
  env->log->write(log_level::warning, name, "resign-timeout",
                  "the Lease could not be released in time: others wait until it runs out",
                  {{"lease", k8s::to_string(env->config.election.lease)}});
  end("stopped");
}

}  // namespace actors
