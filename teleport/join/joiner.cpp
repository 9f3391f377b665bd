#include "teleport/join/joiner.hpp"

#include <google/protobuf/empty.pb.h>

#include "teleport/diagnosis.hpp"
#include "teleport/join/claims.hpp"
#include "teleport/join/older.hpp"
#include "teleport/join/pins.hpp"
#include "teleport/join/proxy_info.hpp"
#include "teleport/join/stream.hpp"
#include "teleport/proto/certs.pb.h"
#include "teleport/proto/ping.pb.h"
#include "teleport/status.hpp"

namespace teleport::join {
namespace {

constexpr const char* unverified_warning =
    "Joining cluster without validating the identity of the Auth Server. This may open you up to a "
    "Man-In-The-Middle (MITM) attack if an attacker can gain privileged network access. To remedy "
    "this, use "
    "the CA pin value provided when join token was generated to validate the identity of the Auth "
    "Server.";

constexpr std::chrono::seconds join_timeout{30};

/// One attempt to join; the request is read once and used for all ways.
class attempt {
 public:
  attempt(const connector_settings& settings, const surroundings& to, const join_request& request,
          const net::limits& within)
      : settings_(settings), to_(to), request_(request), within_(within) {}

  std::variant<joined, std::vector<tried>> run();

 private:
  outcome<identity> direct();
  outcome<identity> proxy();
  outcome<identity> proxy_once_found();
  outcome<identity> older_direct(net::channel& on, const net::trust& roots);
  outcome<identity> oldest_direct(const net::trust& roots);
  outcome<identity> older_proxy();
  std::variant<net::trust, failed_step> auth_roots();
  std::variant<net::trust, failed_step> pinned_roots();
  std::optional<failed_step> ask_auth(net::channel& on);
  /// For one call; a server that takes longer would keep us from trying the next way.
  net::limits answer_within() const { return within_.within(join_timeout); }
  std::string version() const {
    if (!settings_.client_version.empty()) return settings_.client_version;
    return server_version_.empty() ? first_contact_version : server_version_;
  }

  const connector_settings& settings_;
  const surroundings& to_;
  const join_request& request_;
  const net::limits& within_;
  std::string server_version_;
  std::string suite_;
  std::vector<std::string> warnings_;
};

failed_step at_dial(error why) {
  return {stage::dial, std::move(why)};
}

bool goes_on_older(const outcome<identity>& one) {
  const auto* failed = std::get_if<failed_step>(&one);
  return failed != nullptr && after(*failed) == next_step::older;
}

bool is_lost(const failed_step& failed) {
  return failed.why.code == errc::connection || failed.why.code == errc::timeout;
}

// -- straight to auth -----------------------------------------------------------------------------

outcome<identity> attempt::direct() {
  auto roots = auth_roots();
  if (auto* failed = std::get_if<failed_step>(&roots)) return std::move(*failed);
  const auto& trusted = std::get<net::trust>(roots);
  auto channel = open_auth_to_join(to_, trusted, within_);
  if (!channel) return at_dial(channel.failure());
  if (auto failed = ask_auth(*channel.value())) return std::move(*failed);
  auto answer = join_by_stream(*channel.value(), request_, version(), answer_within());
  return goes_on_older(answer) ? older_direct(*channel.value(), trusted) : std::move(answer);
}

outcome<identity> attempt::older_direct(net::channel& on, const net::trust& roots) {
  outcome<identity> answer =
      failed_step{stage::older_call, {errc::not_implemented, "no call to join by is known there"}};
  if (may_know_join_call(server_version_)) {
    auto request = make_older_request(request_, suite_);
    if (!request) return failed_step{stage::older_call, request.failure()};
    answer = join_by_call(on, std::move(request.value()), version(), within_);
    if (!goes_on_older(answer)) return answer;
  }
  auto oldest = oldest_direct(roots);
  // When there is no such service either, the newer call's failure tells more.
  return goes_on_older(oldest) ? std::move(answer) : std::move(oldest);
}

/// What auth servers before 18 have over HTTP.
outcome<identity> attempt::oldest_direct(const net::trust& roots) {
  auto request = make_older_request(request_, suite_);
  if (!request) return failed_step{stage::older_call, request.failure()};
  net::http_request target;
  target.url = std::string("https://") + any_cluster_name + ":" + std::to_string(to_.server.port) +
               "/v1/tokens/register";
  target.connect_to = to_.server;
  target.verified_by = roots;
  return join_by_web(std::move(target), std::move(request.value()), within_);
}

/// Learns version and suite. Every auth server knows this call: whoever doesn't is a proxy, or no
/// Teleport server at all. For any other failure the join itself has the better explanation.
std::optional<failed_step> attempt::ask_auth(net::channel& on) {
  proto::PingResponse answer;
  const auto problem = net::call(on, "/proto.AuthService/Ping", version(), proto::PingRequest(),
                                 answer, within_.within(settings_.call_timeout));
  if (problem && problem->code == errc::not_implemented)
    return at_dial({errc::not_implemented, "no auth server listens there"});
  if (problem) return std::nullopt;
  server_version_ = answer.serverversion();
  suite_ = std::to_string(answer.signature_algorithm_suite());
  return std::nullopt;
}

std::variant<net::trust, failed_step> attempt::auth_roots() {
  if (to_.insecure) return net::trust(net::no_verification{});
  if (!settings_.ca_pins.empty()) return pinned_roots();
  warnings_.emplace_back(unverified_warning);
  return net::trust(net::no_verification{});
}

std::variant<net::trust, failed_step> attempt::pinned_roots() {
  auto channel = open_auth_to_join(to_, net::no_verification{}, within_);
  if (!channel) return at_dial(channel.failure());
  proto::GetClusterCACertResponse answer;
  if (auto problem = net::call(*channel.value(), "/proto.AuthService/GetClusterCACert", version(),
                               google::protobuf::Empty(), answer, answer_within()))
    return failed_step{stage::dial, *problem};
  auto cas = pki::certificate::all_from_pem(answer.tlsca());
  if (!cas) return failed_step{stage::pin, cas.failure()};
  const auto now = std::chrono::system_clock::now();
  if (auto problem = check_pinned(cas.value(), settings_.ca_pins, now))
    return failed_step{stage::pin, *problem};
  return net::trust(net::only_roots{std::move(cas.value())});
}

// -- through the proxy ----------------------------------------------------------------------------

outcome<identity> attempt::proxy() {
  auto found = find(to_, within_);
  if (!found) return at_dial(found.failure());
  if (!found.value().tls_routing) return at_dial(no_tls_routing(to_));
  server_version_ = found.value().server_version;
  auto answer = proxy_once_found();
  if (auto* failed = std::get_if<failed_step>(&answer); failed != nullptr && is_lost(*failed))
    failed->what = trouble::auth_down;
  return answer;
}

outcome<identity> attempt::proxy_once_found() {
  auto channel = open_proxy_to_join(to_, within_);
  // The web address of an older proxy may not offer the gRPC service at all.
  if (!channel) return older_proxy();
  auto answer = join_by_stream(*channel.value(), request_, version(), answer_within());
  return goes_on_older(answer) ? older_proxy() : std::move(answer);
}

outcome<identity> attempt::older_proxy() {
  auto asked = ping(to_, within_);
  if (!asked) return failed_step{stage::older_call, asked.failure()};
  auto request = make_older_request(request_, asked.value().suite);
  if (!request) return failed_step{stage::older_call, request.failure()};
  return join_by_web(to_.web_request("/v1/webapi/host/credentials"), std::move(request.value()),
                     answer_within());
}

// -- all ------------------------------------------------------------------------------------------

std::variant<joined, std::vector<tried>> attempt::run() {
  std::vector<tried> failures;
  for (const auto by : ways_to(to_.server)) {
    warnings_.clear();
    auto answer = by == way::direct ? direct() : proxy();
    if (auto* bot = std::get_if<identity>(&answer))
      return joined{std::move(*bot), by, server_version_, std::move(warnings_)};
    auto& failed = std::get<failed_step>(answer);
    const auto next = after(failed);
    failures.push_back({(by == way::direct ? "joining via auth server " : "joining via proxy ") +
                            to_.server.text(),
                        std::move(failed)});
    if (next == next_step::stop) break;
  }
  return failures;
}

void replace_all(std::string& text, const std::string& part, const std::string& by) {
  if (part.empty()) return;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + by.size()))
    text.replace(at, part.size(), by);
}

/// Servers may repeat what they were sent. With the method "token" its name is a secret.
void hide_secrets(std::string& text, const join_request& request) {
  if (request.method == "token") replace_all(text, request.token.reveal(), "<token>");
  if (request.id_token) replace_all(text, request.id_token->reveal(), "<service-account token>");
}

/// The server says that our service-account token has expired; by our clock it has not.
void compare_clocks(failed_step& failed, const join_request& request) {
  if (!request.id_token || diagnose(failed) != trouble::kubernetes_token ||
      failed.why.message.find("expired") == std::string::npos)
    return;
  const auto claims = read_claims(request.id_token->reveal());
  if (claims && claims.value().expires > std::chrono::system_clock::now())
    failed.what = trouble::clock_skew;
}

}  // namespace

std::variant<joined, std::vector<tried>> try_join(const connector_settings& settings,
                                                  const surroundings& to,
                                                  const net::limits& within) {
  auto request = make_request(settings);
  if (!request) return std::vector<tried>{{"joining", {stage::dial, request.failure()}}};
  auto answer = attempt(settings, to, request.value(), within).run();
  if (auto* failures = std::get_if<std::vector<tried>>(&answer))
    for (auto& one : *failures) {
      compare_clocks(one.failed, request.value());
      hide_secrets(one.failed.why.message, request.value());
    }
  return answer;
}

std::variant<joined, connect_failure> join(const connector_settings& settings,
                                           const surroundings& to, const net::limits& within) {
  auto answer = try_join(settings, to, within);
  if (auto* in = std::get_if<joined>(&answer)) return std::move(*in);
  return summary(std::get<std::vector<tried>>(answer));
}

connect_failure unusable(const error& why) {
  const auto what = teleport::diagnose(why);
  return {{why.code, with_remedy(why.message, what)}, needs_a_person(what), what};
}

connect_failure summary(const std::vector<tried>& all) {
  std::string text;
  std::vector<failed_step> steps;
  for (const auto& one : all) {
    const auto cause = one_line(one.failed.why.message);
    const bool known = text.find(cause) != std::string::npos;
    if (!known) text += (text.empty() ? "" : "; ") + one.at + ": " + cause;
    steps.push_back(one.failed);
  }
  const auto& telling = most_telling(steps);
  const auto what = diagnose(telling);
  return {{telling.why.code, with_remedy(text, what)}, is_permanent(steps), what};
}

}  // namespace teleport::join
