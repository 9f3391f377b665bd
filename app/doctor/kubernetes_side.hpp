#pragma once

/// Looks at Kubernetes as the operator would use it: configuration, API server, who we are there,
/// each right, the custom resource definitions.

#include <chrono>
#include <string>
#include <vector>

#include "app/doctor/finding.hpp"
#include "k8s/config.hpp"
#include "k8s/object.hpp"

namespace app::doctor {

struct kubernetes_settings {
  std::string kubeconfig;
  std::vector<std::string> namespaces;  ///< empty: all
  std::string namespaces_problem;       ///< why it is not clear which; else empty
  std::string own_namespace;            ///< of the operator's Pod; empty: it is in none
  k8s::object_key lease;                ///< with which replicas agree on one leader
  bool scoped = false;
  k8s::object_key state;      ///< with `scoped`: the Secret that holds the operator's id
  std::string state_problem;  ///< why it is not clear which; else empty
  std::string user_agent;
  std::chrono::seconds time_limit{40};  ///< for all of it together
};

/// Blocks at most as long as the time limit says. Changes nothing.
section look_at_kubernetes(const kubernetes_settings& with);

}  // namespace app::doctor
