#pragma once

/// Is there a load balancer before the proxy that ends TLS, so that connections have to be
/// upgraded? Found out by offering one protocol that only the proxy itself takes
/// (facts/teleport-connection.md §6.3).

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "teleport/error.hpp"
#include "teleport/net/proxy_rules.hpp"
#include "teleport/net/stop.hpp"
#include "teleport/net/tls.hpp"
#include "teleport/net/trust.hpp"

namespace teleport::net {

struct probe_verdict {
  bool upgrade = false;
  std::string why;  ///< for people: "no ALPN protocol was chosen"
  /// The probe itself failed, and "no" is a guess: whoever connects then finds out more.
  bool guessed = false;
};

/// How the probe's handshake ended.
struct probe_end {
  std::string negotiated = {};        ///< when it went well
  std::optional<error> failure = {};  ///< when it did not
  alpn_refusal refusal = alpn_refusal::none;
};

/// Pure.
probe_verdict judge(const probe_end& end);

/// One dial and one handshake, blocking within the limits and 5 s at most.
probe_verdict probe_for_balancer(const address& to, const proxy_rules& rules,
                                 const trust& verified_by, const limits& within);

/// What probes have found, by address. Thread-safe.
class probe_memory {
 public:
  std::optional<probe_verdict> recall(const address& of) const;
  /// A guess is not kept.
  void keep(const address& of, const probe_verdict& verdict);
  /// After a connection that was made by it has failed: the network may have changed.
  void forget(const address& of);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, probe_verdict> verdicts_;
};

}  // namespace teleport::net
