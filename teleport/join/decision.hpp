#pragma once

/// What to do when a step of joining has failed. Pure (facts/teleport-connection.md §1.4, §2.2).

#include <string>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/net/address.hpp"
#include "teleport/trouble.hpp"

namespace teleport::join {

/// How a cluster is reached at an address.
enum class way { direct, proxy };

/// "direct to auth", "through proxy (TLS routing)".
const char* to_string(way of);

/// Both ways, the likelier first: only the port tells what listens there.
std::vector<way> ways_to(const net::address& server);

/// How far an attempt at one way got before it failed.
enum class stage {
  dial,          ///< TCP, TLS, or the proxy's find
  pin,           ///< comparing the CA with the pins
  first_answer,  ///< of the join stream: nothing was received on it
  later_answer,  ///< of the join stream, after the server's first message
  older_call,    ///< one of the join calls of older servers
};

struct failed_step {
  stage at = stage::dial;
  error why;
  /// Said by whoever knows more than the error tells; else trouble::none.
  trouble what = trouble::none;
};

enum class next_step {
  stop,   ///< a refusal that no other way will change
  older,  ///< an older join call on the same way; when there is none left, the next way
  next_way,
};

next_step after(const failed_step& failed);

/// Which trouble it is; never trouble::none.
trouble diagnose(const failed_step& failed);

/// Will the same attempt fail again until somebody changes configuration, token or cluster?
/// `all`: the failures of one attempt, at least one.
bool is_permanent(const std::vector<failed_step>& all);

/// The failure to go by, of at least one: a refusal says more than a way that is barred, that more
/// than an auth service that is down, that more than a certificate that is not accepted, that more
/// than a lost connection; and a server of another sort says least.
const failed_step& most_telling(const std::vector<failed_step>& all);

}  // namespace teleport::join
