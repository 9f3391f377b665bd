#pragma once

/// What a process does for a CR while another one leads (docs/architecture.md, "Two replicas"): it
/// looks, remembers, and neither writes nor says anything. Pure.

#include "actors/core/plan.hpp"

namespace actors::core {

/// By what the leader has recorded in the CR's status, the CR may be in sync. Where it can't be,
/// its spec need not be read.
bool may_be_settled(const k8s::object& cr);

/// `next` where it only looks, or ends without a word to anybody; else the pass ends as
/// verdict::standby.
///
/// Guarantee: the step is never one that writes to Kubernetes or Teleport. The only one that asks
/// Teleport is `look_up`, for a CR that vanished: nobody else might tell that its resource is gone.
step while_standing_by(const observed& seen, step next);

}  // namespace actors::core
