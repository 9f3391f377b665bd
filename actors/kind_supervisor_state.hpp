#pragma once

/// State of a kind_supervisor. Private to kind_*.cpp, which split it by task: what is watched
/// (kind_supervisor.cpp), the children (kind_children.cpp), the slots (kind_slots.cpp), comparing
/// at leisure (kind_comparison.cpp).

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "actors/core/restart_policy.hpp"
#include "actors/kind_supervisor.hpp"
#include "actors/lifecycle.hpp"

namespace actors {

struct kind_supervisor_state {
  static inline constexpr const char* name = "kind_supervisor";

  explicit kind_supervisor_state(messages::kind_supervisor_actor::pointer me) : self(me) {}
  kind_supervisor_state(const kind_supervisor_state&) = delete;
  kind_supervisor_state& operator=(const kind_supervisor_state&) = delete;
  ~kind_supervisor_state();

  // -- the watch (kind_supervisor.cpp)
  // -------------------------------------------------------------------------
  void on_listed(messages::objects_listed& page);
  void on_seen(messages::object_seen& news);
  void on_bookmark(const messages::watch_bookmark& mark);
  void on_trouble(const messages::watch_trouble& trouble);
  void on_recovered(const messages::watch_recovered& recovered);
  // -- from the root
  // -------------------------------------------------------------------------------------------
  void on_services_changed(const messages::services_changed& changed);
  void on_teleport_changed(const messages::teleport_changed& changed);
  void on_leadership_changed(const messages::leadership_changed& changed);
  void on_start();
  void on_claims_decided(const messages::claims_decided& decided);
  void on_claimed_moved(const messages::claimed_moved& moved);
  void on_awaited_came(const messages::awaited_came& news);
  void on_drain();
  // -- comparing at leisure (kind_comparison.cpp)
  // ---------------------------------------------------------------------------
  void on_look_for_drift(const messages::look_for_drift& word);
  void on_resync(const messages::resync_tick& tick);
  void resync_later();
  /// Once `every` so long.
  void compare_at_leisure(std::chrono::milliseconds every);
  void compared_now();
  void say_not_compared(const std::string& why);
  // -- from object actors, and about them
  // ----------------------------------------------------------------------
  void on_slot_wanted(const messages::slot_wanted& wish);
  void on_pass_done(const messages::pass_done& done);
  void on_claim_wanted(messages::claim_wanted& wish);
  void on_child_down(const caf::down_msg& down);
  void on_respawn(const messages::respawn_tick& tick);

  struct child {
    std::string uid;
    std::string creation_timestamp;
    std::optional<teleport::resource_key> wants;  ///< what was claimed for it
    messages::object_actor actor;                 ///< null: waits for its restart
    bool has_slot = false;
    bool awaits = false;  ///< a resource in Teleport, and the root knows
    std::optional<caf::actor_clock::time_point> waiting_since;  ///< for a slot
    running_passes::clock::time_point pass_began;
    std::optional<messages::claim_decided> claim;
    std::optional<messages::cr_state> state;
    std::unique_ptr<core::restart_backoff> deaths;  ///< made at the first death
    k8s::object_ptr vanished;                       ///< set: the CR is gone, and cleaned up after
  };
  /// What is known of one watched namespace.
  struct scope {
    std::string version;  ///< everything up to this resourceVersion was seen
    std::optional<std::set<std::string>> listing;  ///< UIDs of the list that is coming in
    bool listed = false;
  };

  void subscribe_all();
  bool all_listed() const;
  void tell_ready(messages::watch_state state, const std::string& trouble = {});
  void finish_listing(const std::string& ns, scope& where);

  /// Spawns or informs; a CR that is new is added to `claims`.
  void admit(k8s::object_ptr object, std::vector<messages::claim>& claims, bool listed = false,
             bool rewound = false);
  /// Adds to `claims`, unless that is claimed for it already.
  void claim_for(const k8s::object_key& key, child& one, teleport::resource_key wants,
                 std::vector<messages::claim>& claims);
  void forget(const k8s::object_key& key, std::string uid);
  /// A CR is gone from Kubernetes: done, or still to be cleaned up after.
  void lose(const k8s::object& last);
  void spawn_child(const k8s::object_key& key, child& one);
  void show_failure(const k8s::object_key& key, const std::string& uid);
  void set_state(child& one, std::optional<messages::cr_state> state);
  template <class Message>
  void tell_children(const Message& message) {
    for (auto& [key, one] : children) {
      if (one.actor) self->send(one.actor, message);
    }
  }

  void list_heads_then_go();
  void wake_children() { tell_children(messages::wake{std::exchange(refused_too, false)}); }
  void grant_slots();
  /// The root has let passes begin, and what there is to work on is known here too.
  bool may_begin() const { return started && told.has_value(); }
  bool gate_open() const { return may_begin() && !listing_heads && !draining && !awaits_watch; }
  void count(const messages::pass_done& done) const;
  void take_slot_back(child& one);
  /// Tells the root what others may wait for, and what the CR waits for.
  void pass_on(const messages::pass_done& done, child& one);
  void awaits_no_more(const k8s::object_key& key, child& one);
  void log(log_level level, std::string_view event, std::string_view message,
           const std::string& err = {}) const;

  messages::kind_supervisor_actor::pointer self;
  environment* env = nullptr;
  messages::kind_ptr kind = nullptr;
  messages::operator_actor root;
  messages::services services;
  controller_metrics* stats = nullptr;
  std::optional<life> alive;

  std::uint64_t epoch = 0;  ///< of the present subscription
  std::map<std::string, scope> scopes;
  std::optional<std::pair<messages::watch_state, std::string>>
      told;  ///< what the root knows of the watch
  std::map<k8s::object_key, child> children;
  std::unordered_map<caf::actor_id, k8s::object_key> by_actor;

  std::deque<messages::slot_wanted> waiting;
  std::size_t active = 0;  ///< passes that run
  bool started = false;
  bool leading = false;
  bool draining = false;
  bool connected = false;
  bool admitted = true;
  bool awaits_watch = false;  ///< see messages::teleport_changed
  bool refused_too = false;   ///< to be looked at with the next wake
  bool listing_heads = false;
  bool list_again = false;  ///< the list that is under way may be too old
  bool listing_at_leisure = false;
  bool compares = true;  ///< false: it can't list, and has said so
};

/// A list, by what tells its resources apart.
messages::heads as_map(std::vector<teleport::resource_head> listed);

}  // namespace actors
