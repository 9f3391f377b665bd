/// Object actor: a pass, step after step.

#include <algorithm>
#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/failures.hpp"
#include "actors/object_actor_state.hpp"
#include "k8s/patch.hpp"
#include "teleport/codec/secrets.hpp"

namespace actors {

using namespace messages;

namespace {

/// A service actor died with the question, or did not answer in time: what it was doing is not
/// known.
k8s::error kubernetes_lost() {
  return {k8s::errc::connection, 0, {}, "the operator's Kubernetes client gave no answer", {}};
}

/// When the client has died, word of its successor's connection comes; after a mere silence nothing
/// does.
teleport::error teleport_lost(const caf::error& why) {
  const bool silent = why == caf::sec::request_timeout;
  return {silent ? teleport::errc::timeout : teleport::errc::connection,
          "the operator's Teleport client gave no answer"};
}

}  // namespace

void object_actor_state::read_then_begin() {
  self->request(birth.services->kube, request_timeout, get_object{type, birth.id.key})
      .then(
          [this](object_result& answer) {
            if (auto* object = std::get_if<k8s::object_ptr>(&answer.outcome)) {
              // Another object under our name: ours is gone, and the watch is about to say so.
              if ((*object)->uid != birth.id.uid)
                return end_pass(core::outcome_of(core::verdict::untouched));
              saw(std::move(*object));
              return begin_pass();
            }
            pass.kubernetes_failure = std::get<k8s::error>(answer.outcome);
            const bool gone = pass.kubernetes_failure->code == k8s::errc::not_found;
            end_pass(core::outcome_of(gone ? core::verdict::untouched : core::verdict::failed,
                                      pass.kubernetes_failure->message));
          },
          [this](const caf::error&) {
            end_pass(core::outcome_of(core::verdict::failed, kubernetes_lost().message));
          });
}

void object_actor_state::begin_pass() {
  pass.cr = newest;
  core::decode_into(pass);
  if (pass.secrets.references.empty() && pass.desired) say_used({});
  next();
}

void object_actor_state::next() {
  auto step = core::next_step(pass);
  std::visit([this](auto& one) { carry_out(one); }, step);
}

void object_actor_state::patch(std::string subresource, std::string body,
                               const std::function<void(object_result&)>& then) {
  self->request(birth.services->kube, request_timeout,
                patch_object{{type, birth.id.key, std::move(subresource), std::move(body)}})
      .then([then](object_result& answer) { then(answer); },
            [then](const caf::error&) {
              object_result lost{kubernetes_lost()};
              then(lost);
            });
}

void object_actor_state::carry_out(core::add_finalizer&) {
  reached("before_finalizer");
  patch("",
        k8s::finalizers_patch(*pass.cr, core::with_finalizer(*pass.cr), core::binding_of(*pass.cr)),
        [this](object_result& answer) {
          reached("finalizer_answered");
          if (auto* object = std::get_if<k8s::object_ptr>(&answer.outcome)) {
            // Go on with the patch's answer; the watch's echo is older news by then.
            // A watch that began before a CRD was upgraded still prunes its new fields.
            const bool same_content = (*object)->spec == pass.cr->spec &&
                                      (*object)->other_fields == pass.cr->other_fields;
            pass.cr = *object;
            if (!same_content) core::decode_into(pass);
            saw(pass.cr);
            log(log_level::debug, "finalizer-added", "added the finalizer");
          } else {
            pass.kubernetes_failure = std::get<k8s::error>(answer.outcome);
          }
          next();
        });
}

void object_actor_state::carry_out(core::remove_finalizer& step) {
  reached("before_release");
  if (vanished) {
    pass.released = step.why;
    return next();
  }
  patch("", k8s::finalizers_patch(*pass.cr, core::without_finalizer(*pass.cr)),
        [this, why = step.why](object_result& answer) {
          reached("release_answered");
          if (answer.ok()) {
            pass.released = why;
            log(log_level::info, "finalizer-removed", "removed the finalizer");
          } else {
            pass.kubernetes_failure = std::get<k8s::error>(answer.outcome);
          }
          next();
        });
}

void object_actor_state::carry_out(core::look_up&) {
  unseen.reset();
  self->request(birth.services->teleport, request_timeout,
                get_resource{birth.id.kind, pass.target.key})
      .then(
          [this](resource_result& answer) {
            reached("look_up_answered");
            if (auto* found = std::get_if<teleport::resource>(&answer.outcome)) {
              pass.looked_up = true;
              seen_there.add(found->revision());
              pass.existing = std::move(*found);
            } else if (auto& why = std::get<teleport::error>(answer.outcome);
                       why.code == teleport::errc::not_found) {
              pass.looked_up = true;
              if (unseen && unseen->deleted) unseen.reset();  // it is that what was told
            } else {
              pass.teleport_failure = std::move(why);
            }
            next();
          },
          [this](const caf::error& why) {
            pass.teleport_failure = teleport_lost(why);
            next();
          });
}

template <class Request>
void object_actor_state::write(Request request, core::verdict as) {
  const bool creates = as == core::verdict::created;
  reached(creates ? "before_create" : "before_update");
  unanswered = {pass.desired_hash, pass.existing ? pass.existing->revision() : std::string{}, as};
  self->request(birth.services->teleport, request_timeout, std::move(request))
      .then(
          [this, as, creates](resource_result& answer) {
            reached(creates ? "create_answered" : "update_answered");
            if (auto* stored = std::get_if<teleport::resource>(&answer.outcome)) {
              unanswered.reset();
              pass.existing = std::move(*stored);
              pass.written = as;
              log(log_level::info, creates ? "created" : "updated",
                  creates ? "created the resource in Teleport"
                          : "updated the resource in Teleport");
            } else {
              pass.teleport_failure = std::move(std::get<teleport::error>(answer.outcome));
              // Servers like to repeat what they refuse.
              auto& text = pass.teleport_failure->message;
              text = teleport::without_values(std::move(text), pass.desired->value());
              if (!core::answer_was_lost(*pass.teleport_failure)) unanswered.reset();
            }
            next();
          },
          [this](const caf::error& why) {
            pass.teleport_failure = teleport_lost(why);
            next();
          });
}

void object_actor_state::carry_out(core::create_in_teleport& step) {
  write(create_resource{std::move(step.desired)}, core::verdict::created);
}

void object_actor_state::carry_out(core::update_in_teleport& step) {
  pass.changed_fields = std::move(step.fields);
  write(update_resource{std::move(step.desired)}, step.as);
}

void object_actor_state::carry_out(core::delete_in_teleport&) {
  reached("before_delete");
  self->request(birth.services->teleport, request_timeout,
                delete_resource{birth.id.kind, pass.target.key})
      .then(
          [this](resource_result& answer) {
            reached("delete_answered");
            const auto* why = std::get_if<teleport::error>(&answer.outcome);
            if (why == nullptr || core::means_gone(*birth.id.kind, *why)) {
              pass.removed = true;
              log(log_level::info, "deleted", "deleted the resource in Teleport");
            } else {
              pass.teleport_failure = *why;
            }
            next();
          },
          [this](const caf::error& why) {
            pass.teleport_failure = teleport_lost(why);
            next();
          });
}

/// The write was good whatever comes of this: a failure only leaves its revision unknown.
void object_actor_state::carry_out(core::read_back&) {
  self->request(birth.services->teleport, request_timeout,
                get_resource{birth.id.kind, pass.target.key})
      .then(
          [this](resource_result& answer) {
            reached("read_back_answered");
            pass.read_back = core::read_back_state::done;
            if (auto* found = std::get_if<teleport::resource>(&answer.outcome)) {
              pass.existing = std::move(*found);
            } else if (std::get<teleport::error>(answer.outcome).code ==
                       teleport::errc::not_found) {
              pass.existing.reset();
            } else {
              pass.read_back = core::read_back_state::failed;
            }
            next();
          },
          [this](const caf::error&) {
            pass.read_back = core::read_back_state::failed;
            next();
          });
}

void object_actor_state::carry_out(core::find_referrers& step) {
  self->request(birth.services->teleport, request_timeout, list_heads{step.among})
      .then(
          [this](heads_result& answer) {
            pass.held_up_by.emplace();
            if (const auto* heads =
                    std::get_if<std::vector<teleport::resource_head>>(&answer.outcome)) {
              for (const auto& head : *heads) {
                const auto& names = head.refers_to;
                if (std::find(names.begin(), names.end(), pass.target.key.name) != names.end()) {
                  pass.held_up_by->push_back(head.name);
                }
              }
            }
            next();
          },
          [this](const caf::error&) {
            pass.held_up_by.emplace();
            next();
          });
}

void object_actor_state::carry_out(core::finish& step) {
  reached("before_status");
  write_status(step.result, pass.cr, 3);
}

}  // namespace actors
