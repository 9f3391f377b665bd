#include "app/doctor/kubernetes_side.hpp"

#include <memory>
#include <utility>

#include "app/doctor/asking.hpp"
#include "app/doctor/definitions.hpp"
#include "app/doctor/kinds.hpp"
#include "app/doctor/listed.hpp"
#include "app/doctor/permissions.hpp"
#include "app/doctor/stopwatch.hpp"
#include "k8s/access_review.hpp"
#include "k8s/discovery.hpp"
#include "k8s/parse.hpp"
#include "k8s/raw_client.hpp"

namespace app::doctor {

namespace {

using k8s::errc;

constexpr const char* our_group = "resources.teleport.dev";
/// For the first answer; a server that is there needs a fraction of it.
constexpr std::chrono::milliseconds first_answer{10'000};
constexpr const char* server_title = "API server";
constexpr const char* identity_title = "Who we are";

class kubernetes_look {
 public:
  explicit kubernetes_look(const kubernetes_settings& with)
      : with_(with), kinds_(kinds_that_run(with.scoped)) {
    found_.id = "kubernetes";
    found_.title = "Kubernetes";
  }

  section run() {
    namespaces();
    if (configuration() && server() && who_we_are()) {
      rights();
      definitions();
    }
    return std::move(found_);
  }

 private:
  void add(finding one) { found_.findings.push_back(watch_.mark(std::move(one))); }

  /// `steps`: how many of the last four can't be taken.
  void skip_the_rest(const char* needs, int steps) {
    if (steps > 3) add(skipped("kubernetes.server", server_title, needs));
    if (steps > 2) add(skipped("kubernetes.identity", identity_title, needs));
    add(skipped("kubernetes.rights", "Rights in Kubernetes", needs));
    add(skipped("kubernetes.definitions", "Custom resource definitions", needs));
  }

  std::vector<k8s::result<std::string>> ask(std::vector<k8s::http_request> questions) {
    return ask_all(*client_, std::move(questions), deadline_);
  }

  k8s::result<std::string> ask(k8s::http_request question) {
    std::vector<k8s::http_request> one;
    one.push_back(std::move(question));
    return std::move(ask(std::move(one)).front());
  }

  void namespaces();
  bool configuration();
  bool server();
  bool who_we_are();
  void rights();
  void definitions();
  void releases();

  const kubernetes_settings& with_;
  const std::vector<const teleport::kind*> kinds_;
  const std::chrono::steady_clock::time_point deadline_ =
      std::chrono::steady_clock::now() + with_.time_limit;
  std::unique_ptr<k8s::raw_client> client_;
  section found_;
  stopwatch watch_;
};

void kubernetes_look::namespaces() {
  constexpr const char* id = "kubernetes.namespaces";
  constexpr const char* title = "Namespaces";
  if (!with_.namespaces_problem.empty()) {
    add(failed(id, title, with_.namespaces_problem, "set -namespace or -watch-all-namespaces"));
  } else {
    add(ok(id, title, with_.namespaces.empty() ? "all" : listed(with_.namespaces)));
  }
}

bool kubernetes_look::configuration() {
  constexpr const char* id = "kubernetes.configuration";
  constexpr const char* title = "Configuration";
  auto config = k8s::load_config(with_.kubeconfig);
  if (!config) {
    add(failed(id, title, config.failure().message,
               "set -kubeconfig or KUBECONFIG, or run it in a pod"));
    skip_the_rest(title, 4);
    return false;
  }
  auto& where = config.value();
  found_.about = where.server;
  add(ok(id, title, where.server + ", from " + where.origin));
  k8s::client_options options;
  options.user_agent = with_.user_agent;
  options.request_timeout = first_answer;
  client_ = k8s::make_raw_client(std::move(where), options);
  return true;
}

bool kubernetes_look::server() {
  constexpr const char* id = "kubernetes.server";
  const auto request = k8s::version_request();
  auto answer = ask(request);
  if (answer) answer = k8s::parse_version(answer.value(), request.subject);
  if (answer) {
    add(ok(id, server_title, "answers, version " + answer.value()));
    return true;
  }
  const bool refused = answer.failure().code == errc::unauthorized;
  add(failed(id, server_title, answer.failure().message,
             refused ? "the credential is not accepted: check token or certificate"
                     : "check that the address is right and can be reached from here"));
  skip_the_rest(server_title, 3);
  return false;
}

/// False when the server does not let us in.
bool kubernetes_look::who_we_are() {
  constexpr const char* id = "kubernetes.identity";
  const auto request = k8s::own_name_request();
  auto answer = ask(request);
  if (answer) answer = k8s::parse_own_name(answer.value(), request.subject);
  if (answer) {
    add(ok(id, identity_title, answer.value()));
    return true;
  }
  const auto code = answer.failure().code;
  if (code == errc::not_served || code == errc::not_found || code == errc::forbidden) {
    add(not_needed(id, identity_title, "not told: API servers do so from 1.28 on"));
    return true;
  }
  add(failed(id, identity_title, answer.failure().message,
             "the credential is not accepted: check token or certificate"));
  skip_the_rest(identity_title, 2);
  return false;
}

void kubernetes_look::rights() {
  if (!with_.namespaces_problem.empty())
    return add(skipped("kubernetes.rights", "Rights in Kubernetes", "Namespaces"));
  const auto needed =
      needed_permissions(kinds_, {with_.namespaces, with_.own_namespace, with_.state, with_.lease});
  std::vector<k8s::http_request> questions;
  std::vector<std::string> subjects;
  for (const auto& one : needed) {
    for (const auto& question : one.questions) {
      questions.push_back(k8s::access_review_request(question));
      subjects.push_back(questions.back().subject);
    }
  }
  const auto texts = ask(std::move(questions));
  std::size_t at = 0;
  for (const auto& one : needed) {
    std::vector<k8s::result<bool>> answers;
    for (std::size_t i = 0; i < one.questions.size(); ++i, ++at) {
      answers.push_back(texts[at] ? k8s::parse_access_review(texts[at].value(), subjects[at])
                                  : k8s::result<bool>(texts[at].failure()));
    }
    add(judge(one, answers));
  }
  if (!with_.state_problem.empty())
    add(failed("kubernetes.rights.state", "State Secret", with_.state_problem,
               "set the variable in the operator's Pod"));
}

void kubernetes_look::definitions() {
  constexpr const char* id = "kubernetes.definitions";
  constexpr const char* title = "Custom resource definitions";
  const auto about_group = k8s::group_request(our_group);
  const auto group = ask(about_group);
  if (!group && group.failure().code != errc::not_served)
    return add(failed(id, title, group.failure().message, "allow discovery (system:discovery)"));
  served_types served;
  const auto versions = group ? k8s::parse_group(group.value(), about_group.subject)
                              : k8s::result<std::vector<std::string>>(group.failure());
  if (versions) {
    for (const auto& version : versions.value()) {
      const auto request = k8s::group_version_request(our_group, version);
      const auto text = ask(request);
      auto types = text ? k8s::parse_group_version(text.value(), request.subject)
                        : k8s::result<std::map<std::string, bool>>(text.failure());
      if (!types) return add(failed(id, title, types.failure().message, "try again"));
      served[version] = std::move(types.value());
    }
  }
  for (auto& one : judge_definitions(kinds_, served)) add(std::move(one));
  if (versions) releases();
}

void kubernetes_look::releases() {
  const auto allowed_request = k8s::access_review_request(
      {"", "apiextensions.k8s.io", "customresourcedefinitions", "", "get", ""});
  const auto answer = ask(allowed_request);
  const auto allowed = answer ? k8s::parse_access_review(answer.value(), allowed_request.subject)
                              : k8s::result<bool>(answer.failure());
  std::map<std::string, k8s::definition> read;
  for (const auto* kind : kinds_) {
    if (!allowed || !allowed.value()) break;
    const auto request = k8s::definition_request(our_group, kind->plural);
    const auto text = ask(request);
    if (!text) continue;
    auto what = k8s::parse_definition(text.value(), request.subject);
    if (what) read.emplace(kind->plural, std::move(what.value()));
  }
  add(judge_releases(kinds_, read));
}

}  // namespace

section look_at_kubernetes(const kubernetes_settings& with) {
  return kubernetes_look(with).run();
}

}  // namespace app::doctor
