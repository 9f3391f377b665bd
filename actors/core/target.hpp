#pragma once

/// Which Teleport resource a CR stands for, and whether it may: its name there, and its scope.
/// Called by the kind's supervisor (to claim it) and by each pass. Pure.
///
/// The name is the CR's own, or that of the annotation `resources.teleport.dev/name`, for names
/// that Kubernetes does not take (`alice@example.com`). It is fixed with the finalizer, whose patch
/// also writes it down (annotation `resources.teleport.dev/bound-name`) where it is not the CR's
/// own: so a later change of the annotation can't make us forget, or delete, another resource.

#include <map>
#include <string>

#include "k8s/object.hpp"
#include "teleport/kind.hpp"
#include "teleport/resource.hpp"

namespace actors::core {

struct teleport_target {
  teleport::resource_key key;
  /// Why a pass must not write it: reason and text of the condition; empty: it may.
  std::string refused_as;
  std::string refused_text;
  /// No operator ever wrote a resource for this CR: there is none to delete either.
  bool never_there = false;
};

teleport_target target_of(const teleport::kind& kind, const k8s::object& cr);

/// Annotations that are to be written with the finalizer: the bound name, where it is not the CR's
/// own; an empty value removes one that says otherwise.
std::map<std::string, std::string> binding_of(const k8s::object& cr);

}  // namespace actors::core
