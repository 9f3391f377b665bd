#pragma once

/// State of teleport_client. Private to teleport_*.cpp, which split it by task: calls and event
/// streams of other actors (teleport_requests.cpp, teleport_streams.cpp), making, renewing and
/// losing sessions (teleport_sessions.cpp), and what answers and silence say of the session
/// (teleport_health.cpp).

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "actors/core/breaker.hpp"
#include "actors/core/liveness.hpp"
#include "actors/core/refusals.hpp"
#include "actors/lifecycle.hpp"
#include "actors/teleport_calls.hpp"
#include "actors/teleport_client.hpp"

namespace actors {

struct teleport_client_state {
  static inline constexpr const char* name = "teleport_client";

  explicit teleport_client_state(messages::teleport_client_actor::pointer me) : self(me) {}
  teleport_client_state(const teleport_client_state&) = delete;
  teleport_client_state& operator=(const teleport_client_state&) = delete;
  ~teleport_client_state();

  using time_point = std::chrono::steady_clock::time_point;

  // -- requests of other actors (teleport_requests.cpp)
  // ---------------------------------------------------------
  teleport_calls::resource_promise on_get(const messages::get_resource& request);
  teleport_calls::resource_promise on_create(messages::create_resource& request);
  teleport_calls::resource_promise on_update(messages::update_resource& request);
  teleport_calls::resource_promise on_delete(const messages::delete_resource& request);
  teleport_calls::heads_promise on_list(const messages::list_heads& request);
  teleport_calls::resource_promise start(call_subject about, teleport_calls::resource_call call);

  // -- event streams (teleport_streams.cpp)
  // ---------------------------------------------------------------------
  void on_open_watch(const messages::open_watch& request);
  void on_close_watch(const messages::close_watch& request);

  // -- sessions (teleport_sessions.cpp)
  // -------------------------------------------------------------------------
  void first_connect();
  void on_connect_tick(const messages::connect_tick& tick);
  void on_connect_finished(const messages::connect_finished& finished);
  void on_trial_finished(const messages::trial_finished& finished);
  void on_authority_moved(const messages::authority_moved& moved);
  void connect();
  void connected(teleport::established& fresh);
  void not_connected(const teleport::connect_failure& failure, std::chrono::milliseconds at_least);
  /// Calls over this session count from now on, and everybody is told.
  void go_live(const teleport::established& fresh);
  void try_out(const teleport::established& fresh);
  /// `why`: of the log and of what is answered to calls. The next attempt is the caller's.
  void lose_session(const std::string& why);
  void connect_again();
  void plan_renewal();
  void connect_after(std::chrono::milliseconds wait);
  void arm_connect();
  bool follows_files() const;
  bool files_changed() const;
  /// The session before this one still has calls or a stream under way.
  bool former_lives() const { return session != nullptr && !former.expired(); }
  std::chrono::milliseconds life_left() const;

  // -- what answers and silence say (teleport_health.cpp)
  // -------------------------------------------------------
  void on_call_finished(messages::call_finished& finished);
  void on_probe_finished(const messages::probe_finished& finished);
  void on_probe_tick(const messages::probe_tick& tick);
  teleport_calls::meaning judge(const teleport::error* failure);
  void call_answered();
  void call_failed(const call_subject& about, const teleport::error& why);
  void calls_are_refused(const teleport::error& why);
  void calls_are_taken();
  void trip(const call_subject& about, const teleport::error& last);
  void suspect();
  void suspicion_settled(const teleport::connect_failure* failure);
  void got_busy();
  void probe();
  void look_again(time_point when);
  void compare_cluster(const teleport::cluster_info& cluster);
  bool certificate_ended() const;

  void tell_root() { self->send(root, told); }
  time_point now() const { return self->clock().now(); }
  messages::teleport_client_actor handle() const {
    return caf::actor_cast<messages::teleport_client_actor>(self);
  }

  // -- dependencies --
  messages::teleport_client_actor::pointer self;
  environment* env = nullptr;
  messages::operator_actor root;
  std::unique_ptr<teleport::connector> connector;
  std::unique_ptr<teleport_calls> calls;
  std::optional<life> alive;

  // -- the session --
  std::shared_ptr<teleport::session> session;
  std::weak_ptr<teleport::session> former;  ///< the one before; goes when its calls have ended
  std::uint64_t session_number = 0;
  time_point began;               ///< when it was made
  bool proven = false;            ///< a call was answered over it
  bool dated = false;             ///< its certificate was valid by our clock
  messages::teleport_state told;  ///< what the root knows
  /// An event stream, and the session that it goes over: that of before a renewal lives until the
  /// stream is closed.
  struct watch {
    std::shared_ptr<teleport::session> over;
    std::unique_ptr<teleport::watch_handle> handle;
  };
  std::map<std::uint64_t, watch> watches;  ///< by the watcher's numbers
  caf::actor_id watcher = 0;

  // -- attempts --
  bool connecting = false;
  std::uint64_t timer = 0;  ///< number of the newest connect_tick
  time_point connect_due;
  unsigned failed_attempts = 0;  ///< in a row, for the same reason
  teleport::trouble last_reason = teleport::trouble::none;
  unsigned barren = 0;           ///< sessions in a row that broke before a call was answered
  std::uint64_t files_seen = 0;  ///< stamp of the files at the last attempt
  std::optional<time_point> rotation_due;  ///< a CA has moved: a renewal then, or later

  // -- health --
  std::optional<core::liveness> pulse;  ///< of the session
  std::optional<time_point> look_due;   ///< when the newest probe_tick comes
  std::uint64_t look_timer = 0;         ///< and its number
  bool silent = false;                  ///< dead, unless an answer is in the mailbox already
  bool suspecting = false;              ///< connects to learn whether refusals are about us
  core::suspicion doubt;
  std::optional<core::breaker> fuse;
  /// Set when calls went without an answer although there was a connection: one such call must be
  /// answered before the next connection counts.
  std::optional<call_subject> trial;
  std::optional<teleport::established> on_trial;
  std::optional<call_subject> last_unanswered;
};

}  // namespace actors
