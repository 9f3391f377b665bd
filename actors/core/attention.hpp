#pragma once

/// What an object keeps between its passes, and what news of each sort make of it: is a pass
/// wanted, and when? Pure; the object actor holds one for its CR, tells it what comes in, and
/// carries the reactions out.
///
/// Guarantees: a change of the CR or of Teleport's side that the last pass has not seen leads to a
/// pass, whenever the news come, also while a pass runs; the echo of what the object wrote itself
/// leads to none.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "actors/core/drift.hpp"
#include "actors/core/plan.hpp"
#include "actors/core/status.hpp"
#include "messages/types.hpp"

namespace actors::core {

/// What the root decided about the Teleport resource that the CR asks for.
struct claim_standing {
  std::optional<std::string> held_by;  ///< another CR has it; unset: it is ours
  teleport::resource_key wanted;       ///< what was claimed
  bool operator==(const claim_standing&) const = default;
};

/// Teleport's side has moved, maybe by our own write.
struct remote_news {
  std::string revision;  ///< what the resource has now; empty where the server keeps none
  bool deleted = false;
  bool operator==(const remote_news&) const = default;
};

/// One list of Teleport's side.
using listed_heads = std::map<teleport::resource_key, teleport::resource_head>;

/// What the object is to do now; nothing by default.
struct reaction {
  bool ask_for_slot = false;
  /// Tick after this time, with the number `attention::timer`.
  std::optional<std::chrono::milliseconds> tick_after;
};

struct attention {
  using time_point = std::chrono::steady_clock::time_point;
  enum class phase { idle, waiting_for_slot, running };

  // -- news. `random` is in [0, 1), for jitter --
  /// `gone`: the CR does not exist any more, and `state` is its last one, as one to be deleted.
  reaction on_observed(k8s::object_ptr state, bool gone);
  /// The API server's history went back: what is observed next counts, whatever was seen before.
  void on_rewound();
  reaction on_claim(claim_standing decided);
  /// What the object waits for may be there; `refused_too`: also what Teleport refused.
  reaction on_wake(bool refused_too);
  /// What the list can't tell of (no revisions) is looked at within `spread`. 0: at once.
  reaction on_list(const std::shared_ptr<const listed_heads>& heads,
                   std::chrono::milliseconds spread, double random);
  reaction on_moved(remote_news news, double random);
  reaction on_secret_moved();
  /// What the object was refused for has moved in Teleport.
  reaction on_awaited();
  reaction on_tick(std::uint64_t number);
  /// Another process leads from now on, or this one does.
  reaction on_leadership(bool now_leading);
  /// Something moved that can't be told from what was seen.
  reaction want_pass();

  // -- a pass --
  /// A slot was granted: what earlier passes and the news since know. Without `newest` the CR has
  /// to be read first.
  observed begin();
  /// Takes note of a state of the CR; false if a newer one is known.
  bool saw(k8s::object_ptr state);
  void looks();
  void found(const std::string& what);
  void found_nothing();
  void writes(const observed& pass, verdict as);
  /// `state` has the status that this pass wants it to have.
  void says(const k8s::object& state) { said = conditions_hash(state); }
  /// Drift is about to be put back; true unless that is being tried again.
  bool finds_drift() { return !std::exchange(heals, true); }
  void was_answered() { unanswered.reset(); }
  /// It never left: what was known of an earlier one still holds.
  void was_held_back(const observed& pass) { unanswered = pass.unanswered; }
  /// The pass is over. `time` is of a clock that never goes back.
  reaction ended(const outcome& result, const observed& pass, time_point time, double random);

  phase now = phase::idle;
  /// The newest state of the CR, kept while there is something to do with it.
  k8s::object_ptr newest;
  /// resourceVersion of the newest state that was seen; older news are ignored.
  std::string newest_version;
  /// Fingerprint of the CR that the last pass worked on; a state with the same one is no news.
  std::optional<std::uint64_t> worked_on;
  /// conditions_hash of the status that the last pass left.
  std::optional<std::uint64_t> said;
  /// Since the last list a look was answered, maybe after the next one was made.
  bool looked = false;
  unsigned overwritten = 0;  ///< how often it was another one shortly afterwards
  /// The standing of our claim on the Teleport resource; no pass before the first decision.
  std::optional<claim_standing> claim;
  /// Revision in Teleport as of our last look or write; empty: not known, or there is none.
  std::string revision;
  seen_revisions seen_there;
  /// News of Teleport's side that came after the last look.
  std::optional<remote_news> unseen;
  std::shared_ptr<const listed_heads> offered;  ///< a list for the pass that is waited for
  std::optional<unanswered_write> unanswered;
  verdict last_verdict = verdict::in_sync;
  unsigned passes = 0;
  unsigned attempts = 0;    ///< passes in a row that ended with last_verdict
  unsigned lost_races = 0;  ///< passes in a row that ended with a lost race
  unsigned repairs = 0;     ///< shortly one after another
  time_point repaired_at;
  std::uint64_t timer = 0;        ///< number of the newest tick
  std::uint64_t drift_timer = 0;  ///< number of the tick that looks at drift
  bool leading = true;            ///< this process may write
  bool vanished = false;  ///< the CR is gone; `newest` is its last state, as one to be deleted
  /// A predecessor died, and may have known more than the watch has told since: the CR is read
  /// before anything is done for it.
  bool reads_first = false;
  bool again = false;       ///< something moved while the pass ran
  bool woken = false;       ///< what a pass waits for came while the pass ran
  bool freed = false;       ///< likewise, what it was refused for
  bool heals = false;       ///< drift was found, and is not put back yet
  bool stays_gone = false;  ///< reported: nothing is in Teleport, and that is left so

 private:
  bool waits() const;
  bool is_news(const k8s::object& state) const;
  /// Somebody else has written our conditions, maybe a patch of a dead actor that came late.
  bool overwrites(const k8s::object& state) const;
  /// The same by the last word from there.
  std::string there() const;
  /// Teleport's last word is what the leader has recorded in the CR, whose pass waits for it.
  bool confirms_record() const;
  bool was_refused() const;
  reaction look_at_drift(double random);
  reaction look_after(std::chrono::milliseconds wait);
  void compare_later(const listed_heads& heads);
  bool agrees_with(const listed_heads& heads) const;
  bool has_news(verdict what, const observed& pass) const;
  void count_repairs(verdict what, time_point time);
};

}  // namespace actors::core
