#pragma once

/// Is the Teleport resource what the CR says? (docs/architecture.md, "In sync".) Pure.
///
/// By version first: the CR's status keeps what our last write sent (`appliedHash`), the revision
/// that it produced (`teleportRevision`) and a hash of what the server then stored (`storedHash`).
/// By meaning where that is not enough: a revision that is not ours (drift), or a CRD that prunes
/// our status fields.

#include <string>
#include <vector>

#include "k8s/object.hpp"
#include "teleport/resource.hpp"

namespace actors::core {

/// What the CR's status remembers of our last write.
struct recorded {
  std::string revision;
  std::string applied_hash;
  std::string stored_hash;
  bool ready_now = false;  ///< condition Ready is True for the present generation
};

recorded recorded_in(const k8s::object& cr);

enum class sync_state {
  in_sync,
  edited,   ///< the CR says something else than our last write
  drifted,  ///< the CR says the same, Teleport was changed
};

struct comparison {
  sync_state what = sync_state::in_sync;
  /// Paths that differ; empty when only fields differ that the CR does not set.
  std::vector<std::string> fields;
};

/// Teleport had what the CR says now: by the hash, or, where the CRD prunes that, by its condition.
bool was_in_place(const recorded& known, const std::string& desired_hash);

/// `existing` must be ours. `desired_hash` is content_hash of the CR as decoded.
comparison compare(const recorded& known, const std::string& desired_hash,
                   const teleport::resource& desired, const teleport::resource& existing);

/// The same by what a list says of the resource; false when only a full look can tell.
bool in_sync_by_version(const recorded& known, const std::string& desired_hash,
                        const teleport::resource_head& listed, const teleport::resource& desired);

}  // namespace actors::core
