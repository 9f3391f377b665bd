#pragma once

/// Reading kubeconfig files with kubectl's rules
/// (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/).

#include <string>
#include <vector>

#include "k8s/config.hpp"
#include "k8s/error.hpp"

namespace k8s {

/// Merges `files`, first one first: the first file that sets current-context, or that has a
/// cluster, user or context of some name, wins. Missing files are left out when `missing_allowed`;
/// that all are missing is an error. Relative paths in a file are relative to it.
result<config> load_kubeconfig(const std::vector<std::string>& files, bool missing_allowed);

}  // namespace k8s
