#include "k8s/config.hpp"

#include <map>

#include <gtest/gtest.h>
#include <yaml-cpp/binary.h>

#include "k8s/load_config.hpp"
#include "tests/unit/support/temp_folder.hpp"

namespace k8s {
namespace {

std::string base64(const std::string& text) {
  return YAML::EncodeBase64(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

class Config : public testing::Test {
 protected:
  environment around() {
    return {.variable = [this](const char* name) -> std::optional<std::string> {
              const auto found = variables_.find(name);
              return found == variables_.end() ? std::nullopt : std::optional(found->second);
            },
            .service_account_folder = folder_.path("sa")};
  }
  result<config> load(const std::string& flag = "") { return load_config_from(flag, around()); }
  /// The message of the refusal.
  std::string refusal(const std::string& flag = "") {
    const auto loaded = load(flag);
    return loaded.ok() ? "(accepted)" : loaded.failure().message;
  }
  /// A kubeconfig with one of each, `user` being the lines of its user.
  std::string write_config(const std::string& name, const std::string& user,
                           const std::string& cluster = "server: https://a:6443") {
    return folder_.write(name,
                         "current-context: c\n"
                         "contexts: [{name: c, context: {cluster: k, user: u, namespace: n}}]\n"
                         "clusters:\n- name: k\n  cluster:\n    " +
                             cluster + "\nusers:\n- name: u\n  user:\n    " + user + "\n");
  }
  void be_in_cluster() {
    folder_.write("sa/token", "sa-token\n");
    folder_.write("sa/ca.crt", "CA");
    folder_.write("sa/namespace", "pod-ns\n");
    variables_["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
    variables_["KUBERNETES_SERVICE_PORT"] = "443";
  }

  test::temp_folder folder_;
  std::map<std::string, std::string> variables_;
};

// -- where it is looked for --------------------------------------------------------------------

TEST_F(Config, ReadsInClusterFiles) {
  be_in_cluster();
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.value().server, "https://10.0.0.1:443");
  EXPECT_EQ(loaded.value().ca_pem, "CA");
  EXPECT_EQ(loaded.value().token_file, folder_.path("sa/token"));
  EXPECT_EQ(loaded.value().context_namespace, "pod-ns");
  EXPECT_EQ(loaded.value().origin, "in-cluster");
}

TEST_F(Config, BracketsAnIpv6Host) {
  be_in_cluster();
  variables_["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(load().value().server, "https://[fd00::1]:443");
}

TEST_F(Config, PrefersFlagThenVariableThenClusterThenHome) {
  const auto flag = write_config("flag", "token: flag");
  variables_["KUBECONFIG"] = write_config("variable", "token: variable");
  be_in_cluster();
  variables_["HOME"] = folder_.path("home");
  write_config("home/.kube/config", "token: home");
  EXPECT_EQ(load(flag).value().token, "flag");
  EXPECT_EQ(load().value().token, "variable");
  variables_.erase("KUBECONFIG");
  EXPECT_EQ(load().value().origin, "in-cluster");
  variables_.erase("KUBERNETES_SERVICE_HOST");
  EXPECT_EQ(load().value().token, "home");
}

TEST_F(Config, SaysWhereItLooked) {
  variables_["HOME"] = "/nowhere";
  const auto why = refusal();
  for (const char* place :
       {"-kubeconfig", "$KUBECONFIG", "$KUBERNETES_SERVICE_HOST", "/nowhere/.kube/config"}) {
    EXPECT_NE(why.find(place), std::string::npos) << place << " in: " << why;
  }
  EXPECT_NE(refusal("/no/such/file").find("/no/such/file: No such file"), std::string::npos);
}

// -- kubeconfig --------------------------------------------------------------------------------

TEST_F(Config, ReadsClusterAndUserOfTheCurrentContext) {
  const auto file = write_config("k", "token: secret",
                                 "server: https://api.example:6443/\n"
                                 "    tls-server-name: other.example\n"
                                 "    proxy-url: http://proxy:3128\n"
                                 "    certificate-authority-data: " +
                                     base64("CA-PEM"));
  const auto loaded = load(file);
  ASSERT_TRUE(loaded.ok()) << loaded.failure().message;
  EXPECT_EQ(loaded.value().server, "https://api.example:6443");
  EXPECT_EQ(loaded.value().tls_server_name, "other.example");
  EXPECT_EQ(loaded.value().proxy_url, "http://proxy:3128");
  EXPECT_EQ(loaded.value().ca_pem, "CA-PEM");
  EXPECT_EQ(loaded.value().token, "secret");
  EXPECT_EQ(loaded.value().context_namespace, "n");
  EXPECT_EQ(loaded.value().origin, file);
}

TEST_F(Config, ResolvesPathsFromTheFilesFolder) {
  folder_.write("d/certs/ca", "CA");
  folder_.write("d/certs/crt", "CRT");
  folder_.write("d/certs/key", "KEY");
  const auto file = write_config(
      "d/k", "{client-certificate: certs/crt, client-key: certs/key, tokenFile: tok, token: no}",
      "server: https://a\n    certificate-authority: certs/ca");
  const auto loaded = load(file);
  ASSERT_TRUE(loaded.ok()) << loaded.failure().message;
  EXPECT_EQ(loaded.value().ca_pem, "CA");
  EXPECT_EQ(loaded.value().client_certificate_pem, "CRT");
  EXPECT_EQ(loaded.value().client_key_pem, "KEY");
  EXPECT_EQ(loaded.value().token_file, folder_.path("d/tok"));
  EXPECT_EQ(loaded.value().token, "") << "the file wins";
}

TEST_F(Config, MergesAListOfFilesFirstOneWins) {
  const auto first = folder_.write("1",
                                   "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
                                   "users: [{name: u, user: {token: first}}]\n");
  const auto second = write_config("2", "token: second", "server: https://second");
  const auto third = write_config("3", "token: third", "server: https://third");
  variables_["KUBECONFIG"] = folder_.path("missing") + ":" + first + "::" + second + ":" + third;
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok()) << loaded.failure().message;
  EXPECT_EQ(loaded.value().token, "first");
  EXPECT_EQ(loaded.value().server, "https://second");
  EXPECT_EQ(loaded.value().context_namespace, "") << "the context is the first file's";
}

TEST_F(Config, ReadsAnExecPlugin) {
  const auto file = write_config(
      "d/k",
      "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./get-token, args: [a, '5'],\n"
      "      env: [{name: N, value: V}], installHint: get it, provideClusterInfo: true}");
  const auto loaded = load(file);
  ASSERT_TRUE(loaded.ok()) << loaded.failure().message;
  const auto& exec = loaded.value().exec;
  EXPECT_EQ(exec.command, folder_.path("d/./get-token"));
  EXPECT_EQ(exec.args, (std::vector<std::string>{"a", "5"}));
  EXPECT_EQ(exec.env.at(0), (std::pair<std::string, std::string>{"N", "V"}));
  EXPECT_EQ(exec.install_hint, "get it");
  EXPECT_TRUE(exec.provide_cluster_info);
}

TEST_F(Config, RefusesWhatItCantUseAndSaysWhy) {
  const std::string good_cluster = "server: https://a";
  const std::vector<std::array<std::string, 3>> rows{
      {"client-certificate-data: " + base64("x"), good_cluster, "must come together"},
      {"client-certificate-data: '!'", good_cluster, "client-certificate-data is not base64"},
      {"auth-provider: {name: gcp}", good_cluster, "\"auth-provider\", which is not supported"},
      {"exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", good_cluster,
       "exec apiVersion"},
      {"exec: {apiVersion: client.authentication.k8s.io/v1}", good_cluster, "no command"},
      {"token: x", "server: ftp://a", "not an http(s) address"},
      {"token: x", "certificate-authority-data: x", "not an http(s) address"},
      {"token: x",
       good_cluster +
           "\n    insecure-skip-tls-verify: true\n    certificate-authority-data: " + base64("CA"),
       "can't have both"},
      {"token: x", good_cluster + "\n    certificate-authority: none.pem",
       "none.pem: No such file"},
  };
  for (const auto& [user, cluster, why] : rows) {
    const auto said = refusal(write_config("bad", user, cluster));
    EXPECT_NE(said.find(why), std::string::npos) << said;
  }
}

TEST_F(Config, RefusesBrokenFilesAndDanglingNames) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "empty"},
      {"a: [", "not valid YAML"},
      {"contexts: []", "no current-context"},
      {"current-context: x", "context \"x\" does not exist"},
      {"current-context: c\ncontexts: [{name: c, context: {cluster: k}}]",
       "cluster \"k\" of context \"c\" does not exist"},
      {"current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
       "clusters: [{name: k, cluster: {server: 'https://a'}}]",
       "user \"u\" of context \"c\" does not exist"},
      {"contexts: 7\ncurrent-context: c", "does not exist"},
  };
  for (const auto& [text, why] : rows) {
    const auto said = refusal(folder_.write("bad", text));
    EXPECT_NE(said.find(why), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace k8s
