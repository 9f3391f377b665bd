#include "tests/unit/actors/support/operator_world.hpp"

#include <utility>

#include "teleport/codec.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/proto/role.pb.h"

namespace actors::testing {

world_parts::world_parts() {
  auto& env = context.env;
  env.config.kinds = {teleport::find_kind("TeleportRoleV7")};
  env.config.sync_period = std::chrono::seconds{0};
  env.config.drift_interval = std::chrono::seconds{0};
  env.config.election.lease = {"default", "lease"};
  env.config.election.identity = "me";
  env.hooks = &hooks;
  env.undertaker = &undertaker;
  env.make_kube = [this] { return api.make_client([this] { return context.fence.open(); }); };
  env.make_teleport = [this] { return teleport.make_connector(); };
  env.give_up = [this](std::string why) { given_up.push_back(std::move(why)); };
  teleport.now = env.now;
}

operator_world::operator_world() {
  context.monotonic = [this] {
    return std::chrono::duration_cast<lease_fence::time>(sched().clock().now().time_since_epoch());
  };
}

operator_world::~operator_world() {
  // Everybody ends while what they hold on to is still there.
  // Twice, for those that were respawned meanwhile.
  for (int round = 0; round < 2; ++round) {
    for (const auto& actor : hooks.living("")) self()->send_exit(actor, caf::exit_reason::kill);
    run();
  }
  hooks.all.clear();
  api.forget_all();
  teleport.forget_all();
  root = nullptr;
}

void operator_world::start() {
  root = spawn_operator(system(), context.env);
  settle();
}

void operator_world::settle() {
  do {
    run();
  } while (api.deliver());
}

void operator_world::pass(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds stride{50};
  for (auto left = time; left.count() > 0; left -= stride) {
    advance(std::min(left, stride));
    settle();
  }
}

void operator_world::kill_newest(std::string_view type) {
  const auto living = hooks.living(type);
  ASSERT_FALSE(living.empty()) << "no " << type << " lives";
  self()->send_exit(living.back(), caf::exit_reason::kill);
  settle();
}

int operator_world::teleport_calls() const {
  int sum = 0;
  for (const auto& [verb, count] : teleport.counts) sum += count;
  return sum;
}

teleport::resource role(const std::string& name, const std::string& spec, bool ours) {
  const auto* kind = teleport::find_kind("TeleportRoleV7");
  auto decoded = teleport::decode(*kind, {name, {}, {}, spec, {}});
  EXPECT_TRUE(decoded.ok()) << spec;
  auto result = std::move(decoded.value());
  if (!ours) teleport::codec::set_labels(result.mutable_message(), {});
  return result;
}

std::string login_of(const teleport::resource& role) {
  const auto& message = dynamic_cast<const types::RoleV6&>(role.message());
  const auto& logins = message.spec().allow().logins();
  return logins.empty() ? std::string{} : logins.Get(0);
}

void operator_world::until_open(const std::string& verb) {
  for (int i = 0; i < 10; ++i) {
    settle();
    ASSERT_FALSE(teleport.pending.empty()) << "never asked to " << verb;
    if (teleport.pending.front().verb == verb) return;
    teleport.answer(0);
  }
  FAIL() << "never asked to " << verb;
}

void operator_world::let_go() {
  teleport.hold = api.hold = false;
  while (!teleport.pending.empty()) teleport.answer(0);
  while (!api.pending.empty()) api.answer(0);
  settle();
}

}  // namespace actors::testing
