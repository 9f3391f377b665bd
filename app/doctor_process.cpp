#include "app/doctor_process.hpp"

#include <future>
#include <iostream>
#include <utility>

#include <unistd.h>

#include "app/candidate.hpp"
#include "app/doctor/json.hpp"
#include "app/doctor/kubernetes_side.hpp"
#include "app/doctor/teleport_side.hpp"
#include "app/doctor/text.hpp"
#include "app/namespaces.hpp"
#include "app/options.hpp"
#include "app/own_pod.hpp"
#include "app/scoped_mode.hpp"
#include "app/wiring.hpp"

namespace app {

namespace {

doctor::kubernetes_settings kubernetes_settings(const options& given, const surroundings& around) {
  doctor::kubernetes_settings made;
  made.kubeconfig = given.kubeconfig;
  auto namespaces = resolve_namespaces(given, around);
  if (auto* bad = std::get_if<bad_configuration>(&namespaces)) {
    made.namespaces_problem = std::move(bad->why);
  } else {
    made.namespaces = std::move(std::get<0>(namespaces));
  }
  const auto server = k8s::load_config(given.kubeconfig);
  made.lease = {lease_namespace(made.namespaces, around,
                                server ? server.value().context_namespace : std::string{}),
                given.leader_election_id};
  if (const auto pod = own_pod(around, "this one")) made.own_namespace = pod->key.ns;
  made.user_agent = user_agent();
  made.scoped = !given.scope.empty();
  if (!made.scoped) return made;
  auto at = state_secret(around);
  if (auto* bad = std::get_if<bad_configuration>(&at)) {
    made.state_problem = std::move(bad->why);
  } else {
    made.state = std::move(std::get<k8s::object_key>(at));
  }
  return made;
}

doctor::teleport_settings teleport_settings(const doctor_options& given,
                                            const surroundings& around) {
  doctor::teleport_settings made;
  made.asked = connector_settings(given.of_operator, around);
  made.consume_token = given.consume_token;
  made.scoped = !given.of_operator.scope.empty();
  return made;
}

/// Somebody who sits before a terminal knows what is waited for.
void tell_progress(const char* what) {
  if (::isatty(STDERR_FILENO) == 1) std::cerr << "looking at " << what << " ...\n";
}

}  // namespace

int run_doctor(const std::vector<std::string>& arguments) {
  auto parsed = parse_doctor_options(arguments);
  if (const auto* exit = std::get_if<early_exit>(&parsed)) {
    std::cerr << exit->text;
    return exit->code;
  }
  const auto& given = std::get<doctor_options>(parsed);
  const auto around = real_surroundings();
  doctor::report all{version(), {}};
  // The environment is read by both, so they take turns.
  tell_progress("Teleport");
  all.sections.push_back(doctor::look_at_teleport(teleport_settings(given, around)));
  tell_progress("Kubernetes");
  all.sections.push_back(
      doctor::look_at_kubernetes(kubernetes_settings(given.of_operator, around)));
  std::cout << (given.as_json ? doctor::as_json(all) : doctor::as_text(all));
  return doctor::exit_code(all);
}

}  // namespace app
