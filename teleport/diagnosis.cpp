#include "teleport/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace teleport {
namespace {

struct sign {
  std::string_view words;  ///< a part of the message
  trouble of;
};

/// The first that fits counts: what stands in a longer text of another meaning comes after that.
constexpr std::array signs{
    // -- of whoever calls --
    sign{"client version is unsupported", trouble::client_too_old},
    sign{"cert generation mismatch", trouble::generation_mismatch},
    sign{"certificate generation mismatch", trouble::generation_mismatch},
    sign{"a current identity generation must be provided", trouble::generation_mismatch},
    sign{"lock targeting", trouble::locked},
    sign{"already been issued a renewable certificate", trouble::renewable_used},
    sign{"requires MFA verification", trouble::mfa_required},
    sign{"requested role impersonation", trouble::impersonation},
    sign{"at least one role request is required", trouble::impersonation},
    sign{"impersonates no role", trouble::impersonation},
    sign{"not allowed to reissue certificates", trouble::impersonation},
    sign{"impersonated roles can not request other roles", trouble::impersonation},
    sign{"client credentials have expired", trouble::identity_expired},
    sign{"invalid client certificate", trouble::identity_expired},
    sign{"the certificate has expired", trouble::identity_expired},
    // -- alerts of a server that does not accept our certificate --
    sign{"TLS alert: certificate expired", trouble::identity_expired},
    sign{"TLS alert: bad certificate", trouble::identity_expired},
    sign{"TLS alert: unknown ca", trouble::identity_expired},
    // -- clocks; the server's words about a service-account token stand in longer ones --
    sign{"has expired already", trouble::clock_skew},
    sign{"not valid yet", trouble::clock_skew},
    sign{"not yet valid", trouble::clock_skew},
    sign{"issued in the future", trouble::clock_skew},
    sign{"in the future (iat)", trouble::clock_skew},
    sign{"certificate is not valid now", trouble::clock_skew},
    // -- service-account tokens --
    sign{"service-account token", trouble::kubernetes_token},
    sign{"kubernetes token", trouble::kubernetes_token},
    sign{"Kubernetes TokenReview", trouble::kubernetes_token},
    sign{"kubernetes failed to validate token", trouble::kubernetes_token},
    sign{"IDToken", trouble::kubernetes_token},
    sign{"kubernetes join method type", trouble::kubernetes_token},
    sign{"kubernetes join method only supports ProvisionTokenV2", trouble::kubernetes_token},
    sign{"token user ", trouble::kubernetes_token},
    sign{"legacy SA tokens", trouble::kubernetes_token},
    sign{"in-cluster Kubernetes", trouble::kubernetes_token},
    sign{"parsing jwt", trouble::kubernetes_token},
    sign{"parsing provided jwks", trouble::kubernetes_token},
    sign{"validating jwt", trouble::kubernetes_token},
    sign{"validating OIDC token", trouble::kubernetes_token},
    sign{"joining requires the use of", trouble::kubernetes_token},
    // -- join tokens --
    sign{"join method", trouble::join_method},
    sign{"token expired or not found", trouble::token_refused},
    sign{"the token is not valid", trouble::token_refused},
    sign{"the token does not allow", trouble::token_refused},
    // -- before any of that --
    sign{"cluster pin does not match", trouble::pin_mismatch},
    sign{"the cluster has no TLS routing", trouble::no_tls_routing},
    sign{"Please upgrade the server", trouble::upgrade_unavailable},
    sign{"failed to switch Protocols", trouble::upgrade_unavailable},
    sign{"WebSocket handshake failed", trouble::upgrade_unavailable},
    sign{"certificate is not accepted", trouble::not_trusted},
    sign{"not a Teleport proxy or server certificate is expired", trouble::not_trusted},
    sign{"cluster auth may be misconfigured", trouble::auth_down},
    sign{"no connection to the auth service", trouble::auth_down},
    sign{"a Teleport server?", trouble::not_teleport},
    sign{"a TLS port?", trouble::not_teleport},
    sign{"join attempt timed out", trouble::unreachable},
};

/// These come first in the table, and a server says them of calls as well as of joins.
constexpr bool is_of_caller(trouble of) {
  return of == trouble::client_too_old || of == trouble::generation_mismatch ||
         of == trouble::locked || of == trouble::mfa_required || of == trouble::identity_expired;
}

trouble by_words(const error& why) {
  const auto* const found = std::ranges::find_if(
      signs, [&](const sign& one) { return why.message.find(one.words) != std::string::npos; });
  return found == signs.end() ? trouble::unknown : found->of;
}

trouble by_class(errc code) {
  switch (code) {
    case errc::access_denied:
    case errc::not_found:
      return trouble::bot_gone;
    case errc::connection:
    case errc::timeout:
      return trouble::unreachable;
    case errc::not_implemented:
      return trouble::not_teleport;
    case errc::limit_exceeded:
      return trouble::rate_limited;
    case errc::config:
    case errc::bad_parameter:
      return trouble::configuration;
    default:
      return trouble::unknown;
  }
}

/// What the server says to whom it does not know any more, or has locked; with any other word
/// behind it, it is about one thing that was asked for.
bool is_bare_denial(const error& why) {
  const bool refused = why.code == errc::access_denied || why.code == errc::not_found;
  return refused && why.message.ends_with("access denied");
}

}  // namespace

trouble diagnose(const error& why) {
  const auto told = by_words(why);
  return told == trouble::unknown ? by_class(why.code) : told;
}

trouble diagnose_caller(const error& why) {
  if (why.code != errc::access_denied && why.code != errc::not_found) return trouble::none;
  if (is_bare_denial(why)) return trouble::bot_gone;
  const auto told = by_words(why);
  return is_of_caller(told) ? told : trouble::none;
}

std::string with_remedy(const std::string& message, trouble what) {
  std::string advice(remedy(what));
  if (advice.empty()) return message;
  advice.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(advice.front())));
  return message + (message.ends_with('.') ? " " : ". ") + advice + ".";
}

}  // namespace teleport
