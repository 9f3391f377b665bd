#include "k8s/kubeconfig.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include "k8s/base64.hpp"
#include "k8s/files.hpp"

namespace k8s {

namespace {

/// A named entry and the file that it came from.
struct entry {
  YAML::Node value;
  std::string file;
};

/// Carries an error through the reading functions; it does not leave this file.
struct unusable {
  error why;
};

[[noreturn]] void refuse(std::string message) {
  throw unusable{config_error(std::move(message))};
}

struct parsed_file {
  std::string path;
  YAML::Node root;
};

parsed_file parse(const std::string& path, const std::string& text) {
  try {
    parsed_file out{path, YAML::Load(text)};
    if (!out.root.IsMap()) {
      refuse("kubeconfig " + path + ": it is empty or no YAML mapping");
    }
    return out;
  } catch (const YAML::Exception& problem) {
    // The parser's text names line and column, not contents.
    refuse("kubeconfig " + path + ": not valid YAML: " + problem.what());
  }
}

std::vector<parsed_file> read_all(const std::vector<std::string>& files, bool missing_allowed) {
  std::vector<parsed_file> out;
  std::string looked_for;
  for (const auto& path : files) {
    looked_for += (looked_for.empty() ? "" : ", ") + path;
    if (missing_allowed && ::access(path.c_str(), F_OK) != 0) {
      continue;
    }
    auto text = read_file(path, "kubeconfig");
    if (!text.ok()) {
      throw unusable{std::move(text.failure())};
    }
    out.push_back(parse(path, text.value()));
  }
  if (out.empty()) {
    refuse("kubeconfig: none of these files exists: " + looked_for);
  }
  return out;
}

std::string text_of(const YAML::Node& in, const char* name) {
  const auto found = in.IsMap() ? in[name] : YAML::Node(YAML::NodeType::Undefined);
  return found && found.IsScalar() ? found.Scalar() : std::string();
}

bool flag_of(const YAML::Node& in, const char* name) {
  const auto found = in.IsMap() ? in[name] : YAML::Node(YAML::NodeType::Undefined);
  return found && found.IsScalar() && found.as<bool>(false);
}

/// The first entry `name` of the lists called `list`; `kind` is its key in the entry ("cluster").
std::optional<entry> find(const std::vector<parsed_file>& files, const char* list, const char* kind,
                          const std::string& name) {
  for (const auto& file : files) {
    const auto entries = file.root[list];
    if (!entries || !entries.IsSequence()) {
      continue;
    }
    for (const auto& candidate : entries) {
      if (text_of(candidate, "name") == name && candidate[kind]) {
        return entry{candidate[kind], file.path};
      }
    }
  }
  return std::nullopt;
}

/// A path from `from`'s file, made absolute with that file's folder.
std::string path_of(const entry& from, const char* name) {
  auto path = text_of(from.value, name);
  if (path.empty()) {
    return path;
  }
  return (std::filesystem::path(from.file).parent_path() / path).string();
}

std::string decoded(const entry& from, const std::string& name, const std::string& text) {
  auto bytes = from_base64(text);
  if (!bytes || bytes->empty()) {
    refuse("kubeconfig " + from.file + ": " + name + " is not base64");
  }
  return *std::move(bytes);
}

/// PEM from `<name>-data` (base64) or, without it, from the file called `<name>`.
std::string pem_of(const entry& from, const std::string& name) {
  const auto data_name = name + "-data";
  if (const auto data = text_of(from.value, data_name.c_str()); !data.empty()) {
    return decoded(from, data_name, data);
  }
  const auto path = path_of(from, name.c_str());
  if (path.empty()) {
    return {};
  }
  auto text = read_file(path, "kubeconfig " + from.file + ": " + name);
  if (!text.ok()) {
    throw unusable{std::move(text.failure())};
  }
  return std::move(text.value());
}

void take_cluster(const entry& from, config& to) {
  to.server = text_of(from.value, "server");
  while (to.server.ends_with('/')) {
    to.server.pop_back();
  }
  if (!to.server.starts_with("https://") && !to.server.starts_with("http://")) {
    refuse("kubeconfig " + from.file + ": the cluster's server \"" + to.server +
           "\" is not an http(s) address");
  }
  to.tls_server_name = text_of(from.value, "tls-server-name");
  to.proxy_url = text_of(from.value, "proxy-url");
  to.insecure_skip_tls_verify = flag_of(from.value, "insecure-skip-tls-verify");
  to.ca_pem = pem_of(from, "certificate-authority");
  if (to.insecure_skip_tls_verify && !to.ca_pem.empty()) {
    refuse("kubeconfig " + from.file +
           ": a cluster can't have both a certificate authority and insecure-skip-tls-verify");
  }
}

std::string exec_command(const entry& from, const std::string& command) {
  // Like a shell: a name without a slash is looked up in PATH, a relative path starts at the file.
  if (command.find('/') == std::string::npos) {
    return command;
  }
  return (std::filesystem::path(from.file).parent_path() / command).string();
}

void take_exec(const entry& from, config& to) {
  const auto exec = from.value["exec"];
  if (!exec || !exec.IsMap()) {
    return;
  }
  to.exec.api_version = text_of(exec, "apiVersion");
  if (to.exec.api_version != "client.authentication.k8s.io/v1" &&
      to.exec.api_version != "client.authentication.k8s.io/v1beta1") {
    refuse("kubeconfig " + from.file + ": exec apiVersion \"" + to.exec.api_version +
           "\" is not supported; v1 and v1beta1 of client.authentication.k8s.io are");
  }
  const auto command = text_of(exec, "command");
  if (command.empty()) {
    refuse("kubeconfig " + from.file + ": exec has no command");
  }
  to.exec.command = exec_command(from, command);
  to.exec.install_hint = text_of(exec, "installHint");
  to.exec.provide_cluster_info = flag_of(exec, "provideClusterInfo");
  for (const auto& arg : exec["args"]) {
    to.exec.args.push_back(arg.as<std::string>(""));
  }
  for (const auto& variable : exec["env"]) {
    to.exec.env.emplace_back(text_of(variable, "name"), text_of(variable, "value"));
  }
}

void take_user(const entry& from, config& to) {
  for (const char* name : {"auth-provider", "username", "as", "as-uid"}) {
    if (from.value[name]) {
      refuse("kubeconfig " + from.file + ": the user has \"" + name +
             "\", which is not supported; use a token, a client certificate or exec");
    }
  }
  to.token_file = path_of(from, "tokenFile");
  // kubectl: the file wins when both are there, since it is the one that rotates.
  to.token = to.token_file.empty() ? text_of(from.value, "token") : std::string();
  to.client_certificate_pem = pem_of(from, "client-certificate");
  to.client_key_pem = pem_of(from, "client-key");
  if (to.client_certificate_pem.empty() != to.client_key_pem.empty()) {
    refuse("kubeconfig " + from.file + ": client-certificate and client-key must come together");
  }
  take_exec(from, to);
}

std::string current_context(const std::vector<parsed_file>& files) {
  for (const auto& file : files) {
    if (auto name = text_of(file.root, "current-context"); !name.empty()) {
      return name;
    }
  }
  refuse("kubeconfig " + files.front().path + ": no current-context is set");
}

config merge(const std::vector<parsed_file>& files) {
  config out;
  out.origin = files.front().path;
  const auto name = current_context(files);
  const auto context = find(files, "contexts", "context", name);
  if (!context) {
    refuse("kubeconfig " + out.origin + ": context \"" + name + "\" does not exist");
  }
  out.origin = context->file;
  out.context_namespace = text_of(context->value, "namespace");
  const auto cluster_name = text_of(context->value, "cluster");
  const auto cluster = find(files, "clusters", "cluster", cluster_name);
  if (!cluster) {
    refuse("kubeconfig " + out.origin + ": cluster \"" + cluster_name + "\" of context \"" + name +
           "\" does not exist");
  }
  take_cluster(*cluster, out);
  const auto user_name = text_of(context->value, "user");
  if (const auto user = find(files, "users", "user", user_name)) {
    take_user(*user, out);
  } else if (!user_name.empty()) {
    refuse("kubeconfig " + out.origin + ": user \"" + user_name + "\" of context \"" + name +
           "\" does not exist");
  }
  return out;
}

}  // namespace

result<config> load_kubeconfig(const std::vector<std::string>& files, bool missing_allowed) {
  try {
    return merge(read_all(files, missing_allowed));
  } catch (unusable& stop) {
    return std::move(stop.why);
  } catch (const YAML::Exception& problem) {
    return config_error("kubeconfig " + files.front() + ": " + problem.what());
  }
}

}  // namespace k8s
