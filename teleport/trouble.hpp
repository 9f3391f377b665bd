#pragma once

/// What can stand between the operator and its cluster: a word for each situation that people have
/// to tell apart (facts/teleport-connection.md §10.2). The word is the same in the log, in metrics
/// and in Events, and does not change between versions.

#include <string_view>
#include <vector>

namespace teleport {

enum class trouble {
  none,
  unknown,              ///< nothing of what follows, or nobody could tell
  configuration,        ///< a flag or a file of ours can't be used
  unreachable,          ///< no name, no route, refused, timed out
  auth_down,            ///< the proxy answers, its auth service does not
  not_teleport,         ///< something answers, but no Teleport service
  not_trusted,          ///< the server's certificate is not accepted
  pin_mismatch,         ///< -ca-pin is not the pin of the cluster's CA
  upgrade_unavailable,  ///< a load balancer strips ALPN, and the proxy knows no connection upgrade
  no_tls_routing,       ///< only the proxy is known, and it can't lead to auth
  token_refused,        ///< the join token is not known, has expired or was used up
  join_method,          ///< the token is of another join method, or of one that we don't know
  kubernetes_token,     ///< the service-account token can't be read, or is not accepted
  bot_gone,             ///< the bot, its user or its role was deleted
  locked,               ///< a lock is in force
  generation_mismatch,  ///< the bot's certificate was used elsewhere; the server locks the bot
  renewable_used,       ///< old servers: the bot has a renewable certificate already
  identity_expired,     ///< our certificate has ended
  clock_skew,           ///< ours and the server's clock differ
  client_too_old,       ///< the server admits only newer clients
  impersonation,        ///< the bot may not impersonate a role that it asks for
  mfa_required,         ///< the identity is no bot's
  rate_limited,         ///< too many requests
};

/// All, in the order of the enumeration.
const std::vector<trouble>& all_troubles();

/// "token_refused".
std::string_view to_string(trouble of);

/// One sentence, without a full stop at its end, on what a person does about it; empty when nothing
/// can be said.
std::string_view remedy(trouble of);

/// Does it need a person? Otherwise waiting can be enough.
bool needs_a_person(trouble of);

}  // namespace teleport
