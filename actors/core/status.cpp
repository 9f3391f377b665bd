#include "actors/core/status.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <functional>
#include <string_view>
#include <utility>

#include "actors/core/drift_report.hpp"
#include "actors/core/refusal_text.hpp"
#include "actors/core/sync.hpp"
#include "actors/core/words.hpp"

namespace actors::core {

namespace {

/// Sets conditions of one CR in place, each with the CR's generation.
class condition_writer {
 public:
  condition_writer(k8s::object_status& status, const k8s::object& cr, std::string now)
      : status_(status), generation_(cr.generation), now_(std::move(now)) {}

  void set(const char* type, bool value, std::string reason, std::string message) {
    set_word(type, value ? "True" : "False", std::move(reason), std::move(message));
  }

  void set_word(const char* type, const std::string& word, std::string reason,
                std::string message) {
    auto& slot = find(type);
    if (slot.status != word) slot.last_transition_time = now_;
    slot.status = word;
    slot.reason = std::move(reason);
    slot.message = std::move(message);
    slot.observed_generation = generation_;
  }

  void remove(const char* type) {
    std::erase_if(status_.conditions, [&](const auto& one) { return one.type == type; });
  }

  /// True as before, by the reason of then; false if it was not.
  bool still_true(const char* type) {
    auto& slot = find(type);
    if (slot.status != "True") return false;
    slot.observed_generation = generation_;
    return true;
  }

 private:
  k8s::condition& find(const char* type) {
    auto& all = status_.conditions;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.type == type; });
    if (found != all.end()) return *found;
    k8s::condition fresh;
    fresh.type = type;
    return all.emplace_back(std::move(fresh));
  }

  k8s::object_status& status_;
  std::int64_t generation_;
  std::string now_;
};

void set_settled(condition_writer& conditions, const outcome& result) {
  conditions.set(words::valid_structure, true, words::no_error, words::decoded_text);
  const bool unchanged = result.what == verdict::in_sync || result.what == verdict::reported;
  const bool as_before = unchanged && conditions.still_true(words::resource_owned);
  if (as_before) {
    // `NewResource` stays: a look that changes nothing is no reason for a write.
  } else if (result.found_existing) {
    conditions.set(words::resource_owned, true, words::origin_label_matching, words::owned_text);
  } else {
    conditions.set(words::resource_owned, true, words::new_resource, words::new_resource_text);
  }
  conditions.set(words::reconciled, true, words::no_error, words::reconciled_text);
  conditions.set(
      words::ready, true, words::no_error,
      result.what == verdict::reported ? words::ready_but_drifted_text : words::ready_text);
}

void set_drifted(condition_writer& conditions, const k8s::object& cr, const outcome& result) {
  auto standing = drift_standing_after(cr, result);
  if (!standing) return conditions.remove(words::drifted);
  conditions.set_word(words::drifted, standing->status, std::move(standing->reason),
                      std::move(standing->text));
}

/// Ready and SuccessfullyReconciled both say what is wrong; a pass that failed is never True for a
/// moment in between, so nothing flaps.
void set_failed(condition_writer& conditions, const std::string& reason, const std::string& text) {
  conditions.set(words::reconciled, false, reason, text);
  conditions.set(words::ready, false, reason, text);
}

/// A pass that did not decode the CR (one that deletes, for one) says nothing about its structure.
void set_structure(condition_writer& conditions, const outcome& result) {
  if (result.applied_hash.empty()) return;
  conditions.set(words::valid_structure, true, words::no_error, words::decoded_text);
}

void set_conditions(condition_writer& conditions, const outcome& result) {
  const auto reason = refusal_reason(result);
  const auto text = refusal_text(result);
  switch (result.what) {
    case verdict::in_sync:
    case verdict::created:
    case verdict::updated:
    case verdict::adopted:
    case verdict::healed:
    case verdict::reported:
      return set_settled(conditions, result);
    case verdict::invalid:
      conditions.set(words::valid_structure, false, reason, text);
      return conditions.set(words::ready, false, reason, text);
    case verdict::unowned:
    case verdict::claimed:
      set_structure(conditions, result);
      conditions.set(words::resource_owned, false, reason, text);
      return set_failed(conditions, reason, text);
    case verdict::not_admitted:
      return conditions.set(words::ready, false, reason, text);
    case verdict::disconnected:
    case verdict::deletion_blocked:
    case verdict::misnamed:
      return set_failed(conditions, reason, text);
    case verdict::out_of_scope:
    case verdict::mutation_failed:
    case verdict::rejected:
    case verdict::failed:
      set_structure(conditions, result);
      return set_failed(conditions, reason, text);
    case verdict::ignored:
    case verdict::unclaimed:
    case verdict::conflict:
    case verdict::released:
    case verdict::untouched:
    case verdict::standby:
      return;
  }
}

/// The pass says nothing about the CR that should be shown on it.
bool is_silent(const k8s::object& cr, const outcome& result) {
  switch (result.what) {
    case verdict::ignored:
    case verdict::unclaimed:
    case verdict::conflict:
    case verdict::released:
    case verdict::untouched:
    case verdict::standby:
      return true;
    case verdict::disconnected: {
      // A CR that was in sync when the connection went stays as it is: nothing is known to be wrong
      // with it.
      const auto known = recorded_in(cr);
      return known.ready_now && !result.applied_hash.empty() &&
             known.applied_hash == result.applied_hash;
    }
    default:
      return false;
  }
}

/// Remembers what Teleport holds now. A field that the pass did not learn is forgotten rather than
/// left stale.
void set_recorded(k8s::object_status& status, const outcome& result) {
  const auto set = [&](const char* name, const std::string& value) {
    const auto stored = status.fields.find(name);
    if (stored != status.fields.end()) {
      stored->second = value;  // empty: the patch removes the field
    } else if (!value.empty()) {
      status.fields.emplace(name, value);
    }
  };
  set(words::teleport_revision, result.revision);
  set(words::applied_hash, result.applied_hash);
  set(words::stored_hash, result.stored_hash);
}

}  // namespace

std::string rfc3339(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

k8s::object_status status_after(const k8s::object& cr, const outcome& result,
                                std::chrono::system_clock::time_point now) {
  auto status = cr.status;
  if (is_silent(cr, result)) return status;
  condition_writer conditions{status, cr, rfc3339(now)};
  set_conditions(conditions, result);
  if (is_at_rest(result.what)) set_drifted(conditions, cr, result);
  if (result.scope) {
    const auto& scope = *result.scope;
    conditions.set(words::valid_scope, scope.ok, scope.reason, scope.text);
  }
  status.fields[words::observed_generation] = std::to_string(cr.generation);
  if (is_settled(result.what)) set_recorded(status, result);
  return status;
}

std::uint64_t conditions_hash(const k8s::object& cr) {
  static constexpr std::array<std::string_view, 6> ours{
      words::valid_structure, words::resource_owned, words::reconciled,
      words::ready,           words::valid_scope,    words::drifted};
  std::uint64_t hash = 0;
  const auto add = [&](std::uint64_t part) { hash = (hash ^ part) * 1099511628211ULL; };
  for (const auto& one : cr.status.conditions) {
    if (std::find(ours.begin(), ours.end(), one.type) == ours.end()) continue;
    for (const auto* text : {&one.type, &one.status, &one.reason, &one.message})
      add(std::hash<std::string>{}(*text));
    add(static_cast<std::uint64_t>(one.observed_generation));
  }
  return hash;
}

k8s::object_status status_of_failed_actor(const k8s::object& cr,
                                          std::chrono::system_clock::time_point now) {
  auto status = cr.status;
  condition_writer conditions{status, cr, rfc3339(now)};
  conditions.set(
      words::ready, false, words::actor_failed,
      "The operator failed while it worked on this resource, more than once. It tries again, at "
      "the latest after five minutes. Other resources are not affected; the operator's log has the "
      "details.");
  status.fields[words::observed_generation] = std::to_string(cr.generation);
  return status;
}

}  // namespace actors::core
