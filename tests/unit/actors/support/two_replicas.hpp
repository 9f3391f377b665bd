#pragma once

/// Two operators on one API server and one Teleport in memory. The one of operator_world stands by
/// while the other one, which is just called the leader, leads.

#include <map>
#include <string>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {

/// Holds what must outlive the actor system.
struct leader_parts {
  test_environment leader_context{{"teleportrolev7", "teleportgithubconnector"}};
  recording_hooks leader_hooks;
  reaper leader_undertaker;
};

class two_replicas : protected leader_parts, public operator_world {
 public:
  using counts = std::map<std::string, int>;

  two_replicas();
  ~two_replicas() override;

  /// Spawns the leader and delivers until all is quiet.
  void start_leader();
  /// Spawns the other one, which finds the Lease taken.
  void start_standby();
  /// The Lease is free, and the standby takes it; or somebody else has it.
  void lead(bool leading);
  /// The leader dies at once. Its Lease stays for a while.
  void kill_leader();
  /// The leader dies; then the standby leads. From here on only its requests are counted.
  void take_over();
  /// Tells the supervisors of the replica of operator_world whether it leads; the Lease stays.
  void tell_kinds(bool leading);
  void forget_costs();
  /// Requests to the API server by verb, without those for Events (and for the Lease).
  counts requests() const;

  counts standby_calls;  ///< to Teleport, by verb

 private:
  int leader_sessions_ = 0;
};

}  // namespace actors::testing
