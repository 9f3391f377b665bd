#include "app/options.hpp"

#include <optional>

#include "app/candidate.hpp"
#include "app/duration.hpp"
#include "app/flags.hpp"

namespace app {

namespace {

void add_kubernetes_flags(flag_set& flags, options& into) {
  flags.add("kubeconfig", into.kubeconfig,
            "Path of a kubeconfig. Empty: KUBECONFIG, then the pod's service account, then "
            "~/.kube/config.");
  flags.add("namespace", into.namespaces,
            "Namespace to watch, or several with commas between them. Empty: POD_NAMESPACE, then "
            "the namespace of the pod's service account.");
  flags.add("watch-all-namespaces", into.watch_all_namespaces,
            "Watch custom resources in all namespaces; needs a ClusterRole.");
  flags.add("leader-election-id", into.leader_election_id,
            "Name of the Lease with which replicas agree on one leader.");
  flags.add("leader-elect-lease-duration", into.lease_duration,
            "How long a Lease that is not renewed stays its holder's. The same for all replicas.");
  flags.add("leader-elect-renew-deadline", into.renew_deadline,
            "How long after its last renewal a leader may still write.");
  flags.add("leader-elect-retry-period", into.retry_period,
            "How often the leader renews the Lease, and others look at it.");
  flags.add("sync-period", into.sync_period,
            "How often everything is compared with Teleport again. 0: never.");
  flags.add("drift-interval", into.drift_interval,
            "How often kinds of which Teleport's event stream does not tell are compared with "
            "Teleport. 0: only with everything else.");
}

void add_teleport_flags(flag_set& flags, options& into) {
  flags.add("auth-server", into.auth_server, "Address of the Teleport Auth or Proxy Service.");
  flags.add("token", into.token, "Name of the join token, or path of a file that holds it.");
  flags.add("join-method", into.join_method, "How to join: kubernetes or token.");
  flags.add("ca-pin", into.ca_pins,
            "Hashes (sha256:...) of the cluster's CA, with commas between them, to check the Auth "
            "Service by at the first connection.");
  flags.add("insecure", into.insecure, "Do not verify the Proxy's certificate. For tests only.");
  flags.add("certificate-ttl", into.certificate_ttl, "Lifetime of the operator's certificates.");
  flags.add("renewal-interval", into.renewal_interval,
            "How often the certificates are renewed; at the latest when two thirds of their "
            "lifetime are over.");
  flags.add("identity", into.identity_file,
            "Path of an identity file (tctl auth sign, tbot) to use instead of joining.");
}

void add_outside_flags(flag_set& flags, options& into) {
  flags.add("metrics-bind-address", into.metrics_bind_address,
            "Where /metrics is served. 0: nowhere.");
  flags.add("health-probe-bind-address", into.health_probe_bind_address,
            "Where /healthz and /readyz are served. 0: nowhere.");
  flags.add("pprof-bind-address", into.pprof_bind_address,
            "Accepted for compatibility; has no effect, as this operator is not written in Go.");
  flags.add("address-file", into.address_file,
            "File to write the really bound addresses to, as JSON, once the servers listen.");
  flags.add("log-level", into.log_level, "DEBUG, INFO, WARN or ERROR.");
  flags.add("version", into.version, "Print the version and exit.");
}

void add_scope_flags(flag_set& flags, options& into) {
  flags.add("scope", into.scope,
            "Scoped mode: serve the custom resources of this scope, such as /team, and no others. "
            "Needs KUBE_NAMESPACE.");
  flags.add("owner-email", into.owner_email,
            "Whom to ask about what the operator writes in its scope: a label on it.");
}

/// What the flags can't mean together; empty when all is well.
std::string contradiction(const options& given) {
  if (given.watch_all_namespaces && !given.namespaces.empty()) {
    return "-namespace and -watch-all-namespaces exclude each other: leave one out";
  }
  if (given.certificate_ttl <= std::chrono::nanoseconds{0} ||
      given.renewal_interval <= std::chrono::nanoseconds{0}) {
    return "-certificate-ttl and -renewal-interval must be longer than 0";
  }
  if (given.sync_period < std::chrono::nanoseconds{0}) return "-sync-period must not be negative";
  if (given.drift_interval < std::chrono::nanoseconds{0})
    return "-drift-interval must not be negative";
  if (auto why = actors::core::contradiction(election_settings(given)); !why.empty())
    return "-leader-elect-...: " + why;
  if (!given.scope.empty() && given.scope.front() != '/')
    return "-scope must begin with a slash, as in /team: got \"" + given.scope + "\"";
  return {};
}

constexpr int bad_usage = 2;

constexpr const char* hint_at_doctor =
    "\nteleport-operator doctor looks at what the operator needs and says what is wrong: see\n"
    "teleport-operator doctor -h.\n";

constexpr const char* doctor_explained =
    "teleport-operator doctor looks at everything that the operator needs, step by step: the way "
    "to\n"
    "Teleport, the join, the rights there, Kubernetes, the rights there, the custom resource\n"
    "definitions. It says of each what it has seen and, if something is wrong, what to do. Give "
    "it\n"
    "the operator's own flags, in the operator's own surroundings:\n"
    "\n"
    "  kubectl exec deploy/teleport-operator -- teleport-operator doctor -auth-server=...\n"
    "\n"
    "It joins like the operator, so Teleport has one more instance of the bot; it changes nothing\n"
    "else, in neither of the two. Exit code 0: nothing failed, 1: something did, 2: bad usage.\n"
    "\n";

void add_all_flags(flag_set& flags, options& into) {
  add_kubernetes_flags(flags, into);
  add_teleport_flags(flags, into);
  add_outside_flags(flags, into);
  add_scope_flags(flags, into);
}

early_exit unknown_command(const std::string& word) {
  if (word == doctor_command)
    return {bad_usage, "the command comes before the flags: teleport-operator doctor -...\n"};
  return {bad_usage, "unknown command: " + word +
                         "\nThere is one: doctor. Run teleport-operator -h for the flags.\n"};
}

/// What ends the process, or nothing when the flags are in their variables.
std::optional<early_exit> parse(const flag_set& flags, const std::vector<std::string>& arguments,
                                const options& into, const std::string& help) {
  const auto outcome = flags.parse(arguments);
  if (outcome.help) return early_exit{0, help};
  if (!outcome.error.empty()) return early_exit{bad_usage, outcome.error + "\n" + flags.usage()};
  if (!outcome.arguments.empty()) return unknown_command(outcome.arguments.front());
  if (auto why = contradiction(into); !why.empty()) return early_exit{bad_usage, why + "\n"};
  return std::nullopt;
}

}  // namespace

std::variant<options, early_exit> parse_options(const std::vector<std::string>& arguments) {
  options result;
  flag_set flags{"teleport-operator"};
  add_all_flags(flags, result);
  if (auto exit = parse(flags, arguments, result, flags.usage() + hint_at_doctor))
    return std::move(*exit);
  return result;
}

std::variant<doctor_options, early_exit> parse_doctor_options(
    const std::vector<std::string>& arguments) {
  doctor_options result;
  std::string output = "text";
  flag_set flags{"teleport-operator doctor"};
  add_all_flags(flags, result.of_operator);
  flags.add("o", output, "How to tell: text or json.");
  flags.add("consume-token", result.consume_token,
            "Try to join with -join-method=token too, which uses the join token up.");
  if (auto exit = parse(flags, arguments, result.of_operator, doctor_explained + flags.usage()))
    return std::move(*exit);
  if (output != "text" && output != "json")
    return early_exit{bad_usage, "-o must be text or json: got \"" + output + "\"\n"};
  result.as_json = output == "json";
  return result;
}

}  // namespace app
