#pragma once

/// Keeps the bot identity: joins, renews it when it is due, and joins anew when it has ended or the
/// cluster does not take it any more (facts/teleport-connection.md §3.5, §3.6, §10.2). Held in
/// memory only. Used by the connector's thread, one call at a time.

#include <atomic>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "teleport/connector.hpp"
#include "teleport/join/certificates.hpp"
#include "teleport/join/entrance.hpp"
#include "teleport/join/joiner.hpp"
#include "teleport/known_cluster.hpp"

namespace teleport {

class bot_keeper {
 public:
  /// Both outlive this.
  bot_keeper(const connect_settings& with, known_cluster& known) : with_(with), known_(known) {}

  using answer = std::variant<join::entered, connect_failure>;

  /// A channel as the bot, whose certificate is fresh enough for another renewal interval.
  /// `must_work`: nothing else connects us, so that a certificate that can't be renewed, but is
  /// still taken, is better than none; warnings() say so.
  answer enter(const net::limits& within, bool must_work);

  /// A bot that is refused everything is gone, or locked, or both: only another join tells. After
  /// an `enter` that has succeeded; with a renewable bot nothing is tried, and there is no answer.
  std::optional<answer> enter_anew(const net::limits& within);

  /// The next `enter` renews, however young the certificate is: a CA changes. Thread-safe.
  void renew_soon() noexcept { ca_moved_ = true; }

  /// The channel's calls as this bot. Only after an `enter` that has succeeded.
  join::bot_channel calls_on(const join::entered& in) const;
  const join::identity& bot() const { return *bot_; }
  /// From now on only these are believed: the cluster's host CAs.
  void believe(std::vector<pki::certificate> roots) { bot_->roots = std::move(roots); }
  /// Of the last join or renewal.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  using attempts = std::vector<join::tried>;

  bool is_valid() const;
  bool is_due() const;
  void take(join::identity fresh);

  std::variant<join::entered, attempts> enter_as_bot(const net::limits& within);
  answer join_and_enter(const net::limits& within, attempts before);
  attempts explained(attempts before, attempts failures) const;
  std::optional<attempts> join_anew(const net::limits& within);
  std::optional<attempts> renew(const join::entered& in, const net::limits& within);
  std::optional<attempts> renew_own(const join::entered& in, const net::limits& within);
  std::optional<attempts> join_again(const join::entered& in, const net::limits& within);

  const connect_settings& with_;
  known_cluster& known_;
  std::optional<join::identity> bot_;
  net::steady_time obtained_{};
  /// Set when another renewal with this certificate would lock the bot: how the last one failed.
  std::optional<join::tried> spent_;
  bool doubtful_ = false;               ///< the last `enter` got no answer
  bool overdue_ = false;                ///< a CA has moved since this certificate was made
  std::atomic<bool> ca_moved_ = false;  ///< not yet seen by `enter`
  std::string cluster_;                 ///< the name of the cluster that was joined first
  std::vector<std::string> warnings_;
};

}  // namespace teleport
