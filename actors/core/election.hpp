#pragma once

/// Who leads: the decisions of leader_elector, as a pure state machine. The rules are those of
/// client-go's leader election (facts/operator-behaviour.md §1.5), so that the official operator
/// and this one take turns on one Lease.
///
/// - Nobody compares clocks: a Lease is expired when it did not change, as seen by us, for as long
///   as it promises, by our own clock. What is written into its times is for people.
/// - A Lease that names nobody was released: it may be taken at once. One that names us is ours,
///   whoever of us took it.
/// - Our lease counts from the moment in which the request that renewed it began, and only until
///   the renew deadline: that is shorter than the time after which others take it.
/// - A Lease that is gone, although we have seen it, may still be somebody's who has not noticed:
/// it
///   is left alone for as long as the last holder promised.
///
/// One request at a time: `begin` says what to ask, the answer goes to `answered`, which says what
/// to ask next, or nothing: then the round is over.

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "k8s/client.hpp"
#include "k8s/lease.hpp"

namespace actors::core {

struct election_settings {
  k8s::object_key lease;
  std::string identity;
  std::chrono::milliseconds lease_duration{15'000};  ///< Default 15 s
  std::chrono::milliseconds renew_deadline{10'000};  ///< shorter than that. Default 10 s
  std::chrono::milliseconds retry_period{2'000};     ///< far shorter than that. Default 2 s
};

/// The longest wait between two rounds, as a multiple of the retry period (client-go's jitter).
inline constexpr double election_jitter = 1.2;

/// What is wrong with the durations, for people; empty: nothing.
std::string contradiction(const election_settings& settings);

class election {
 public:
  static constexpr std::chrono::milliseconds longest_request{10'000};

  /// Of a clock that nobody sets, and that goes on while the process is stopped.
  using time = std::chrono::nanoseconds;
  using wall_time = std::chrono::system_clock::time_point;
  using request = k8s::lease_request;
  using errc = k8s::errc;

  /// `leads_until`: a predecessor in this process had the lease until then; 0: none had.
  explicit election(election_settings settings, time leads_until = time{0});

  /// A round begins: what to ask. `now` is when the request is sent.
  request begin(time now, wall_time wall);
  /// What to ask next; nothing: the round is over. A request that nobody answered is
  /// errc::connection.
  std::optional<request> answered(const k8s::result<k8s::lease>& answer, time now, wall_time wall);

  /// Leads no more from here on; the next round releases the Lease, if it is ours.
  void resign();
  bool resigning() const { return resigning_; }
  /// The Lease may name us: there is something to release.
  bool may_hold() const { return may_hold_; }

  /// A watch has told of the Lease: is it worth a round now? `holder` is empty for one that is
  /// released or gone.
  bool worth_a_look(const std::string& holder) const;

  bool leads(time now) const { return !resigning_ && now < until_; }
  /// Writes may leave until then; 0: we don't have the lease.
  time until() const { return resigning_ ? time{0} : until_; }
  /// Who has the lease, as far as we have seen; empty: nobody.
  std::string holder() const { return seen_ && stored_ ? seen_->holder : std::string{}; }
  /// resourceVersion of the Lease; empty: not known.
  std::string version() const { return seen_ && stored_ ? seen_->resource_version : std::string{}; }
  /// Of the Lease; empty: not known.
  std::string uid() const { return seen_ ? seen_->uid : std::string{}; }

  /// Until the next round, counted from the begin of the last. `random` is in [0, 1).
  std::chrono::milliseconds wait(double random) const;
  /// Of one request: two of them fit before the renew deadline.
  std::chrono::milliseconds request_timeout() const {
    return std::min(settings_.renew_deadline / 2, longest_request);
  }

 private:
  bool is_ours(const k8s::lease& one) const { return one.holder == settings_.identity; }
  bool is_free(time now) const;
  bool holds_stored_lease() const { return seen_ && stored_ && !unsure_ && is_ours(*seen_); }
  void note(const k8s::lease& now_stored, time now);
  std::optional<request> decide(time now, wall_time wall);
  std::optional<request> refused(errc why, time now, wall_time wall);
  std::optional<request> missing(time now, wall_time wall);
  request look(time now);
  request take(time now, wall_time wall);
  request release(time now, wall_time wall);
  request ask(request::verb what, k8s::lease about, time now);

  election_settings settings_;
  time until_;                      ///< writes may leave until then
  std::optional<k8s::lease> seen_;  ///< as stored when we last saw it
  time seen_since_{0};              ///< it did not change since
  std::optional<time> gone_since_;  ///< it is not stored any more
  bool stored_ = false;             ///< `seen_` is stored, as far as we know
  bool unsure_ = false;             ///< a write of ours may have changed it
  bool may_hold_ = false;
  bool resigning_ = false;
  int conflicts_ = 0;  ///< in this round
  request::verb asked_ = request::verb::get;
  time asked_at_{0};
};

}  // namespace actors::core
