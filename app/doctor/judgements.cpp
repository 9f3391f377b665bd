#include "app/doctor/judgements.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <utility>

#include "app/doctor/listed.hpp"
#include "teleport/cluster.hpp"
#include "teleport/diagnosis.hpp"
#include "teleport/trouble.hpp"

namespace app::doctor {

namespace {

using teleport::trouble;

/// What is tested with (facts/teleport-connection.md §0).
constexpr int oldest_version = 14;
constexpr int newest_version = 19;
/// Longer-lived tokens are refused, but for the type in_cluster (facts/teleport-connection.md
/// §4.2).
constexpr std::chrono::minutes longest_token_life{30};

/// As a sentence would begin with it.
std::string capital(std::string text) {
  if (!text.empty())
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

finding failed_with(std::string id, std::string title, std::string message, trouble what) {
  const std::string remedy(teleport::remedy(what));
  if (const auto at = message.find(capital(remedy)); !remedy.empty() && at != std::string::npos)
    message.resize(at);
  while (message.ends_with(' ') || message.ends_with('.')) message.pop_back();
  auto made = failed(std::move(id), std::move(title), std::move(message), remedy);
  made.details.emplace_back("trouble", teleport::to_string(what));
  return made;
}

void describe(finding& what, const teleport::doctor::shown_certificate& seen) {
  what.details = {{"subject", seen.subject},
                  {"issuer", seen.issuer},
                  {"for", seen.names.empty() ? "no name" : listed(seen.names)},
                  {"valid", as_text(seen.not_before) + " to " + as_text(seen.not_after)},
                  {"protocol agreed on", seen.protocol.empty() ? "none" : seen.protocol}};
}

finding judge_trust(const teleport::doctor::shown_certificate& seen,
                    const certificate_question& with) {
  constexpr const char* id = "teleport.certificate";
  constexpr const char* title = "Certificate";
  if (seen.is_of_cluster()) {
    if (with.pinned)
      return ok(id, title, "of the cluster's own CA, which is compared with -ca-pin at the join");
    if (with.identity)
      return ok(id, title, "of the cluster's own CA, which is compared with the identity file's");
    return warning(id, title, "of the cluster's own CA, and nothing is given to compare that with",
                   "set -ca-pin to what \"tctl status\" shows");
  }
  if (with.insecure)
    return warning(id, title, "is not checked, as -insecure asks",
                   "leave -insecure out, but for tests");
  if (!with.refused) return ok(id, title, "accepted, until " + as_text(seen.not_after));
  auto made = failed_by(id, title, *with.refused);
  if (with.identity) made.is = verdict::warning;
  return made;
}

}  // namespace

std::string as_text(wall_time moment) {
  const auto seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

finding failed_by(std::string id, std::string title, const teleport::connect_failure& why) {
  const bool told = why.what != trouble::unknown && why.what != trouble::none;
  return failed_with(std::move(id), std::move(title), why.why.message,
                     told ? why.what : teleport::diagnose(why.why));
}

finding failed_by(std::string id, std::string title, const teleport::error& why) {
  return failed_with(std::move(id), std::move(title), why.message, teleport::diagnose(why));
}

finding judge_certificate(const teleport::doctor::shown_certificate& seen,
                          const certificate_question& with) {
  auto made = judge_trust(seen, with);
  const auto trouble = std::move(made.details);
  describe(made, seen);
  made.details.insert(made.details.end(), trouble.begin(), trouble.end());
  return made;
}

finding judge_claims(const std::string& path, const teleport::join::token_claims& claims,
                     const std::string& cluster, wall_time now) {
  constexpr const char* remedy =
      "mount a projected token: audience the Teleport cluster's name, expirationSeconds 600 (see "
      "KUBERNETES_TOKEN_PATH)";
  auto made = ok("teleport.kubernetes_token", "Service-account token", path);
  made.details = {{"subject", claims.subject},
                  {"issuer", claims.issuer},
                  {"audience", claims.audiences.empty() ? "none" : listed(claims.audiences)},
                  {"expires", claims.expires ? as_text(*claims.expires) : "never"}};
  const auto complain = [&](verdict is, std::string why) {
    // The worst is said, and of equals the first.
    if (static_cast<int>(is) <= static_cast<int>(made.is)) return;
    made.is = is;
    made.seen = path + ": " + std::move(why);
    made.remedy = remedy;
  };
  if (!claims.subject.starts_with("system:serviceaccount:"))
    complain(verdict::failed, "is not of a service account");
  if (claims.expires && *claims.expires <= now) complain(verdict::failed, "has expired");
  const bool for_cluster = std::ranges::find(claims.audiences, cluster) != claims.audiences.end();
  if (!cluster.empty() && !for_cluster)
    complain(verdict::warning, "its audience is not the cluster's name, " + cluster +
                                   "; only join tokens of the type in_cluster may take that");
  if (!claims.bound_to_pod)
    complain(verdict::warning, "is not bound to a pod, so that Teleport refuses it");
  if (claims.expires && claims.issued && *claims.expires - *claims.issued > longest_token_life)
    complain(verdict::warning,
             "lives longer than 30 minutes; only join tokens of the type in_cluster take that");
  return made;
}

finding judge_version(const std::string& server_version) {
  constexpr const char* id = "teleport.version";
  constexpr const char* title = "Version";
  const int major = teleport::major_version(server_version);
  const auto range = std::to_string(oldest_version) + " to " + std::to_string(newest_version);
  if (major == 0) return skipped(id, title, "a server that tells it");
  if (major < oldest_version)
    return failed(id, title, server_version + " is older than this operator supports: " + range,
                  "update the Teleport cluster");
  if (major > newest_version)
    return warning(id, title,
                   server_version + " is newer than this operator was tested with: " + range,
                   "update the operator");
  return ok(id, title, server_version);
}

}  // namespace app::doctor
