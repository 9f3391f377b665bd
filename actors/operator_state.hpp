#pragma once

/// State of the root. Private to operator*.cpp: conversations (operator.cpp), what is made of the
/// way to Teleport (operator_teleport.cpp), of who leads (operator_leadership.cpp), children
/// (operator_children.cpp).

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/core/await_table.hpp"
#include "actors/core/claim_table.hpp"
#include "actors/core/lanes.hpp"
#include "actors/core/restart_policy.hpp"
#include "actors/core/trouble_tale.hpp"
#include "actors/lifecycle.hpp"
#include "actors/operator.hpp"

namespace actors {

struct operator_state {
  static inline constexpr const char* name = "operator";

  explicit operator_state(messages::operator_actor::pointer me) : self(me) {}
  operator_state(const operator_state&) = delete;
  operator_state& operator=(const operator_state&) = delete;
  ~operator_state() = default;

  // -- from service actors and supervisors
  // ---------------------------------------------------------------------
  void on_teleport_state(const messages::teleport_state& now);
  void on_kind_ready(const messages::kind_ready& ready);
  void on_claim_resources(const messages::claim_resources& wish);
  void on_release_claim(const messages::release_claim& gone);
  void on_await_resources(const messages::await_resources& wish);
  void on_resource_written(const messages::resource_written& news);
  void on_kind_drained(const messages::kind_drained& drained);
  void on_watch_settled(const messages::watch_settled& settled);
  void on_teleport_moved(const messages::teleport_moved& moved);
  void on_poll_due(const messages::poll_due& due);
  void on_leadership(const messages::leadership& now);
  void on_resigned();
  void on_child_down(const caf::down_msg& down);
  // -- from outside
  // --------------------------------------------------------------------------------------------
  void on_stop();
  void on_drain_timeout();
  void on_resign_timeout();
  void on_restart(const messages::restart_tick& tick);

  struct kind_child {
    messages::kind_ptr kind = nullptr;
    messages::kind_supervisor_actor actor;  ///< null: waits for its restart
    core::restart_backoff deaths;
    caf::actor_clock::time_point spawned;
    bool heard = false;  ///< has said whether it could list
    bool drained = false;
  };

  // -- children (operator_children.cpp)
  // ------------------------------------------------------------------------
  void spawn_all();
  std::vector<messages::kind_ptr> kinds_to_run() const;
  void spawn_service(const std::string& child);
  void spawn_kind(kind_child& one);
  void service_died(const std::string& child, const caf::error& reason);
  void kind_died(kind_child& one, const caf::error& reason);
  void publish_services();
  void stand_for_election();
  void end(const char* why);

  // -- the way to Teleport (operator_teleport.cpp)
  // ------------------------------------------------------------------------
  /// No connection so far, and none to be expected.
  bool is_hopeless(const messages::teleport_state& now) const;
  void say_connected(const messages::teleport_state& now) const;
  /// Log, metric and Event, where there is something new to say. Answers whether a trouble is over
  /// that a person had to mend.
  bool say_how_it_stands(const messages::teleport_state& now);
  void say_trouble(const messages::teleport_state& now) const;
  void say_over(const core::trouble_tale::ended& last) const;
  void show_health(const messages::teleport_state& now) const;
  void tell_own_pod(messages::event_type type, const char* reason, std::string note) const;

  // -- who leads (operator_leadership.cpp)
  // ------------------------------------------------------------------------
  bool knows_who_leads() const;
  void say_standby(const messages::leadership& now) const;
  void say_lease_trouble(const messages::leadership& now) const;
  void show_standing() const;
  void tell_lease(const char* what) const;
  void give_lease_up();

  void start_if_all_heard();
  void tell(const std::vector<core::claim_table::decision>& decisions);
  void wake(const core::await_table::waiters& waiters);
  template <class Message>
  void tell_kinds(const Message& message) {
    for (auto& [cr_kind, one] : kinds) {
      if (one.actor) self->send(one.actor, message);
    }
  }

  messages::operator_actor::pointer self;
  environment* env = nullptr;
  std::optional<life> alive;
  messages::service_handles services;
  messages::drift_watcher_actor drift;     ///< nobody else talks to it
  messages::leader_elector_actor elector;  ///< likewise; null before Teleport was reached
  messages::services published;            ///< what everybody has
  std::map<std::string, core::restart_intensity> deaths;    ///< by service
  std::map<std::string, kind_child> kinds;                  ///< by CR kind
  std::unordered_map<caf::actor_id, std::string> by_actor;  ///< service name or CR kind
  std::shared_ptr<core::lanes> lanes = std::make_shared<core::lanes>();
  core::claim_table claims;
  core::await_table awaits;
  std::optional<messages::teleport_state> teleport;  ///< the last word
  core::trouble_tale tale;                           ///< what is said of trouble with it
  caf::actor_clock::time_point born;
  bool ever_connected = false;
  bool awaits_watch = false;      ///< connected; the kinds wait until drift_watcher has settled
  messages::leadership standing;  ///< the last word of leader_elector
  bool leading = false;           ///< what the kinds know
  bool started = false;
  bool stopping = false;
  bool resigning = false;  ///< no pass runs any more; the Lease is given up
};

}  // namespace actors
