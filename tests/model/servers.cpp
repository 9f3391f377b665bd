#include "tests/model/servers.hpp"

#include <algorithm>
#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/words.hpp"

namespace model {

using actors::core::remote_news;
using actors::core::verdict;
using teleport_verb = teleport_request::verb;
using kube_verb = kube_request::verb;

past& world::past_of(int uid) {
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const past& one) { return one.uid == uid; });
  if (found != known.end()) return *found;
  return known.emplace_back(past{uid, false, false});
}

void breaks(world& in, const std::string& what) {
  if (in.broken.empty()) in.broken = what;
}

// -- Kubernetes -----------------------------------------------------------------------------------

void store(world& in, k8s::object cr) {
  cr.resource_version = std::to_string(++in.last_version);
  in.cr = note(std::move(cr));
  if (notes(in.cr).finalizer) in.past_of(notes(in.cr).uid_number).finalized = true;
  in.watch.push_back({in.cr, false});
}

void remove_cr(world& in) {
  auto last = *in.cr;
  last.resource_version = std::to_string(++in.last_version);
  in.watch.push_back({note(std::move(last)), true});
  in.cr = nullptr;
  in.doomed = false;
}

void begin_deletion(world& in, bool slowly) {
  if (notes(in.cr).finalizer) {
    auto marked = *in.cr;
    marked.deletion_timestamp = "2026-01-03T00:00:00Z";
    ++marked.generation;
    return store(in, std::move(marked));
  }
  if (slowly) {
    in.doomed = true;
  } else {
    remove_cr(in);
  }
}

namespace {

/// Preconditions of each patch: UID and resourceVersion.
bool holds(const world& in, const k8s::object_ptr& base) {
  return in.cr->uid == base->uid && in.cr->resource_version == base->resource_version;
}

void patch(world& in, const kube_request& request) {
  auto changed = *in.cr;
  switch (request.what) {
    case kube_verb::finalizer:
      changed.finalizers = actors::core::with_finalizer(changed);
      break;
    case kube_verb::release:
      changed.finalizers = actors::core::without_finalizer(changed);
      break;
    case kube_verb::status:
      if (*request.status == changed.status) return breaks(in, "Q: writes a status that is there");
      if (in.calm) breaks(in, "Q: writes a status although nothing has changed");
      changed.status = *request.status;
      std::erase_if(changed.status.fields, [](const auto& field) { return field.second.empty(); });
      break;
    case kube_verb::read:
    case kube_verb::read_again:
      return;
  }
  const bool goes = changed.deletion_timestamp && !actors::core::marks_of(changed).has_finalizer;
  store(in, std::move(changed));
  if (goes) remove_cr(in);
}

}  // namespace

void carry_out(world& in, kube_request& request) {
  if (!in.cr) {
    request.answer = k8s::errc::not_found;
    return;
  }
  const bool reads = request.what == kube_verb::read || request.what == kube_verb::read_again;
  if (!reads && !holds(in, request.base)) {
    request.answer = k8s::errc::conflict;
    return;
  }
  const auto before = in.cr;
  patch(in, request);
  request.answer = in.cr ? in.cr : before;
}

// -- Teleport -------------------------------------------------------------------------------------

namespace {

void tell(world& in, bool deleted, const rules& by) {
  if (!by.has_stream || !in.streaming) return;
  in.stream.push_back({deleted ? std::string{} : revision_text(in.last_revision), deleted});
}

/// Effects of the operator are checked here.
void check(world& in, const teleport_request& request) {
  const auto& before = in.past_of(request.uid);
  if (!before.finalized) breaks(in, "F: writes to Teleport before the finalizer is stored");
  if (in.calm) breaks(in, "Q: writes to Teleport although nothing has changed");
  const bool removes = request.what == teleport_verb::remove;
  if (!removes && before.removed) breaks(in, "R: brings back what was deleted for this CR");
  const bool foreign = in.stored && !in.stored->ours && request.as != verdict::adopted;
  if (foreign && !in.others_touched) breaks(in, "N: writes what is not ours");
  if (request.what == teleport_verb::create && in.stored && !in.others_touched)
    breaks(in, "D: creates a resource twice");
}

std::optional<teleport::errc> refusal(const world& in, const teleport_request& request,
                                      const rules& by) {
  if (!in.connected) return teleport::errc::connection;
  const bool there = in.stored.has_value();
  if (!request.writes()) return there ? std::nullopt : std::optional{teleport::errc::not_found};
  if (in.refusing) return teleport::errc::bad_parameter;
  if (request.what == teleport_verb::remove)
    return there ? std::nullopt : std::optional{teleport::errc::not_found};
  if (!by.conditional) return {};
  if (request.what == teleport_verb::create)
    return there ? std::optional{teleport::errc::already_exists} : std::nullopt;
  if (!there) return teleport::errc::not_found;
  const bool same = request.desired.revision == in.stored->revision;
  return same ? std::nullopt : std::optional{teleport::errc::compare_failed};
}

}  // namespace

void carry_out(world& in, teleport_request& request, const rules& by) {
  if (const auto why = refusal(in, request, by)) {
    if (request.what == teleport_verb::look_up && in.connected) in.others_touched = false;
    request.answer = *why;
    return;
  }
  if (!request.writes()) {
    if (request.what == teleport_verb::look_up) in.others_touched = false;
    request.answer = *in.stored;
    return;
  }
  check(in, request);
  if (request.what == teleport_verb::remove) {
    in.past_of(request.uid).removed = true;
    in.stored.reset();
    in.may_stay = false;
    request.answer = thing{};
    return tell(in, true, by);
  }
  in.stored = request.desired;
  in.stored->revision = ++in.last_revision;
  tell(in, false, by);
  request.answer = *in.stored;
  if (!by.answers_writes) std::get<thing>(*request.answer).revision = 0;
}

void put(world& in, std::optional<thing> what, const rules& by) {
  in.others_touched = true;
  in.stored = what;
  ++in.last_revision;
  if (in.stored) in.stored->revision = in.last_revision;
  if (!in.stored) in.may_stay = false;
  tell(in, !in.stored.has_value(), by);
}

}  // namespace model
