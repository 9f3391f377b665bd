#include "tests/model/operator_side.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/status.hpp"

namespace model {

using namespace actors::core;
using kube_verb = kube_request::verb;
using teleport_verb = teleport_request::verb;

namespace {

constexpr double chance = 0.5;
constexpr auto time_of_actors = attention::time_point{std::chrono::hours{24}};
const auto wall_clock = std::chrono::system_clock::time_point{std::chrono::hours{24 * 365 * 56}};
constexpr unsigned status_tries = 3;

std::shared_ptr<observed> changed(const object_side& object) {
  return std::make_shared<observed>(*object.pass);
}

void end_pass(world& in, const outcome& result) {
  auto& object = in.object;
  const auto pass = std::exchange(object.pass, nullptr);
  object.result = nullptr;
  object.tries_left = 0;
  const auto next = object.mind.ended(result, *pass, time_of_actors, chance);
  if (pass->cr) object.worked_on = pass->cr;
  const bool cleaned_up = object.mind.vanished && result.what == verdict::released;
  if (cleaned_up) {
    object = {};  // the supervisor forgets it
  } else {
    react(object, next);
  }
}

void write_status(world& in, const k8s::object_ptr& base) {
  auto& object = in.object;
  const auto& result = *object.result;
  const bool gone = result.what == verdict::released || result.what == verdict::untouched;
  if (object.mind.vanished || gone) return end_pass(in, outcome{result});
  auto about = *base;
  about.generation = object.pass->cr->generation;
  auto status = status_after(about, result, wall_clock);
  if (status == base->status) {
    object.mind.says(*base);
    return end_pass(in, outcome{result});
  }
  object.kube = kube_request{kube_verb::status,
                             object.uid,
                             base,
                             std::make_shared<const k8s::object_status>(std::move(status)),
                             {},
                             {}};
}

/// Carries out a step; a member for each.
struct carry_out_step {
  world& in;
  const rules& by;

  void patch(kube_verb what, release_reason why = {}) const {
    in.object.kube = kube_request{what, in.object.uid, in.object.pass->cr, nullptr, why, {}};
  }
  void ask(teleport_verb what, thing desired = {}, verdict as = verdict::created) const {
    in.object.teleport = teleport_request{what, in.object.uid, desired, as, {}};
  }
  void operator()(const add_finalizer&) const { patch(kube_verb::finalizer); }
  void operator()(const remove_finalizer& step) const;
  void operator()(const read_secrets&) const { throw std::logic_error("the CR has no Secrets"); }
  void operator()(const look_up&) const {
    in.object.mind.looks();
    ask(teleport_verb::look_up);
  }
  void operator()(const create_in_teleport&) const { write(verdict::created, 0); }
  void operator()(const update_in_teleport& step) const {
    write(step.as, revision_number(step.desired.revision()));
  }
  void write(verdict as, int revision) const {
    auto& object = in.object;
    object.mind.writes(*object.pass, as);
    ask(as == verdict::created ? teleport_verb::create : teleport_verb::update,
        thing{content_of(object.pass->desired_hash), true, revision}, as);
  }
  void operator()(const delete_in_teleport&) const { ask(teleport_verb::remove); }
  void operator()(const read_back&) const { ask(teleport_verb::read_back); }
  void operator()(const find_referrers&) const;
  void operator()(const finish& step) const {
    in.object.result = std::make_shared<const outcome>(step.result);
    in.object.tries_left = status_tries;
    write_status(in, in.object.pass->cr);
  }
};

void next(world& in, const rules& by) {
  std::visit(carry_out_step{in, by}, by.decide(*in.object.pass));
}

void carry_out_step::operator()(const remove_finalizer& step) const {
  if (!in.object.mind.vanished) return patch(kube_verb::release, step.why);
  auto pass = changed(in.object);
  pass->released = step.why;
  in.object.pass = std::move(pass);
  next(in, by);
}

/// Who refers to the resource makes a text only.
void carry_out_step::operator()(const find_referrers&) const {
  auto pass = changed(in.object);
  teleport::resource_head user;
  user.name = "alice";
  user.refers_to = {"admin"};
  referrers_answered(*pass, {std::vector<teleport::resource_head>{user}});
  in.object.pass = std::move(pass);
  next(in, by);
}

void begin_pass(world& in, const rules& by) {
  auto pass = changed(in.object);
  pass->cr = in.object.mind.newest;
  decode(*pass);
  in.object.pass = std::move(pass);
  next(in, by);
}

messages::object_result answer_of(const kube_request& request) {
  const auto& answer = request.answer.value();
  if (const auto* cr = std::get_if<k8s::object_ptr>(&answer)) return {*cr};
  return {k8s::error{std::get<k8s::errc>(answer), 0, {}, "no", {}}};
}

messages::resource_result answer_of(const teleport_request& request) {
  const auto& answer = request.answer.value();
  if (const auto* found = std::get_if<thing>(&answer)) return {resource_of(*found)};
  return {teleport::error{std::get<teleport::errc>(answer), "no"}};
}

}  // namespace

void react(object_side& object, const reaction& now) {
  if (now.ask_for_slot) object.asked_for_slot = true;
  if (now.tick_after) object.tick = object.mind.timer;
}

// -- the object -----------------------------------------------------------------------------------

void grant_slot(world& in, const rules& by) {
  auto& object = in.object;
  object.asked_for_slot = false;
  auto pass = std::make_shared<observed>(object.mind.begin());
  pass->kind = &role();
  object.pass = std::move(pass);
  if (object.mind.newest && !object.mind.reads_first) return begin_pass(in, by);
  object.kube = kube_request{kube_verb::read, object.uid, nullptr, nullptr, {}, {}};
}

void deliver_kube(world& in, const rules& by) {
  auto& object = in.object;
  auto answer = answer_of(*object.kube);
  const auto what = object.kube->what;
  const auto why = object.kube->why;
  object.kube.reset();
  if (what == kube_verb::read) {
    const auto end = cr_was_read(object.mind, std::to_string(object.uid), std::move(answer));
    return end ? end_pass(in, *end) : begin_pass(in, by);
  }
  if (what == kube_verb::read_again) {
    const auto* cr = std::get_if<k8s::object_ptr>(&answer.outcome);
    if (cr == nullptr || (*cr)->uid != std::to_string(object.uid))
      return end_pass(in, outcome_of(verdict::conflict));
    object.mind.saw(*cr);
    --object.tries_left;
    return write_status(in, *cr);
  }
  if (what == kube_verb::status) {
    if (auto* cr = std::get_if<k8s::object_ptr>(&answer.outcome)) {
      object.mind.says(**cr);
      object.mind.saw(std::move(*cr));
      return end_pass(in, outcome{*object.result});
    }
    if (const auto end = status_refused(std::get<k8s::error>(answer.outcome), object.tries_left))
      return end_pass(in, *end);
    object.kube = kube_request{kube_verb::read_again, object.uid, nullptr, nullptr, {}, {}};
    return;
  }
  auto pass = changed(object);
  if (what == kube_verb::finalizer) {
    finalizer_answered(*pass, object.mind, std::move(answer));
  } else {
    release_answered(*pass, why, answer);
  }
  object.pass = std::move(pass);
  next(in, by);
}

void deliver_teleport(world& in, const rules& by) {
  auto& object = in.object;
  const auto request = *object.teleport;
  object.teleport.reset();
  auto pass = changed(object);
  switch (request.what) {
    case teleport_verb::look_up:
      look_up_answered(*pass, object.mind, answer_of(request));
      break;
    case teleport_verb::create:
    case teleport_verb::update:
      write_answered(*pass, object.mind, request.as, answer_of(request));
      break;
    case teleport_verb::remove:
      delete_answered(*pass, answer_of(request));
      break;
    case teleport_verb::read_back:
      read_back_answered(*pass, answer_of(request));
      break;
  }
  object.pass = std::move(pass);
  next(in, by);
}

void tick(world& in) {
  const auto number = std::exchange(in.object.tick, 0);
  react(in.object, in.object.mind.on_tick(number));
}

void reconsider(world& in) {
  react(in.object, in.object.mind.want_pass());
}

}  // namespace model
