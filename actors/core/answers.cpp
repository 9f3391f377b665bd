#include "actors/core/answers.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "actors/core/failures.hpp"
#include "teleport/codec/secrets.hpp"

namespace actors::core {

using messages::heads_result;
using messages::object_result;
using messages::resource_result;

std::optional<outcome> cr_was_read(attention& mind, const std::string& uid, object_result answer) {
  if (auto* object = std::get_if<k8s::object_ptr>(&answer.outcome)) {
    // Another object under our name: ours is gone, and the watch is about to say so.
    if ((*object)->uid != uid) return outcome_of(verdict::untouched);
    mind.reads_first = false;
    mind.saw(std::move(*object));
    return {};
  }
  const auto& why = std::get<k8s::error>(answer.outcome);
  const bool gone = why.code == k8s::errc::not_found;
  return outcome_of(gone ? verdict::untouched : verdict::failed, why.message);
}

void finalizer_answered(observed& seen, attention& mind, object_result answer) {
  if (auto* why = std::get_if<k8s::error>(&answer.outcome)) {
    seen.kubernetes_failure = std::move(*why);
    return;
  }
  auto object = std::get<k8s::object_ptr>(std::move(answer.outcome));
  // A watch that began before a CRD was upgraded still prunes its new fields.
  const bool same_content =
      object->spec == seen.cr->spec && object->other_fields == seen.cr->other_fields;
  seen.cr = std::move(object);
  if (!same_content) decode_into(seen);
  mind.saw(seen.cr);
}

void release_answered(observed& seen, release_reason why, const object_result& answer) {
  if (answer.ok()) {
    seen.released = why;
  } else {
    seen.kubernetes_failure = std::get<k8s::error>(answer.outcome);
  }
}

void look_up_answered(observed& seen, attention& mind, resource_result answer) {
  if (auto* found = std::get_if<teleport::resource>(&answer.outcome)) {
    seen.looked_up = true;
    mind.found(found->revision());
    seen.existing = std::move(*found);
  } else if (auto& why = std::get<teleport::error>(answer.outcome);
             why.code == teleport::errc::not_found) {
    seen.looked_up = true;
    mind.found_nothing();
  } else {
    seen.teleport_failure = std::move(why);
  }
}

void write_answered(observed& seen, attention& mind, verdict as, resource_result answer) {
  if (auto* stored = std::get_if<teleport::resource>(&answer.outcome)) {
    mind.was_answered();
    seen.existing = std::move(*stored);
    seen.written = as;
    return;
  }
  seen.teleport_failure = std::move(std::get<teleport::error>(answer.outcome));
  // Servers like to repeat what they refuse.
  auto& text = seen.teleport_failure->message;
  text = teleport::without_values(std::move(text), seen.desired->value());
  if (seen.teleport_failure->code == teleport::errc::not_leading) return mind.was_held_back(seen);
  if (!answer_was_lost(*seen.teleport_failure)) mind.was_answered();
}

void delete_answered(observed& seen, const resource_result& answer) {
  ++seen.deletes;
  seen.teleport_failure.reset();
  seen.held_up_by.reset();
  const auto* why = std::get_if<teleport::error>(&answer.outcome);
  if (why == nullptr || means_gone(*seen.kind, *why)) {
    seen.removed = true;
  } else {
    seen.teleport_failure = *why;
  }
}

void read_back_answered(observed& seen, resource_result answer) {
  seen.read_back = read_back_state::done;
  if (auto* found = std::get_if<teleport::resource>(&answer.outcome)) {
    seen.existing = std::move(*found);
  } else if (std::get<teleport::error>(answer.outcome).code == teleport::errc::not_found) {
    seen.existing.reset();
  } else {
    seen.read_back = read_back_state::failed;
  }
}

void referrers_answered(observed& seen, const heads_result& answer) {
  auto& names = seen.held_up_by.emplace();
  const auto* heads = std::get_if<std::vector<teleport::resource_head>>(&answer.outcome);
  if (heads == nullptr) return;
  for (const auto& head : *heads) {
    const auto& refers = head.refers_to;
    if (std::find(refers.begin(), refers.end(), seen.target.key.name) != refers.end())
      names.push_back(head.name);
  }
  seen.nobody_refers = names.empty();
}

std::optional<outcome> status_refused(const k8s::error& why, unsigned tries_left) {
  if (why.code == k8s::errc::not_found) return outcome_of(verdict::untouched);
  if (why.code == k8s::errc::not_leading) return outcome_of(verdict::standby);
  if (why.code == k8s::errc::conflict && tries_left > 0) return {};
  auto failure = outcome_of(verdict::failed, why.message);
  failure.by_kubernetes = true;
  return failure;
}

}  // namespace actors::core
