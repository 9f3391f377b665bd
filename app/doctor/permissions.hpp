#pragma once

/// The rights in Kubernetes that the operator needs (deploy/README.md), and what it means that one
/// is missing. Pure.

#include <string>
#include <vector>

#include "app/doctor/finding.hpp"
#include "k8s/access_review.hpp"
#include "k8s/object.hpp"
#include "teleport/kind.hpp"

namespace app::doctor {

/// One resource with the verbs that are needed on it, in all namespaces that are served.
struct permission {
  std::string id;
  std::string title;
  std::vector<k8s::access_question> questions;
  verdict without = verdict::failed;  ///< what it is when one is missing
  std::string otherwise;              ///< what does not work then
};

/// Where the operator works.
struct places {
  std::vector<std::string> namespaces;  ///< that are served; empty: all
  std::string own;                      ///< that of its Pod; empty: it is in none
  k8s::object_key state;    ///< with `-scope`: the Secret that holds its id; else without a name
  k8s::object_key lease{};  ///< with which replicas agree on one leader
};

std::vector<permission> needed_permissions(const std::vector<const teleport::kind*>& kinds,
                                           const places& at);

/// `answers` to the questions, in their order.
finding judge(const permission& of, const std::vector<k8s::result<bool>>& answers);

}  // namespace app::doctor
