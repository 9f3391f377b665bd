#pragma once

/// Scoped mode: may this operator reconcile a CR of this scope, what does it write on the resource,
/// and whose is a resource that has a scope (facts/operator-behaviour.md §2.6, §2.7). Pure.

#include <map>
#include <string>

#include "k8s/object.hpp"
#include "teleport/kind.hpp"
#include "teleport/resource.hpp"

namespace actors::core {

/// What an operator is as to scopes. All empty: it has none.
struct scoped_operator {
  std::string scope;          ///< the one that it reconciles; empty: only what has none
  std::string operator_id;    ///< tells operators apart; shared by the replicas of one
  std::string owner_email;    ///< whom to ask; only shown on resources
  std::string token_name;     ///< of the join; only shown on resources
  std::string own_namespace;  ///< where it runs; only shown on resources
};

struct scope_finding {
  bool ok = true;
  std::string reason;
  std::string text;
};

/// Equal or not: there is no inheritance between scopes.
scope_finding check_scope(const std::string& of_resource, const std::string& of_operator);

/// The labels of a resource that has a scope, beside the origin: who wrote it, and from which CR.
/// None for a resource without.
std::map<std::string, std::string> owner_labels(const scoped_operator& us, const k8s::object& cr,
                                                const teleport::resource_key& key);

/// Empty when a resource that has our origin label is this operator's; else why not, in the
/// official words. Operators are told apart only where the resource has a scope.
std::string owned_by_another(const scoped_operator& us, const teleport::resource& existing);

}  // namespace actors::core
