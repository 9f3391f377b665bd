#pragma once

/// A teleport_client alone, between a root that only listens and a Teleport in memory, on the
/// deterministic scheduler. The wall clock goes with the scheduler's.

#include <string>
#include <vector>

#include "actors/teleport_client.hpp"
#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {

class teleport_client_world : protected world_parts, public scheduler_fixture {
 public:
  teleport_client_world();
  ~teleport_client_world() override;

 protected:
  void start();
  /// Asks for a role; the text of the answer is added to `answers`.
  void get(const std::string& name);
  /// Creates a role, likewise.
  void create(const std::string& name);
  static std::string text(const std::string& name, teleport::errc code) {
    return name + ": " + teleport::to_string(code);
  }
  bool connected() const { return !told.empty() && told.back().connected; }
  /// How often `connect` is begun during that time, while this is how it ends.
  int attempts_in(std::chrono::milliseconds time, const teleport::connect_failure& why);
  /// The server goes on, but nothing of ours gets there and nothing comes back.
  void cut_the_wire();
  /// The next attempts to connect end like this.
  void refuse(teleport::trouble what, const std::string& text, bool permanent = false);

  messages::kind_ptr kind = teleport::find_kind("TeleportRoleV7");
  std::shared_ptr<core::lanes> lanes = std::make_shared<core::lanes>();
  std::vector<messages::teleport_state> told;
  messages::operator_actor root;
  messages::teleport_client_actor client;
  std::vector<std::string> answers;

 private:
  template <class Request>
  void ask_for(const std::string& name, Request request);

  caf::actor_clock::time_point epoch_;
};

}  // namespace actors::testing
