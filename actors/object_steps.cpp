/// Object actor: a pass, step after step.

#include <functional>
#include <type_traits>
#include <utility>

#include "actors/core/answers.hpp"
#include "actors/core/cr_marks.hpp"
#include "actors/object_actor_state.hpp"
#include "k8s/patch.hpp"

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
  const auto go_on = [this](object_result answer) {
    const auto end = core::cr_was_read(mind, birth.id.uid, std::move(answer));
    return end ? end_pass(*end) : begin_pass();
  };
  self->request(birth.services->kube, request_timeout, get_object{type, birth.id.key})
      .then([go_on](object_result& answer) { go_on(std::move(answer)); },
            [go_on](const caf::error&) { go_on({kubernetes_lost()}); });
}

void object_actor_state::begin_pass() {
  pass.cr = mind.newest;
  core::decode_into(pass);
  if (pass.secrets.references.empty() && pass.desired) say_used({});
  next();
}

void object_actor_state::next() {
  auto step = core::next_step(pass);
  std::visit([this](auto& one) { carry_out(one); }, step);
}

void object_actor_state::patch(std::string_view what, std::string subresource, std::string body,
                               const std::function<void(object_result&)>& then) {
  if (!passes(write_at::asked, what)) return;
  self->request(birth.services->kube, request_timeout,
                patch_object{{type, birth.id.key, std::move(subresource), std::move(body)}})
      .then(
          [this, what, then](object_result& answer) {
            if (passes(write_at::heard, what)) then(answer);
          },
          [then](const caf::error&) {
            object_result lost{kubernetes_lost()};
            then(lost);
          });
}

void object_actor_state::carry_out(core::add_finalizer&) {
  reached("before_finalizer");
  patch("finalizer", "",
        k8s::finalizers_patch(*pass.cr, core::with_finalizer(*pass.cr), core::binding_of(*pass.cr)),
        [this](object_result& answer) {
          reached("finalizer_answered");
          core::finalizer_answered(pass, mind, std::move(answer));
          if (!pass.kubernetes_failure)
            log(log_level::debug, "finalizer-added", "added the finalizer");
          next();
        });
}

void object_actor_state::carry_out(core::remove_finalizer& step) {
  reached("before_release");
  if (mind.vanished) {
    pass.released = step.why;
    return next();
  }
  patch("release", "", k8s::finalizers_patch(*pass.cr, core::without_finalizer(*pass.cr)),
        [this, why = step.why](object_result& answer) {
          reached("release_answered");
          core::release_answered(pass, why, answer);
          if (pass.released) log(log_level::info, "finalizer-removed", "removed the finalizer");
          next();
        });
}

template <class Request>
void object_actor_state::ask_teleport(Request request, std::string_view point,
                                      const std::function<void(resource_result)>& then,
                                      std::string_view writes) {
  if (!writes.empty() && !passes(write_at::asked, writes)) return;
  self->request(birth.services->teleport, request_timeout, std::move(request))
      .then(
          [this, point, writes, then](resource_result& answer) {
            if (!writes.empty() && !passes(write_at::heard, writes)) return;
            reached(point);
            then(std::move(answer));
            next();
          },
          [this, then](const caf::error& why) {
            then({teleport_lost(why)});
            next();
          });
}

void object_actor_state::carry_out(core::look_up&) {
  mind.looks();
  ask_teleport(
      get_resource{birth.id.kind, pass.target.key}, "look_up_answered",
      [this](resource_result answer) { core::look_up_answered(pass, mind, std::move(answer)); });
}

template <class Request>
void object_actor_state::write(Request request, core::verdict as) {
  constexpr bool creates = std::is_same_v<Request, create_resource>;
  if (as == core::verdict::healed && mind.finds_drift()) drift_found();
  reached(creates ? "before_create" : "before_update");
  mind.writes(pass, as);
  ask_teleport(
      std::move(request), creates ? "create_answered" : "update_answered",
      [this, as](resource_result answer) {
        core::write_answered(pass, mind, as, std::move(answer));
        if (!pass.written) return;
        log(log_level::info, creates ? "created" : "updated",
            creates ? "created the resource in Teleport" : "updated the resource in Teleport");
      },
      creates ? "create" : "update");
}

void object_actor_state::carry_out(core::create_in_teleport& step) {
  pass.creates = true;
  write(create_resource{std::move(step.desired)}, step.as);
}

void object_actor_state::carry_out(core::update_in_teleport& step) {
  pass.changed_fields = std::move(step.fields);
  write(update_resource{std::move(step.desired)}, step.as);
}

void object_actor_state::carry_out(core::delete_in_teleport&) {
  reached("before_delete");
  ask_teleport(
      delete_resource{birth.id.kind, pass.target.key}, "delete_answered",
      [this](const resource_result& answer) {
        core::delete_answered(pass, answer);
        if (pass.removed) log(log_level::info, "deleted", "deleted the resource in Teleport");
      },
      "delete");
}

void object_actor_state::carry_out(core::read_back&) {
  ask_teleport(
      get_resource{birth.id.kind, pass.target.key}, "read_back_answered",
      [this](resource_result answer) { core::read_back_answered(pass, std::move(answer)); });
}

void object_actor_state::carry_out(core::find_referrers& step) {
  const auto go_on = [this](const heads_result& answer) {
    core::referrers_answered(pass, answer);
    next();
  };
  self->request(birth.services->teleport, request_timeout, list_heads{step.among})
      .then([go_on](heads_result& answer) { go_on(answer); },
            [go_on](const caf::error& why) { go_on({teleport_lost(why)}); });
}

void object_actor_state::carry_out(core::finish& step) {
  reached("before_status");
  write_status(step.result, pass.cr, 3);
}

}  // namespace actors
