#include "actors/core/plan.hpp"

#include <algorithm>
#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/failures.hpp"
#include "actors/core/ownership.hpp"
#include "actors/core/standby.hpp"
#include "actors/core/sync.hpp"
#include "actors/core/words.hpp"

namespace actors::core {

namespace {

finish end(verdict what, std::string detail = {}) {
  return finish{outcome_of(what, std::move(detail))};
}

/// Nobody is in the way of the deletion that was just refused: the last one has gone meanwhile.
/// Believed once, for the refusal may have another reason.
bool may_be_freed(const observed& seen) {
  const auto& conditions = seen.cr->status.conditions;
  const bool said_before = std::any_of(conditions.begin(), conditions.end(), [](const auto& one) {
    return one.reason == words::deletion_blocked;
  });
  return seen.nobody_refers && seen.deletes == 1 && !said_before &&
         seen.teleport_failure->code != teleport::errc::access_denied;
}

std::string not_admitted_text(const teleport::kind& kind) {
  return "The Teleport cluster does not have the feature that " + kind.cr_kind +
         " needs (licence or edition). The resource is reconciled as soon as the cluster offers "
         "it.";
}

/// A write that is answered with nothing (UpsertTokenV2) leaves open what Teleport made of it. What
/// is read back then is recorded only when it is what was sent: it may be somebody else's already.
bool knows_what_is_stored(const observed& seen) {
  if (!seen.written || seen.read_back == read_back_state::not_yet) return true;
  return seen.read_back == read_back_state::done &&
         teleport::differences(seen.desired->value(), *seen.existing).empty();
}

/// What both sides hold after a look that found everything in place, or after a write.
finish settled(const observed& seen, verdict what, bool created_anew = false) {
  outcome result;
  result.what = what;
  result.was_deleted = created_anew && what == verdict::healed;
  result.applied_hash = seen.desired_hash;
  result.fields = seen.changed_fields;
  if (seen.existing && knows_what_is_stored(seen)) {
    result.revision = seen.existing->revision();
    result.stored_hash = teleport::stored_hash(*seen.existing);
  }
  result.found_existing = what != verdict::created && !result.was_deleted;
  return finish{std::move(result)};
}

/// What our last write left is remembered, not what was found: so it stays drift until one of the
/// two sides changes.
finish reported(const observed& seen, std::vector<std::string> fields) {
  outcome result;
  result.what = verdict::reported;
  result.fields = std::move(fields);
  result.was_deleted = !seen.existing;
  if (seen.existing) result.revision = seen.existing->revision();
  result.found_existing = true;
  return finish{std::move(result)};
}

/// Nothing is in Teleport. If it was there, and the CR says the same since, somebody has deleted
/// it.
step missing_step(const observed& seen, const cr_marks& marks, teleport::resource desired) {
  if (!was_in_place(recorded_in(*seen.cr), seen.desired_hash))
    return create_in_teleport{std::move(desired), verdict::created};
  if (marks.drift == drift_wish::report) return reported(seen, {});
  return create_in_teleport{std::move(desired), verdict::healed};
}

/// The finalizer may go, unless Teleport is to be asked first.
step cleanup_step(const observed& seen, const cr_marks& marks) {
  if (!marks.has_finalizer) return end(seen.released ? verdict::released : verdict::untouched);
  if (marks.ignore) return remove_finalizer{release_reason::ignored};
  if (marks.keep) return remove_finalizer{release_reason::kept};
  if (seen.target.never_there) return remove_finalizer{release_reason::misnamed};
  if (out_of_scope(seen)) return remove_finalizer{release_reason::out_of_scope};
  if (seen.held_by) return remove_finalizer{release_reason::claimed};
  if (seen.removed) return remove_finalizer{release_reason::deleted};
  if (!seen.looked_up) return look_up{};
  if (!seen.existing) return remove_finalizer{release_reason::already_gone};
  if (!wrong_subkind(seen).empty() || !foreign(seen).empty())
    return remove_finalizer{release_reason::unowned};
  return delete_in_teleport{};
}

/// The write that got no answer is there: ours by content, and not the state that it was to
/// replace.
bool took_effect(const observed& seen, const teleport::resource& desired) {
  return seen.unanswered && seen.unanswered->desired_hash == seen.desired_hash &&
         seen.existing->revision() != seen.unanswered->revision_before &&
         teleport::differences(desired, *seen.existing).empty();
}

step write_step(const observed& seen, const cr_marks& marks) {
  auto desired = seen.desired->value();
  if (!seen.existing) return missing_step(seen, marks, std::move(desired));
  const auto& existing = *seen.existing;
  if (auto why = wrong_subkind(seen); !why.empty()) return end(verdict::rejected, std::move(why));
  if (auto why = foreign(seen); !why.empty()) {
    if (!marks.adopt) return end(verdict::unowned, std::move(why));
    teleport::carry_over(desired, existing);
    desired.set_revision(existing.revision());
    return update_in_teleport{std::move(desired), verdict::adopted, {}};
  }
  teleport::carry_over(desired, existing);
  if (took_effect(seen, desired))
    return settled(seen, seen.unanswered->as, seen.unanswered->creates);
  const auto known = recorded_in(*seen.cr);
  auto found = compare(known, seen.desired_hash, desired, existing);
  if (found.what == sync_state::in_sync) return settled(seen, verdict::in_sync);
  const bool drifted = found.what == sync_state::drifted ||
                       (!found.fields.empty() && known.applied_hash.empty() && known.ready_now);
  if (drifted && marks.drift == drift_wish::report) return reported(seen, std::move(found.fields));
  desired.set_revision(existing.revision());
  const auto as = found.what == sync_state::drifted ? verdict::healed : verdict::updated;
  return update_in_teleport{std::move(desired), as, std::move(found.fields)};
}

finish as_recorded(const recorded& known) {
  outcome result;
  result.revision = known.revision;
  result.applied_hash = known.applied_hash;
  result.stored_hash = known.stored_hash;
  result.found_existing = true;
  return finish{std::move(result)};
}

/// All is in place by what a list said: no call is needed.
std::optional<finish> settled_by_list(const observed& seen) {
  const auto known = recorded_in(*seen.cr);
  if (!seen.listed ||
      !in_sync_by_version(known, seen.desired_hash, *seen.listed, seen.desired->value()))
    return {};
  return as_recorded(known);
}

/// All is in place by what the leader has recorded, and by what Teleport has told since.
std::optional<finish> settled_by_record(const observed& seen) {
  const auto known = recorded_in(*seen.cr);
  const bool same = known.ready_now && known.applied_hash == seen.desired_hash &&
                    !known.revision.empty() && known.revision == seen.there;
  if (!same) return {};
  return as_recorded(known);
}

/// Empty, or what the kind's own rule has against the content.
std::string refusal_of(const observed& seen) {
  auto* rule = seen.kind->rules.refusal;
  return rule == nullptr ? std::string{} : rule(seen.desired->value().message());
}

/// The resource was written; what is stored now?
step written_step(const observed& seen) {
  const bool answered = !seen.existing || !seen.existing->revision().empty();
  if (!answered && seen.read_back == read_back_state::not_yet) return read_back{};
  // Deleted since: look again.
  if (!seen.existing) return end(verdict::conflict);
  return settled(seen, *seen.written, seen.creates);
}

finish misnamed(const teleport_target& target) {
  auto last = end(verdict::misnamed, target.refused_text);
  last.result.reason = target.refused_as;
  return last;
}

/// What the pass has read in the CR.
void note_reading(outcome& result, const observed& seen) {
  result.applied_hash = seen.desired_hash;
  if (seen.desired) result.scope = scope_of(seen);
}

step upsert_step(const observed& seen, const cr_marks& marks) {
  if (marks.ignore) return end(verdict::ignored);
  if (!seen.target.refused_as.empty()) return misnamed(seen.target);
  if (out_of_scope(seen)) return end(verdict::out_of_scope);
  if (!marks.has_finalizer) return add_finalizer{};
  if (seen.held_by) return end(verdict::claimed, *seen.held_by);
  if (!seen.admitted) return end(verdict::not_admitted, not_admitted_text(*seen.kind));
  if (!seen.desired) return end(verdict::failed, "the resource was not decoded");
  if (!seen.desired->ok()) return end(verdict::invalid, seen.desired->failure().message);
  if (auto why = refusal_of(seen); !why.empty())
    return end(verdict::mutation_failed, std::move(why));
  if (!seen.secrets.trouble.empty()) return end(verdict::mutation_failed, seen.secrets.trouble);
  if (seen.secrets.open()) return read_secrets{seen.secrets.names()};
  if (seen.written) return written_step(seen);
  if (auto done = settled_by_list(seen)) return *std::move(done);
  if (auto done = settled_by_record(seen)) return *std::move(done);
  if (!seen.looked_up) return look_up{};
  return write_step(seen, marks);
}

}  // namespace

outcome outcome_of(verdict what, std::string detail) {
  outcome result;
  result.what = what;
  result.detail = std::move(detail);
  return result;
}

bool is_at_rest(verdict what) {
  return is_settled(what) || what == verdict::reported;
}

bool is_settled(verdict what) {
  return what == verdict::in_sync || what == verdict::created || what == verdict::updated ||
         what == verdict::adopted || what == verdict::healed;
}

namespace {

/// For the process that leads.
step leaders_step(const observed& seen) {
  const auto marks = marks_of(*seen.cr);
  if (seen.kubernetes_failure) {
    auto last = end(verdict_of(*seen.kubernetes_failure), seen.kubernetes_failure->message);
    last.result.by_kubernetes = true;
    return last;
  }
  if (seen.teleport_failure) {
    const auto& failure = *seen.teleport_failure;
    const auto what = verdict_of(failure, seen, marks.deleting);
    const auto* referrer = teleport::referrer_of(*seen.kind);
    if (what == verdict::deletion_blocked && referrer != nullptr && !seen.held_up_by) {
      return find_referrers{referrer};
    }
    if (what == verdict::deletion_blocked && may_be_freed(seen)) return delete_in_teleport{};
    auto last = end(what, failure.message + held_up_text(seen));
    note_reading(last.result, seen);
    last.result.lost_race = looks_like_race(failure, seen);
    return last;
  }
  if (seen.released) return end(verdict::released);
  // Without a decision on what it asks for now, another CR may have it.
  if (seen.claimed != seen.target.key) return end(verdict::unclaimed);
  auto next = marks.deleting ? cleanup_step(seen, marks) : upsert_step(seen, marks);
  if (auto* last = std::get_if<finish>(&next)) note_reading(last->result, seen);
  return next;
}

}  // namespace

step next_step(const observed& seen) {
  auto next = leaders_step(seen);
  return seen.standby ? while_standing_by(seen, std::move(next)) : next;
}

void decode_into(observed& seen) {
  const auto marks = marks_of(*seen.cr);
  seen.target = target_of(*seen.kind, *seen.cr);
  if (marks.deleting || marks.ignore) return;
  if (seen.standby && !may_be_settled(*seen.cr)) return;
  teleport::cr_content content;
  content.name = seen.target.key.name;
  content.labels = owner_labels(seen.us, *seen.cr, seen.target.key);
  content.labels.insert(seen.cr->labels.begin(), seen.cr->labels.end());
  content.spec = seen.cr->spec;
  content.other_fields = seen.cr->other_fields;
  if (const auto found = seen.cr->annotations.find(words::description_annotation);
      found != seen.cr->annotations.end()) {
    content.description = found->second;
  }
  seen.desired = teleport::decode(*seen.kind, content);
  seen.secrets = {};
  if (!seen.desired->ok()) return;
  seen.desired_hash = teleport::content_hash(seen.desired->value());
  seen.secrets = secrets_needed(seen.desired->value());
}

void take_answers(observed& seen, const secret_answers& answers) {
  auto found =
      look_up_values(seen.cr->key, seen.secrets, answers, seen.desired->value(), seen.desired_hash);
  if (auto* complete = std::get_if<values_found>(&found)) {
    seen.desired = std::move(complete->desired);
    seen.desired_hash = std::move(complete->hash);
    seen.secrets.read = true;
  } else if (auto* missing = std::get_if<values_missing>(&found)) {
    seen.secrets.trouble = std::move(missing->why);
  } else {
    seen.kubernetes_failure = std::move(std::get<secrets_unread>(found).why);
  }
}

}  // namespace actors::core
