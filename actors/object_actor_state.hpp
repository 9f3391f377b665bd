#pragma once

/// State of an object actor. Private to object_actor*.cpp, which split it by task: what comes in
/// (object_actor.cpp), carrying out steps (object_steps.cpp; object_secrets.cpp for Secrets),
/// ending a pass (object_finish.cpp).

#include <optional>
#include <string>
#include <string_view>

#include "actors/core/drift.hpp"
#include "actors/core/plan.hpp"
#include "actors/lifecycle.hpp"
#include "actors/object_actor.hpp"

namespace actors {

struct object_actor_state {
  static inline constexpr const char* name = "object_actor";

  explicit object_actor_state(messages::object_actor::pointer me) : self(me) {}
  object_actor_state(const object_actor_state&) = delete;
  object_actor_state& operator=(const object_actor_state&) = delete;
  ~object_actor_state();

  // -- from the supervisor
  // -------------------------------------------------------------------------------------
  void on_observe(messages::observe& news);
  void on_claim_decided(messages::claim_decided& decided);
  void on_slot_granted(const messages::slot_granted& grant);
  void on_services_changed(const messages::services_changed& changed);
  void on_wake(bool refused_too);
  void on_reconsider();
  void on_compare_heads(const messages::compare_heads& listed);
  void on_resource_moved(const messages::resource_moved& news);
  // -- from secret_watcher
  // -------------------------------------------------------------------------------------
  void on_secret_moved();
  // -- timers
  // --------------------------------------------------------------------------------------------------
  void on_retry_tick(const messages::retry_tick& tick);

  // -- a pass: read the CR if it is not at hand, then step after step
  // ------------------------------------------
  void want_pass();
  /// Takes note of a state of the CR; false if a newer one is known.
  bool saw(k8s::object_ptr state);
  bool waits() const;
  bool was_refused() const;
  void read_then_begin();
  void begin_pass();
  void next();
  void carry_out(core::add_finalizer& step);
  void carry_out(core::remove_finalizer& step);
  void carry_out(core::read_secrets& step);
  void carry_out(core::look_up& step);
  void carry_out(core::create_in_teleport& step);
  void carry_out(core::update_in_teleport& step);
  void carry_out(core::delete_in_teleport& step);
  void carry_out(core::read_back& step);
  void carry_out(core::find_referrers& step);
  void carry_out(core::finish& step);

  // -- its Secrets (object_secrets.cpp)
  // --------------------------------------------------------------------------------------
  void read_secret(const std::string& secret);
  void secret_answered(const std::string& secret, messages::object_result answer);
  /// Tells secret_watcher what the CR uses, if that is anything or was.
  void say_used(std::vector<messages::secret_seen> now_used);
  void say_used_again();

  // -- its end: status, then Event, retry, slot
  // ----------------------------------------------------------------
  void write_status(const core::outcome& result, const k8s::object_ptr& base, unsigned tries_left);
  void end_pass(const core::outcome& result);
  void schedule(core::verdict what);
  void count_repairs(core::verdict what);
  /// Is there news of Teleport's side that the pass that ends now has not seen?
  bool has_news(core::verdict what) const;
  void look_at_drift();
  void compare_later(const messages::head_map& listed);
  void tell(const core::outcome& result);
  void give_slot_back(const core::outcome& result);

  /// Creates or updates in Teleport, then goes on.
  template <class Request>
  void write(Request request, core::verdict as);
  void patch(std::string subresource, std::string body,
             const std::function<void(messages::object_result&)>& then);
  void reached(std::string_view point) { env->hooks->reached(name, point, subject); }
  void log(log_level level, std::string_view event, std::string_view message,
           const std::string& err = {}) const;
  std::string reconcile_id() const;

  enum class phase { idle, waiting_for_slot, running };

  messages::object_actor::pointer self;
  environment* env = nullptr;
  object_birth birth;
  std::string subject;  ///< "TeleportRoleV7 default/admin", for hooks
  k8s::resource_type type;
  std::optional<life> alive;

  phase now = phase::idle;
  /// The newest state of the CR, kept while there is something to do with it.
  k8s::object_ptr newest;
  /// resourceVersion of the newest state that was seen; older news are ignored.
  std::string newest_version;
  /// Fingerprint of the CR that the last pass worked on; a state with the same one is no news.
  std::optional<std::uint64_t> worked_on;
  /// The standing of our claim on the Teleport resource; no pass before the first decision.
  std::optional<messages::claim_decided> claim;
  /// Revision in Teleport as of our last look.
  std::string revision;
  core::seen_revisions seen_there;
  /// News of Teleport's side that came after the last look.
  std::optional<messages::resource_moved> unseen;
  unsigned repairs = 0;  ///< shortly one after another
  caf::actor_clock::time_point repaired_at;
  std::uint64_t drift_timer = 0;  ///< number of the retry_tick that looks at drift
  core::verdict last_verdict = core::verdict::in_sync;
  unsigned attempts = 0;  ///< passes in a row that ended with last_verdict
  unsigned passes = 0;
  std::uint64_t timer = 0;  ///< number of the newest retry_tick
  unsigned lost_races = 0;  ///< passes in a row that ended with a lost race
  messages::heads offered;  ///< a list of Teleport's side for the pass that is waited for
  std::optional<core::unanswered_write> unanswered;
  core::observed pass;                      ///< of the running pass
  core::secret_answers answers;             ///< to the Secrets that are being read
  std::size_t awaited = 0;                  ///< answers that are to come
  std::vector<messages::secret_seen> used;  ///< what secret_watcher knows
  caf::actor_clock::time_point began;
  bool vanished = false;  ///< the CR is gone; `newest` is its last state, as one to be deleted
  bool again = false;     ///< something moved while the pass ran
  bool woken = false;     ///< what a pass waits for came while the pass ran
};

}  // namespace actors
