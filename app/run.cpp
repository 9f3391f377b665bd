#include "app/run.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <utility>

#include "app/blocking.hpp"
#include "app/boot_clock.hpp"
#include "app/candidate.hpp"
#include "app/credentials_stamp.hpp"
#include "app/doctor_process.hpp"
#include "app/duration.hpp"
#include "app/json_log.hpp"
#include "app/memory.hpp"
#include "app/operator_process.hpp"
#include "app/options.hpp"
#include "app/own_pod.hpp"
#include "app/scoped_mode.hpp"
#include "app/signals.hpp"
#include "app/wiring.hpp"

namespace app {

namespace {

using actors::log_level;

constexpr const char* component = "app";
/// For the first answer of the API server; longer than the client's own limit for a request.
constexpr std::chrono::seconds probe_timeout{40};

void tell(actors::logger& log, const start_failure& failed) {
  log.write(log_level::error, component, failed.id, failed.message, {{"err", failed.why}});
}

/// facts/teleport-connection.md §3.4: a warning there too.
void tell_late_renewal(const options& given, actors::logger& log) {
  if (!given.identity_file.empty() || given.renewal_interval < given.certificate_ttl) return;
  log.write(log_level::warning, component, "renewal-too-late",
            "-renewal-interval is not shorter than -certificate-ttl; certificates are renewed when "
            "two thirds of their lifetime are over",
            {{"renewalInterval", format_duration(given.renewal_interval)},
             {"certificateTTL", format_duration(given.certificate_ttl)}});
}

/// Flags that are taken for compatibility and change nothing.
void tell_ineffective_flags(const options& given, actors::logger& log) {
  if (!given.pprof_bind_address.empty()) {
    log.write(log_level::info, component, "pprof-ignored",
              "-pprof-bind-address has no effect: this operator is not written in Go", {});
  }
  if (given.scope.empty() && !given.owner_email.empty()) {
    log.write(log_level::info, component, "owner-email-ignored",
              "-owner-email has no effect without -scope: it is a label of resources in a scope",
              {});
  }
}

/// Waits for the API server's first answer.
std::optional<start_failure> probe(k8s::client& client, const k8s::config& server,
                                   actors::logger& log) {
  const auto got =
      wait_for_answer<std::string>(std::chrono::steady_clock::now() + probe_timeout,
                                   [&client](auto done) { client.probe(std::move(done)); });
  if (!got) {
    return start_failure{"kubernetes-unreachable", "the Kubernetes API server can't be used",
                         server.server + " (from " + server.origin + "): " + got.failure().message};
  }
  log.write(log_level::debug, component, "kubernetes-found", "found the Kubernetes API server",
            {{"server", server.server}, {"from", server.origin}, {"version", got.value()}});
  return std::nullopt;
}

std::optional<start_failure> wire_scope(actors::environment& env, const options& given,
                                        const surroundings& around, k8s::client& kubernetes) {
  auto entered = enter_scope(given, around, kubernetes);
  if (auto* failed = std::get_if<start_failure>(&entered)) return std::move(*failed);
  env.config.scoped = std::move(std::get<actors::core::scoped_operator>(entered));
  const auto& us = env.config.scoped;
  if (us.scope.empty()) return std::nullopt;
  env.log->write(log_level::info, component, "scoped-mode",
                 "scoped mode: only custom resources of this scope are served",
                 {{"scope", us.scope}, {"operatorID", us.operator_id}});
  return std::nullopt;
}

std::optional<start_failure> wire_kubernetes(actors::environment& env, const options& given,
                                             const surroundings& around) {
  auto found = k8s::load_config(given.kubeconfig);
  if (!found) {
    return start_failure{"no-kubeconfig", "no usable Kubernetes configuration",
                         found.failure().message};
  }
  env.config.election.lease.ns =
      lease_namespace(env.config.namespaces, around, found.value().context_namespace);
  const auto make = [server = found.value(), stats = env.stats, fence = env.fence] {
    return k8s::make_client(server, client_options(*stats, *fence));
  };
  auto first = make();
  if (auto failed = probe(*first, found.value(), *env.log)) return failed;
  if (auto failed = wire_scope(env, given, around, *first)) return failed;
  env.make_kube = first_then<k8s::client>(std::move(first), make);
  return std::nullopt;
}

std::optional<start_failure> wire_teleport(actors::environment& env, const options& given,
                                           const surroundings& around) {
  const auto settings = connector_settings(given, around, *env.stats, *env.fence);
  env.credentials_stamp = credentials_stamp(settings);
  auto first = teleport::make_connector(settings);
  if (!first) {
    return start_failure{"bad-teleport-settings", "invalid configuration", first.failure().message};
  }
  // An actor that is started again needs a connector of its own; one that can't be made any more
  // ends the actor, and in the end the operator.
  const auto make_another = [settings] {
    auto made = teleport::make_connector(settings);
    if (!made) throw std::runtime_error(made.failure().message);
    return std::move(made.value());
  };
  env.make_teleport = first_then<teleport::connector>(std::move(first.value()), make_another);
  return std::nullopt;
}

/// From here on there is a log.
int run_with_log(const options& given, actors::chaos_hooks& hooks, json_log& log) {
  signal_watch signals;
  const auto around = real_surroundings();
  auto namespaces = resolve_namespaces(given, around);
  if (const auto* bad = std::get_if<bad_configuration>(&namespaces)) {
    tell(log, {"bad-namespace", "invalid configuration", bad->why});
    return EXIT_FAILURE;
  }
  tell_ineffective_flags(given, log);
  tell_late_renewal(given, log);

  auto settings = actor_settings(given, std::move(std::get<0>(namespaces)));
  settings.own_pod = own_pod(around, settings.own_instance);
  settings.election.identity = candidate_identity(around, settings.own_instance);
  actors::lease_fence fence{since_boot};
  actors::metrics stats{controller_names(settings), settings.slots_per_kind};
  stats.build_info(version());
  actors::health_board board;
  actors::environment env;
  env.config = std::move(settings);
  env.log = &log;
  env.stats = &stats;
  env.health = &board;
  env.fence = &fence;
  env.hooks = &hooks;
  env.now = [] { return std::chrono::system_clock::now(); };
  env.random = random_fraction;
  auto failed = wire_kubernetes(env, given, around);
  if (!failed) failed = wire_teleport(env, given, around);
  if (failed) {
    tell(log, *failed);
    return EXIT_FAILURE;
  }
  return run_operator(
      env, {{given.metrics_bind_address, given.health_probe_bind_address}, given.address_file},
      signals);
}

}  // namespace

int run(int argc, char** argv, actors::chaos_hooks& hooks) {
  tune_memory();
  // A peer that hangs up is an error of a call, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments{argv + std::min(argc, 1), argv + argc};
  if (!arguments.empty() && arguments.front() == doctor_command)
    return run_doctor({arguments.begin() + 1, arguments.end()});
  auto parsed = parse_options(arguments);
  if (const auto* exit = std::get_if<early_exit>(&parsed)) {
    std::cerr << exit->text;
    return exit->code;
  }
  const auto& given = std::get<options>(parsed);
  if (given.version) {
    std::cout << "teleport-operator " << version() << '\n';
    return EXIT_SUCCESS;
  }
  const auto level = parse_log_level(given.log_level);
  const auto log = make_stderr_log(level.value_or(0));
  if (!level) {
    tell(*log, {"bad-log-level", "Failed to parse log level",
                "\"" + given.log_level + "\": want DEBUG, INFO, WARN or ERROR"});
    return EXIT_FAILURE;
  }
  return run_with_log(given, hooks, *log);
}

}  // namespace app
