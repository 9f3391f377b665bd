#include "actors/core/sync.hpp"

#include <algorithm>

#include "actors/core/words.hpp"
#include "teleport/codec.hpp"

namespace actors::core {

namespace {

std::string field(const k8s::object& cr, const char* name) {
  const auto found = cr.status.fields.find(name);
  return found == cr.status.fields.end() ? std::string{} : found->second;
}

bool is_ready_now(const k8s::object& cr) {
  return std::any_of(cr.status.conditions.begin(), cr.status.conditions.end(),
                     [&](const k8s::condition& one) {
                       return one.type == words::ready && one.status == "True" &&
                              one.observed_generation == cr.generation;
                     });
}

/// The CR says the same as at our last write, but the revision in Teleport is not the one that we
/// know.
comparison compare_after_drift(const recorded& known, const teleport::resource& existing,
                               std::vector<std::string> fields) {
  const bool same = known.stored_hash.empty()
                        ? fields.empty()
                        : teleport::stored_hash(existing) == known.stored_hash;
  if (same) return {};
  return {sync_state::drifted, std::move(fields)};
}

}  // namespace

recorded recorded_in(const k8s::object& cr) {
  return {field(cr, words::teleport_revision), field(cr, words::applied_hash),
          field(cr, words::stored_hash), is_ready_now(cr)};
}

bool was_in_place(const recorded& known, const std::string& desired_hash) {
  return known.applied_hash.empty() ? known.ready_now : known.applied_hash == desired_hash;
}

comparison compare(const recorded& known, const std::string& desired_hash,
                   const teleport::resource& desired, const teleport::resource& existing) {
  const bool same_content = known.applied_hash == desired_hash;
  if (same_content && !known.revision.empty() && known.revision == existing.revision()) return {};
  auto fields = teleport::differences(desired, existing);
  if (same_content) return compare_after_drift(known, existing, std::move(fields));
  // Ready for this generation and yet no hash: the CRD prunes our fields. Only the meaning is left
  // to compare, which says nothing of what the server never gives back: that is written once more.
  const bool tells_all = fields.empty() && !teleport::has_write_only(desired);
  if (known.applied_hash.empty() && known.ready_now && tells_all) return {};
  return {sync_state::edited, std::move(fields)};
}

bool in_sync_by_version(const recorded& known, const std::string& desired_hash,
                        const teleport::resource_head& listed, const teleport::resource& desired) {
  return !known.revision.empty() && known.revision == listed.revision &&
         known.applied_hash == desired_hash && listed.version == desired.version();
}

}  // namespace actors::core
