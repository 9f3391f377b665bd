#include "k8s/config.hpp"

#include <cstdlib>
#include <utility>
#include <vector>

#include <unistd.h>

#include "k8s/files.hpp"
#include "k8s/kubeconfig.hpp"
#include "k8s/load_config.hpp"

namespace k8s {

namespace {

std::vector<std::string> split_paths(const std::string& list) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const auto end = std::min(list.find(':', begin), list.size());
    if (end > begin) {
      out.push_back(list.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return out;
}

bool in_cluster(const environment& around) {
  return around.variable("KUBERNETES_SERVICE_HOST") && around.variable("KUBERNETES_SERVICE_PORT") &&
         ::access((around.service_account_folder + "/token").c_str(), F_OK) == 0;
}

result<config> load_in_cluster(const environment& around) {
  auto host = *around.variable("KUBERNETES_SERVICE_HOST");
  if (host.find(':') != std::string::npos) {
    host = "[" + host + "]";
  }
  config out;
  out.origin = "in-cluster";
  out.server = "https://" + host + ":" + *around.variable("KUBERNETES_SERVICE_PORT");
  out.token_file = around.service_account_folder + "/token";
  auto roots =
      read_file(around.service_account_folder + "/ca.crt", "cluster's certificate authority");
  if (!roots.ok()) {
    return std::move(roots.failure());
  }
  out.ca_pem = std::move(roots.value());
  // Missing only with unusual volumes; then the namespace must come from elsewhere.
  if (auto ns = read_file(around.service_account_folder + "/namespace", "namespace"); ns.ok()) {
    out.context_namespace = trimmed(ns.value());
  }
  return out;
}

error nothing_found(const environment& around, const std::string& home_file) {
  return config_error(
      "no way to a Kubernetes API server is configured: no -kubeconfig flag, no $KUBECONFIG, not "
      "in a cluster ($KUBERNETES_SERVICE_HOST and " +
      around.service_account_folder + "/token), and no " + home_file);
}

}  // namespace

environment process_environment() {
  return {.variable = [](const char* name) -> std::optional<std::string> {
            // Read before any thread that could change the environment exists.
            const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
            return value != nullptr && *value != '\0' ? std::optional<std::string>(value)
                                                      : std::nullopt;
          },
          .service_account_folder = "/var/run/secrets/kubernetes.io/serviceaccount"};
}

result<config> load_config_from(const std::string& kubeconfig_flag, const environment& around) {
  if (!kubeconfig_flag.empty()) {
    return load_kubeconfig({kubeconfig_flag}, /*missing_allowed=*/false);
  }
  if (const auto list = around.variable("KUBECONFIG")) {
    if (auto files = split_paths(*list); !files.empty()) {
      return load_kubeconfig(files, /*missing_allowed=*/true);
    }
  }
  if (in_cluster(around)) {
    return load_in_cluster(around);
  }
  const auto home_file = around.variable("HOME").value_or("~") + "/.kube/config";
  if (::access(home_file.c_str(), F_OK) == 0) {
    return load_kubeconfig({home_file}, /*missing_allowed=*/false);
  }
  return nothing_found(around, home_file);
}

result<config> load_config(const std::string& kubeconfig_flag) {
  return load_config_from(kubeconfig_flag, process_environment());
}

}  // namespace k8s
