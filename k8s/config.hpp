#pragma once

/// Where the API server is and how we prove who we are.

#include <string>
#include <utility>
#include <vector>

#include "k8s/error.hpp"

namespace k8s {

/// Exec credential plugin of a kubeconfig.
struct exec_plugin {
  std::string api_version;
  std::string command;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;           ///< for people, when the command is missing
  bool provide_cluster_info = false;  ///< tell the plugin which cluster it is for
};

/// File contents are held in memory as PEM; files that rotate (token) are kept as paths and read
/// anew.
struct config {
  std::string server;     ///< "https://host:port", no trailing slash
  std::string proxy_url;  ///< empty: the usual environment variables decide, loopback is direct
  std::string
      tls_server_name;  ///< overrides the name checked in the server's certificate; may be empty
  std::string ca_pem;   ///< empty: system roots
  bool insecure_skip_tls_verify = false;
  std::string token;       ///< static bearer token; a secret
  std::string token_file;  ///< read again when it changes, at the latest every minute
  std::string client_certificate_pem;
  std::string client_key_pem;  ///< a secret
  exec_plugin exec;            ///< `command` empty: none
  std::string context_namespace;
  std::string origin;  ///< for messages: "in-cluster" or the kubeconfig's path
};

/// The search order of controller-runtime: `kubeconfig_flag` if not empty, then $KUBECONFIG (a list
/// of files is merged), in-cluster files, ~/.kube/config. Errors say what was looked for and where.
result<config> load_config(const std::string& kubeconfig_flag);

}  // namespace k8s
