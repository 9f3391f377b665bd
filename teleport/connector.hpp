#pragma once

/// Makes sessions: finds the way in, joins, gets the output identity, opens the channel.
///
/// The connector holds the bot identity, in memory only. Each `connect` runs on a thread of its
/// own, step after step, every step with a deadline, and answers exactly once (from that thread).
/// One at a time: a second call while one runs is answered with errc::cancelled at once.
/// Destruction stops a running attempt (its callback is called with errc::cancelled) and returns
/// when its thread has ended.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/session.hpp"
#include "teleport/trouble.hpp"

namespace teleport {

struct connector_settings {
  std::string auth_server = "127.0.0.1:3025";  ///< auth or proxy address
  std::string token =
      "teleport-operator";  ///< join token name, or an absolute path to a file holding it
  std::string join_method = "kubernetes";  ///< "kubernetes" or "token"
  std::string kubernetes_token_path;       ///< service-account token, read anew for every join
  std::string identity_file;               ///< set: no join, this identity instead
  std::vector<std::string> ca_pins;        ///< "sha256:…"
  bool insecure = false;
  std::chrono::seconds certificate_ttl{
      3600};  ///< asked for bot and output certificates. Default 1 h
  /// How often connects follow one another when nothing is wrong. A bot certificate that is good
  /// until the one after next is used again by a connect that comes earlier, after a lost
  /// connection. Default 0: each connect renews it.
  std::chrono::seconds renewal_interval{0};
  std::chrono::seconds dial_timeout{30};  ///< one TCP+TLS dial. Default 30 s
  std::chrono::seconds call_timeout{15};  ///< one resource call. Default 15 s
  std::string client_version;             ///< metadata `version`; empty: what the server runs
  call_observer on_call;                  ///< may be empty
  write_permit write_time_left{};         ///< may be empty: always
};

/// What came of a successful connect.
struct established {
  std::shared_ptr<session> channel;
  cluster_info cluster;
  std::string identity;  ///< bot user name, e.g. "bot-operator"
  std::string way;       ///< for people: "direct to auth", "through proxy (TLS routing)"
  std::chrono::system_clock::time_point expires;  ///< of the output certificate
  /// Of the bot's own certificate; that of `expires` where there is no bot (identity file).
  std::chrono::system_clock::time_point bot_expires;
  /// Renewed with the certificate in memory, which nobody else may use (join method "token").
  bool renewable = false;
  std::vector<std::string> warnings;  ///< for the log, once a connect; mostly empty
};

/// Which step failed, with the cause: "joining via proxy 127.0.0.1:3080: token expired or not
/// found". `error.message` also says what to do. `permanent`: the same attempt can't succeed
/// without a change of configuration.
struct connect_failure {
  error why;
  bool permanent = false;
  trouble what = trouble::unknown;
};

using connect_callback = std::function<void(std::variant<established, connect_failure>)>;

/// The cluster's CAs change, in a phase of a rotation in which clients get new certificates
/// (facts/teleport-connection.md §10.1). For the log: "host, phase update_clients".
using authority_callback = std::function<void(const std::string& what)>;

class connector {
 public:
  virtual ~connector() = default;
  /// Joins anew (or renews, where the join method says so) and opens a fresh session. Sessions made
  /// before stay valid until they are dropped.
  virtual void connect(connect_callback done) = 0;
  /// From now on, while a session stands, `moved` is called (from any thread, several times for one
  /// step of a rotation) when a renewal is due because a CA changes. Call it before the first
  /// connect.
  virtual void on_authority_moved(authority_callback moved) = 0;
};

/// Checks what can be checked without a network: addresses, pins, durations, files that must be
/// readable.
result<std::unique_ptr<connector>> make_connector(connector_settings settings);

}  // namespace teleport
