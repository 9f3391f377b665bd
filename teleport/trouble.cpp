#include "teleport/trouble.hpp"

#include <array>
#include <cstddef>

namespace teleport {
namespace {

struct row {
  trouble of;
  std::string_view word;
  bool person;
  std::string_view remedy;
};

constexpr std::array rows{
    row{trouble::none, "none", false, ""},
    row{trouble::unknown, "unknown", false, ""},
    row{trouble::configuration, "configuration", true, ""},
    row{trouble::unreachable, "unreachable", false,
        "check that -auth-server is right and can be reached from here"},
    row{trouble::auth_down, "auth_down", false,
        "the proxy answers, but its auth service does not: check the auth service"},
    row{trouble::not_teleport, "not_teleport", true,
        "check that -auth-server is the address of a Teleport proxy or auth server"},
    row{trouble::not_trusted, "not_trusted", true,
        "let the server show a valid certificate, or give the CA that signed it (SSL_CERT_FILE; "
        "tls.existingCASecretName in the chart), or -insecure in a test; an identity file must be "
        "of this cluster"},
    row{trouble::pin_mismatch, "pin_mismatch", true,
        "compare -ca-pin with what \"tctl status\" shows; a rotated CA has another pin"},
    row{trouble::upgrade_unavailable, "upgrade_unavailable", true,
        "let the load balancer pass TLS through to the proxy, or update the Teleport cluster"},
    row{trouble::no_tls_routing, "no_tls_routing", true,
        "the cluster has no TLS routing: set -auth-server to the auth service's address (port "
        "3025)"},
    row{trouble::token_refused, "token_refused", true,
        "check -token, and that the token exists and has not expired (tctl tokens ls)"},
    row{trouble::join_method, "join_method", true,
        "check -join-method against the token's spec.join_method"},
    row{trouble::kubernetes_token, "kubernetes_token", true,
        "check the pod's projected service-account token (its audience must be the cluster's "
        "name), and the token's spec.kubernetes: allow and the JWKS"},
    row{trouble::bot_gone, "bot_gone", true,
        "check that the bot, its role and its token exist in Teleport (tctl bots ls) and that no "
        "lock is in force (tctl get locks); create them anew if need be"},
    row{trouble::locked, "locked", true, "remove the lock in Teleport (tctl get locks, tctl rm)"},
    row{trouble::generation_mismatch, "generation_mismatch", true,
        "make sure that nobody else uses this bot's certificate, remove the bot's lock in Teleport "
        "and give the operator a new join token"},
    row{trouble::renewable_used, "renewable_used", true,
        "delete the bot and create it anew, with a new join token"},
    row{trouble::identity_expired, "identity_expired", true,
        "give the operator a new join token, or a new identity file"},
    row{trouble::clock_skew, "clock_skew", true,
        "set the clocks of this node and of the Teleport cluster right"},
    row{trouble::client_too_old, "client_too_old", true, "update the operator"},
    row{trouble::impersonation, "impersonation", true,
        "check the roles that the bot is given (tctl bots update): each must exist"},
    row{trouble::mfa_required, "mfa_required", true,
        "use a bot's identity; that of a person needs MFA for administration"},
    row{trouble::rate_limited, "rate_limited", false, ""},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].of) != i) return false;
  return rows.back().of == trouble::rate_limited;
}
static_assert(in_order(), "a row for each trouble, in the order of the enumeration");

const row& row_of(trouble of) {
  return rows.at(static_cast<std::size_t>(of));
}

}  // namespace

const std::vector<trouble>& all_troubles() {
  static const auto all = [] {
    std::vector<trouble> list;
    list.reserve(rows.size());
    for (const auto& one : rows) list.push_back(one.of);
    return list;
  }();
  return all;
}

std::string_view to_string(trouble of) {
  return row_of(of).word;
}

std::string_view remedy(trouble of) {
  return row_of(of).remedy;
}

bool needs_a_person(trouble of) {
  return row_of(of).person;
}

}  // namespace teleport
