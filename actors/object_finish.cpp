/// Object actor: how a pass ends. Status, Event, metrics, retry, slot.

#include <utility>

#include "actors/core/answers.hpp"
#include "actors/core/awaited.hpp"
#include "actors/core/event_text.hpp"
#include "actors/core/status.hpp"
#include "actors/object_actor_state.hpp"
#include "k8s/patch.hpp"

namespace actors {

using namespace messages;
using core::verdict;

namespace {

bool cr_is_gone(verdict what) {
  return what == verdict::released || what == verdict::untouched;
}

cr_state state_of(verdict what) {
  switch (what) {
    case verdict::in_sync:
    case verdict::created:
    case verdict::updated:
    case verdict::adopted:
    case verdict::healed:
      return cr_state::in_sync;
    case verdict::reported:
      return cr_state::drifted;
    case verdict::unowned:
    case verdict::claimed:
    case verdict::not_admitted:
    case verdict::misnamed:
    case verdict::out_of_scope:
    case verdict::mutation_failed:
      return cr_state::refused;
    case verdict::invalid:
      return cr_state::invalid;
    case verdict::ignored:
      return cr_state::ignored;
    case verdict::disconnected:
    case verdict::unclaimed:
    case verdict::conflict:
    case verdict::standby:
      return cr_state::waiting;
    case verdict::deletion_blocked:
    case verdict::released:
    case verdict::untouched:
      return cr_state::deleting;
    case verdict::rejected:
    case verdict::failed:
      break;
  }
  return cr_state::failing;
}

pass_result result_of(verdict what) {
  switch (what) {
    case verdict::rejected:
    case verdict::failed:
    case verdict::invalid:
    case verdict::unowned:
    case verdict::claimed:
    case verdict::misnamed:
    case verdict::out_of_scope:
    case verdict::mutation_failed:
    case verdict::deletion_blocked:
      return pass_result::error;
    case verdict::conflict:
      return pass_result::requeue_after;
    case verdict::standby:
      return pass_result::standing_by;
    case verdict::disconnected:
      return pass_result::waiting_for_connection;
    default:
      return pass_result::success;
  }
}

}  // namespace

/// `base` is the state of the CR that the patch is for; after a conflict a newer one than that of
/// the pass. What is said stays about the generation that the pass worked on.
void object_actor_state::write_status(const core::outcome& result, const k8s::object_ptr& base,
                                      unsigned tries_left) {
  if (mind.vanished || cr_is_gone(result.what)) return end_pass(result);
  auto about = *base;
  about.generation = pass.cr->generation;
  const auto status = core::status_after(about, result, env->now());
  if (status == base->status) {
    mind.says(*base);
    return end_pass(result);
  }
  if (pass.standby) return end_pass(core::outcome_of(verdict::standby));
  patch("status", "status", k8s::status_patch(*base, status),
        [this, result, tries_left](object_result& answer) {
          reached("status_answered");
          if (auto* object = std::get_if<k8s::object_ptr>(&answer.outcome)) {
            mind.says(**object);
            mind.saw(std::move(*object));
            return end_pass(result);
          }
          const auto& why = std::get<k8s::error>(answer.outcome);
          if (const auto end = core::status_refused(why, tries_left)) {
            // What was done in Teleport was done; no later pass will say so.
            if (pass.written && end->what == verdict::failed) say_done(result);
            pass.kubernetes_failure = why;
            if (end->what == verdict::failed)
              log(log_level::warning, "status-failed",
                  "failed to report error in status conditions", why.message);
            return end_pass(*end);
          }
          self->request(birth.services->kube, request_timeout, get_object{type, birth.id.key})
              .then(
                  [this, result, tries_left](object_result& fresh) {
                    auto* object = std::get_if<k8s::object_ptr>(&fresh.outcome);
                    if (object == nullptr || (*object)->uid != birth.id.uid) {
                      return end_pass(core::outcome_of(verdict::conflict));
                    }
                    mind.saw(*object);
                    write_status(result, *object, tries_left - 1);
                  },
                  [this](const caf::error&) { end_pass(core::outcome_of(verdict::conflict)); });
        });
}

void object_actor_state::end_pass(const core::outcome& result) {
  const auto next = mind.ended(result, pass, self->clock().now(), env->random());
  if (pass.cr) say_done(result);
  if (result.what == verdict::unclaimed)
    self->send(birth.supervisor, claim_wanted{birth.id.uid, birth.id.key, pass.target.key});
  give_slot_back(result);
  pass = {};
  react(next);
}

void object_actor_state::say_done(const core::outcome& result) {
  if (result.what == verdict::healed)
    env->stats->controller(birth.id.kind->controller_name()).drift_healed->Increment();
  tell(result);
}

void object_actor_state::tell(const core::outcome& result) {
  if (pass.standby) return;  // whoever leads has said it
  const auto event = core::event_after(result, pass);
  if (!event) return;
  if (result.what == verdict::reported) drift_found();
  self->send(birth.services->events,
             record_event{event->warning ? event_type::warning : event_type::normal,
                          subject_of(birth.id, pass.cr->api_version), event->reason, event->note});
  if (event->warning)
    log(log_level::warning, event->reason, "the resource is not in sync", event->note);
}

void object_actor_state::drift_found() {
  env->stats->controller(birth.id.kind->controller_name()).drift_found->Increment();
}

void object_actor_state::give_slot_back(const core::outcome& result) {
  const bool wrote = pass.written || pass.removed;
  auto awaits = core::awaited_after(result.what, pass);
  self->send(birth.supervisor,
             pass_done{birth.id.uid, birth.id.key,
                       pass.standby ? pass_result::standing_by : result_of(result.what),
                       state_of(result.what), self->clock().now() - began,
                       mind.vanished && result.what == verdict::released, wrote,
                       awaiting{std::move(awaits.which), awaits.all, began}});
}

}  // namespace actors
