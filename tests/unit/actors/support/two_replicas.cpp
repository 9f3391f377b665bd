#include "tests/unit/actors/support/two_replicas.hpp"

namespace actors::testing {

two_replicas::two_replicas() {
  auto& env = leader_context.env;
  env.config = context.env.config;
  env.config.election.identity = "leader";
  leader_context.monotonic = context.monotonic;
  // A Lease whose holder's clock stands still looks as if it were not renewed.
  env.now = [this] {
    const auto passed = sched().clock().now().time_since_epoch();
    return leader_context.wall +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(passed);
  };
  env.hooks = &leader_hooks;
  env.undertaker = &leader_undertaker;
  env.make_kube = [this] {
    return api.make_client([this] { return leader_context.fence.open(); });
  };
  env.make_teleport = [this] { return teleport.make_connector(); };
  env.give_up = [this](std::string why) { given_up.push_back(std::move(why)); };
  teleport.watch_calls = [this](const fake_teleport::call& one) {
    if (leader_sessions_ > 0 && one.session > leader_sessions_) ++standby_calls[one.verb];
  };
}

two_replicas::~two_replicas() {
  teleport.hold = api.hold = false;
  kill_leader();
  leader_hooks.all.clear();
}

void two_replicas::start_leader() {
  leader_context.env.config.kinds = context.env.config.kinds;
  leader_context.env.config.namespaces = context.env.config.namespaces;
  spawn_operator(system(), leader_context.env);
  settle();
}

void two_replicas::start_standby() {
  leader_sessions_ = teleport.connects;
  root = spawn_operator(system(), context.env);
  settle();
}

void two_replicas::lead(bool leading) {
  api.leases.hold_by(leading ? "" : "somebody else");
  settle();
}

void two_replicas::tell_kinds(bool leading) {
  for (const auto& one : hooks.living("kind_supervisor")) {
    self()->send(caf::actor_cast<messages::kind_supervisor_actor>(one),
                 messages::leadership_changed{leading});
  }
  settle();
}

void two_replicas::kill_leader() {
  // Twice, for those that were respawned meanwhile.
  for (int round = 0; round < 2; ++round) {
    for (const auto& actor : leader_hooks.living(""))
      self()->send_exit(actor, caf::exit_reason::kill);
    run();
  }
}

void two_replicas::take_over() {
  kill_leader();
  forget_costs();
  lead(true);
}

two_replicas::counts two_replicas::requests() const {
  auto about_crs = api.counts;
  about_crs.erase("create");
  std::erase_if(about_crs, [](const auto& one) { return one.second == 0; });
  return about_crs;
}

void two_replicas::forget_costs() {
  api.counts.clear();
  api.events.clear();
  teleport.counts.clear();
  standby_calls.clear();
}

}  // namespace actors::testing
