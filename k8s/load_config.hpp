#pragma once

/// The search behind load_config, with its surroundings as an argument.

#include <string>

#include "k8s/config.hpp"
#include "k8s/environment.hpp"

namespace k8s {

result<config> load_config_from(const std::string& kubeconfig_flag, const environment& around);

}  // namespace k8s
