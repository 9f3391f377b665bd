#include "tests/model/canonical.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace model {

using actors::core::attention;
using actors::core::observed;

namespace {

/// Collects the numbers that are to be renamed.
class collector {
 public:
  void raw(std::uint64_t /*value*/) {
    // counts as it is
  }
  void version(std::int64_t value) { versions.push_back(value); }
  void generation(std::int64_t value) { newest_generation = std::max(newest_generation, value); }
  void revision(int value) { note(revisions, value); }
  void uid(int value) { note(uids, value); }
  void memory(const actors::core::seen_revisions& /*seen*/) {
    // asked about the collected revisions
  }

  std::vector<std::int64_t> versions;
  std::vector<int> revisions;
  std::vector<int> uids;
  std::int64_t newest_generation = 0;

 private:
  static void note(std::vector<int>& all, int value) {
    if (value != 0 && std::find(all.begin(), all.end(), value) == all.end()) all.push_back(value);
  }
};

/// Writes the text, with new names.
class writer {
 public:
  explicit writer(collector& names) : names_(names) {
    auto& versions = names_.versions;
    std::sort(versions.begin(), versions.end());
    versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  }

  /// A byte with the length, so that no two sequences look alike.
  void raw(std::uint64_t value) {
    const auto length = static_cast<unsigned>(std::bit_width(value) + 7) / 8;
    text_ += static_cast<char>(length);
    for (unsigned i = 0; i < length; ++i) text_ += static_cast<char>(value >> (8 * i) & 0xffU);
  }
  void version(std::int64_t value) {
    const auto& all = names_.versions;
    raw(static_cast<std::uint64_t>(std::lower_bound(all.begin(), all.end(), value) - all.begin()));
  }
  void generation(std::int64_t value) {
    raw(static_cast<std::uint64_t>(names_.newest_generation - value));
  }
  void revision(int value) { renamed(names_.revisions, value); }
  void uid(int value) { renamed(names_.uids, value); }

  /// Which of the revisions it knows, and in which order it will forget them.
  void memory(actors::core::seen_revisions seen) {
    auto left = names_.revisions;
    for (int forgotten = 0; !left.empty() && forgotten <= 4; ++forgotten) {
      std::erase_if(left, [&](int one) {
        if (seen.contains(revision_text(one))) return false;
        raw(static_cast<std::uint64_t>(forgotten));
        revision(one);
        return true;
      });
      seen.add("new" + std::to_string(forgotten));
    }
  }

  const std::string& text() const { return text_; }

 private:
  void renamed(const std::vector<int>& all, int value) {
    raw(value == 0 ? 0
                   : static_cast<std::uint64_t>(std::find(all.begin(), all.end(), value) -
                                                all.begin() + 1));
  }

  collector& names_;
  std::string text_;
};

template <class V>
void visit(const std::optional<thing>& one, V& to) {
  to.raw(one.has_value());
  if (!one) return;
  to.raw(static_cast<std::uint64_t>(one->what));
  to.raw(one->ours);
  to.revision(one->revision);
}

template <class V>
void visit(const k8s::object_ptr& one, V& to) {
  to.raw(one != nullptr);
  if (!one) return;
  const auto& cr = notes(one);
  to.raw(static_cast<std::uint64_t>(cr.says) + 8 * cr.finalizer + 16 * cr.deleting);
  to.uid(cr.uid_number);
  to.version(cr.version);
  to.generation(cr.generation);
  to.revision(cr.recorded_revision);
  to.raw(cr.said);
  for (const auto value : cr.observed) {
    if (value == 0) {
      to.raw(99);
    } else {
      to.generation(value);
    }
  }
}

template <class V>
void visit(const std::optional<actors::core::unanswered_write>& one, V& to) {
  to.raw(one.has_value());
  if (!one) return;
  to.raw(static_cast<std::uint64_t>(content_of(one->desired_hash)));
  to.revision(revision_number(one->revision_before));
  to.raw(static_cast<std::uint64_t>(one->as));
}

template <class V>
void visit(const kube_request& one, V& to) {
  to.raw(static_cast<std::uint64_t>(one.what));
  to.uid(one.uid);
  visit(one.base, to);
  // What is written follows from the result that is kept beside it, but for a stray one.
  if (one.status) {
    auto would_be = *one.base;
    would_be.status = *one.status;
    visit(note(std::move(would_be)), to);
  }
  to.raw(static_cast<std::uint64_t>(one.why));
  to.raw(one.answer.has_value());
  if (!one.answer) return;
  const auto* cr = std::get_if<k8s::object_ptr>(&*one.answer);
  visit(cr != nullptr ? *cr : nullptr, to);
  if (cr == nullptr) to.raw(static_cast<std::uint64_t>(std::get<k8s::errc>(*one.answer)));
}

template <class V>
void visit(const teleport_request& one, V& to) {
  to.raw(static_cast<std::uint64_t>(one.what) + 8 * static_cast<std::uint64_t>(one.as));
  to.uid(one.uid);
  visit(std::optional{one.desired}, to);
  to.raw(one.answer.has_value());
  if (!one.answer) return;
  const auto* found = std::get_if<thing>(&*one.answer);
  visit(found != nullptr ? std::optional{*found} : std::nullopt, to);
  if (found == nullptr) to.raw(static_cast<std::uint64_t>(std::get<teleport::errc>(*one.answer)));
}

template <class V>
void visit_all(const auto& many, V& to) {
  to.raw(static_cast<std::uint64_t>(std::distance(many.begin(), many.end())));
  for (const auto& one : many) visit(one, to);
}

template <class V>
void visit(const observed& seen, V& to) {
  visit(seen.cr, to);
  to.raw(seen.standby + 2 * seen.vanished + 4 * seen.looked_up + 8 * seen.removed +
         16 * seen.nobody_refers + 32 * seen.held_up_by.has_value());
  to.revision(revision_number(seen.there));
  to.raw(seen.listed.has_value());
  if (seen.listed) to.revision(revision_number(seen.listed->revision));
  visit(seen.unanswered, to);
  to.raw(std::min(seen.lost_races, 5U));
  visit(seen.existing ? std::optional{thing_of(*seen.existing)} : std::nullopt, to);
  to.raw(seen.teleport_failure ? static_cast<std::uint64_t>(seen.teleport_failure->code) + 1 : 0);
  to.raw(seen.kubernetes_failure ? static_cast<std::uint64_t>(seen.kubernetes_failure->code) + 1
                                 : 0);
  to.raw(seen.released ? static_cast<std::uint64_t>(*seen.released) + 1 : 0);
  to.raw(seen.written ? static_cast<std::uint64_t>(*seen.written) + 1 : 0);
  to.raw(static_cast<std::uint64_t>(seen.read_back) + 4 * std::min(seen.deletes, 3U));
  for (const auto& path : seen.changed_fields) to.raw(std::hash<std::string>{}(path));
}

template <class V>
void visit(const attention& mind, V& to) {
  to.raw(static_cast<std::uint64_t>(mind.now));
  visit(mind.newest, to);
  to.version(mind.newest_version.empty() ? -1 : std::stoll(mind.newest_version));
  to.raw(mind.claim.has_value() + 2 * mind.vanished + 4 * mind.again + 8 * mind.woken +
         16 * mind.leading + 32 * mind.freed + 64 * (mind.passes > 0) +
         128 * (mind.drift_timer != 0 && mind.drift_timer == mind.timer) + 256 * mind.reads_first +
         512 * mind.heals + 1024 * mind.stays_gone + 2048 * mind.looked);
  to.raw(mind.said.value_or(0));
  to.raw(std::min(mind.overwritten, 5U));
  to.revision(revision_number(mind.revision));
  to.raw(mind.unseen.has_value());
  if (mind.unseen) {
    to.raw(mind.unseen->deleted);
    to.revision(revision_number(mind.unseen->revision));
  }
  to.raw(mind.offered == nullptr ? 0 : 1 + mind.offered->size());
  if (mind.offered && !mind.offered->empty())
    to.revision(revision_number(mind.offered->begin()->second.revision));
  visit(mind.unanswered, to);
  to.raw(static_cast<std::uint64_t>(mind.last_verdict));
  to.raw(std::min(mind.lost_races, 5U) + 8 * std::min(mind.repairs, 5U));
}

/// What `worked_on` is a fingerprint of, as far as that goes.
template <class V>
void visit_worked_on(const k8s::object_ptr& one, V& to) {
  to.raw(one != nullptr);
  if (!one) return;
  const auto& cr = notes(one);
  to.uid(cr.uid_number);
  to.generation(cr.generation);
  to.raw(std::hash<std::string>{}(cr.annotated) ^ (1U * cr.finalizer + 2U * cr.deleting));
}

template <class V>
void visit(const object_side& object, V& to) {
  to.uid(object.uid);
  visit(object.mind, to);
  visit(object.vanished, to);
  to.raw(object.asked_for_slot + 2 * (object.tick != 0 && object.tick == object.mind.timer));
  to.raw(object.tries_left);
  to.raw(object.pass != nullptr);
  if (object.pass) visit(*object.pass, to);
  to.raw(object.result != nullptr);
  if (object.result) {
    const auto& result = *object.result;
    to.raw(static_cast<std::uint64_t>(result.what) + 64 * result.found_existing +
           128 * result.lost_race + 256 * result.by_kubernetes);
    to.revision(revision_number(result.revision));
    to.raw(std::hash<std::string>{}(result.applied_hash));
    to.raw(std::hash<std::string>{}(result.stored_hash));
    to.raw(std::hash<std::string>{}(result.detail));
  }
  to.raw(object.kube.has_value());
  if (object.kube) visit(*object.kube, to);
  to.raw(object.teleport.has_value());
  if (object.teleport) visit(*object.teleport, to);
}

template <class V>
void visit(const world& in, V& to) {
  visit(in.cr, to);
  to.raw(in.doomed + 2 * in.refusing + 4 * in.connected + 8 * in.streaming +
         32 * in.others_touched + 64 * in.may_stay + 128 * in.calm + 256 * in.starting);
  visit(in.stored, to);
  to.raw(in.watch.size());
  for (const auto& news : in.watch) {
    to.raw(news.deleted);
    visit(news.state, to);
  }
  to.raw(in.stream.size());
  for (const auto& news : in.stream) {
    to.raw(news.deleted);
    to.revision(revision_number(news.revision));
  }
  to.raw(static_cast<std::uint64_t>(in.list.now) + 8 * in.list.again);
  visit(in.list.found, to);
  visit_all(in.stray_kube, to);
  visit_all(in.stray_teleport, to);
  for (const auto& one : in.known) {
    to.uid(one.uid);
    to.raw(one.finalized + 2 * one.removed);
  }
  to.raw(static_cast<std::uint64_t>(in.left.events));
  to.raw(static_cast<std::uint64_t>(in.left.losses));
  to.raw(static_cast<std::uint64_t>(in.left.crashes));
  visit_worked_on(in.object.worked_on, to);
  // Last: what it remembers is asked about all other revisions.
  visit(in.object, to);
  to.memory(in.object.mind.seen_there);
}

std::uint64_t hash_of(const std::string& text, std::uint64_t seed, std::uint64_t prime) {
  auto state = seed;
  for (const char c : text) {
    state = (state ^ static_cast<unsigned char>(c)) * prime;
    state ^= state >> 29U;
  }
  return state;
}

}  // namespace

fingerprint fingerprint_of(const world& in) {
  collector names;
  visit(in, names);
  writer text{names};
  visit(in, text);
  return {hash_of(text.text(), 14695981039346656037ULL, 1099511628211ULL),
          hash_of(text.text(), 88172645463325252ULL, 6364136223846793005ULL)};
}

}  // namespace model
