#pragma once

/// State of an object actor. Private to object_actor*.cpp, which split it by task: what comes in
/// (object_actor.cpp), carrying out steps (object_steps.cpp; object_secrets.cpp for Secrets),
/// ending a pass (object_finish.cpp).

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "actors/core/attention.hpp"
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
  bool must_be_confirmed() const;
  void on_services_changed(const messages::services_changed& changed);
  void on_leadership_changed(const messages::leadership_changed& changed);
  void on_wake(bool refused_too);
  void on_reconsider();
  void on_compare_heads(const messages::compare_heads& listed);
  void on_resource_moved(const messages::resource_moved& news);
  void on_awaited_moved();
  // -- from secret_watcher
  // -------------------------------------------------------------------------------------
  void on_secret_moved();
  // -- timers
  // --------------------------------------------------------------------------------------------------
  void on_retry_tick(const messages::retry_tick& tick);

  // -- a pass: read the CR if it is not at hand, then step after step
  // ------------------------------------------
  void react(const core::reaction& now);
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
  /// Counts it, and tells people.
  void say_done(const core::outcome& result);
  void tell(const core::outcome& result);
  void drift_found();
  void give_slot_back(const core::outcome& result);

  /// Asks, lets `then` take note of the answer, and goes on. Without an answer `then` gets the
  /// error. `writes`: which write it is, for the hooks; empty: it is none.
  template <class Request>
  void ask_teleport(Request request, std::string_view point,
                    const std::function<void(messages::resource_result)>& then,
                    std::string_view writes = {});
  /// Creates or updates.
  template <class Request>
  void write(Request request, core::verdict as);
  /// `what`: which write it is, for the hooks.
  void patch(std::string_view what, std::string subresource, std::string body,
             const std::function<void(messages::object_result&)>& then);
  void reached(std::string_view point) { env->hooks->reached(name, point, subject); }
  bool passes(write_at place, std::string_view what) {
    return env->hooks->passes(place, what, subject);
  }
  void log(log_level level, std::string_view event, std::string_view message,
           const std::string& err = {}) const;
  std::string reconcile_id() const;

  messages::object_actor::pointer self;
  environment* env = nullptr;
  object_birth birth;
  std::string subject;  ///< "TeleportRoleV7 default/admin", for hooks
  k8s::resource_type type;
  std::optional<life> alive;

  core::attention mind;                     ///< what is kept between passes
  core::observed pass;                      ///< of the running pass
  core::secret_answers answers;             ///< to the Secrets that are being read
  std::size_t awaited = 0;                  ///< answers that are to come
  std::vector<messages::secret_seen> used;  ///< what secret_watcher knows
  caf::actor_clock::time_point began;
  std::string listed_version;  ///< of the newest state that came from a list
};

}  // namespace actors
