#pragma once

/// The real actor tree, from the root down, between an API server and a Teleport in memory, on the
/// deterministic scheduler. Kind: TeleportRoleV7, all namespaces.

#include <string>
#include <vector>

#include "actors/operator.hpp"
#include "tests/unit/actors/support/fake_api.hpp"
#include "tests/unit/actors/support/fake_teleport.hpp"
#include "tests/unit/actors/support/recording_hooks.hpp"
#include "tests/unit/actors/support/scheduler_fixture.hpp"
#include "tests/unit/actors/support/test_environment.hpp"

namespace actors::testing {

/// Holds what must outlive the actor system.
struct world_parts {
  world_parts();

  test_environment context{{"teleportrolev7", "teleportgithubconnector", "teleportloginrule",
                            "teleportscopedrolev1", "teleportuser", "teleportoktaimportrule",
                            "teleportbotv1", "teleportprovisiontoken"}};
  recording_hooks hooks;
  fake_api api;
  fake_teleport teleport;
  std::vector<std::string> given_up;
  reaper undertaker;
};

class operator_world : protected world_parts, public scheduler_fixture {
 public:
  operator_world();
  ~operator_world() override;

  /// Spawns the root and delivers until all is quiet.
  void start();
  /// Delivers messages and watch news until there is nothing more. No timer fires.
  void settle();
  /// Lets time pass, delivering as it goes.
  void pass(std::chrono::milliseconds time);
  /// Ends the actor of this type that was spawned last, as `exit_reason::kill` does.
  void kill_newest(std::string_view type);
  /// Runs until a call to Teleport of this sort is open, while calls are held.
  void until_open(const std::string& verb);
  /// Answers what is held, and from now on everything.
  void let_go();

  static k8s::object_key key(const std::string& name = "admin") { return {"default", name}; }
  std::string ready(const std::string& name = "admin") const {
    return api.condition(key(name), "Ready");
  }
  /// Requests to the API server that change an object, Events left out.
  int writes() { return api.counts["patch"] + api.counts["patch status"]; }
  /// Calls to Teleport of any sort.
  int teleport_calls() const;

  messages::operator_actor root;
};

inline constexpr const char* root_spec = R"({"allow":{"logins":["root"]}})";
inline constexpr const char* other_spec = R"({"allow":{"logins":["guest"]}})";

/// A role as Teleport holds it; `ours`: with our origin label.
teleport::resource role(const std::string& name, const std::string& spec, bool ours);
/// The first login of a stored role.
std::string login_of(const teleport::resource& role);

}  // namespace actors::testing
