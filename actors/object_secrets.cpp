/// Object actor: the Secrets that the CR takes values from. Read anew in each pass; secret_watcher
/// is told what was seen, so that it can say when to look again.

#include <utility>

#include "actors/object_actor_state.hpp"
#include "k8s/secret.hpp"

namespace actors {

using namespace messages;

void object_actor_state::carry_out(core::read_secrets& step) {
  reached("before_secrets");
  answers.clear();
  awaited = step.names.size();
  for (const auto& secret : step.names) read_secret(secret);
}

void object_actor_state::read_secret(const std::string& secret) {
  self->request(birth.services->kube, request_timeout,
                get_object{k8s::secret_type(), {birth.id.key.ns, secret}})
      .then([this, secret](object_result& answer) { secret_answered(secret, std::move(answer)); },
            [this, secret](const caf::error&) {
              const auto* text = "the operator's Kubernetes client gave no answer";
              secret_answered(secret, {k8s::error{k8s::errc::connection, 0, {}, text, {}}});
            });
}

void object_actor_state::secret_answered(const std::string& secret, object_result answer) {
  answers.insert_or_assign(secret, std::move(answer.outcome));
  if (--awaited > 0) return;
  reached("secrets_answered");
  std::vector<secret_seen> seen;
  seen.reserve(answers.size());
  for (const auto& [one, outcome] : answers) {
    const auto* object = std::get_if<k8s::object_ptr>(&outcome);
    seen.push_back({one, object != nullptr ? (*object)->resource_version : std::string{}});
  }
  say_used(std::move(seen));
  // The values go on in the resource alone.
  core::take_answers(pass, std::exchange(answers, {}));
  next();
}

void object_actor_state::say_used(std::vector<secret_seen> now_used) {
  if (now_used == used) return;
  used = std::move(now_used);
  self->send(birth.services->secrets,
             uses_secrets{caf::actor_cast<object_actor>(self), birth.id.key.ns, used});
}

void object_actor_state::say_used_again() {
  const auto now_used = std::exchange(used, {});
  say_used(now_used);
}

}  // namespace actors
