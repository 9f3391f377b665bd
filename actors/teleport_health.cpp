/// teleport_client: what answers, refusals and silence say of the session.

#include <algorithm>
#include <utility>

#include "actors/core/reconnect.hpp"
#include "actors/teleport_client_state.hpp"

namespace actors {

using namespace messages;
using teleport::errc;

// -- answers
// ----------------------------------------------------------------------------------------------

void teleport_client_state::on_call_finished(call_finished& finished) {
  env->hooks->reached(name, "answer_came", "");
  const auto about = calls->subject_of(finished);
  if (about && about->writes && !env->hooks->passes(write_at::answered, "", about->key->name))
    return;
  const bool present = session != nullptr && finished.session == session_number;
  const auto* refused = failure_in(finished);
  if (!present || !about || (refused != nullptr && is_unasked(*refused))) {
    calls->finished(finished, teleport_calls::meaning::plain);
  } else if (const auto* failure = failure_in(finished)) {
    const auto why = *failure;
    const auto what = judge(&why);
    calls->finished(finished, what);
    call_failed(*about, why);
  } else {
    judge(nullptr);
    calls->finished(finished, teleport_calls::meaning::plain);
    call_answered();
    fuse->trips(false, now());
    if (about->writes && told.what == hindered::calling) calls_are_taken();
  }
  env->hooks->reached(name, "answered", "");
}

teleport_calls::meaning teleport_client_state::judge(const teleport::error* failure) {
  const bool doubtful = doubt.raised_by(failure, now());
  if (failure == nullptr) return teleport_calls::meaning::plain;
  if (failure->code == errc::connection) return teleport_calls::meaning::lost;
  if (doubtful) suspect();
  const bool refused = doubtful || failure->code == errc::access_denied;
  return suspecting && refused ? teleport_calls::meaning::about_us : teleport_calls::meaning::plain;
}

void teleport_client_state::call_answered() {
  pulse->heard(now());
  proven = true;
  silent = false;
  barren = 0;
}

void teleport_client_state::call_failed(const call_subject& about, const teleport::error& why) {
  const bool unanswered = is_unanswered(why);
  if (!unanswered) call_answered();
  if (core::wants_mfa(why)) return calls_are_refused(why);
  if (unanswered) last_unanswered = about;
  const bool tripped = fuse->trips(unanswered && why.code != errc::cancelled, now());
  if (tripped) return trip(about, why);
  if (why.code == errc::connection) probe();
}

/// Calls go without an answer although the connection stands. From here on one call is tried, by
/// us; everybody else waits.
void teleport_client_state::trip(const call_subject& about, const teleport::error& last) {
  const auto text = "Teleport can be reached, but does not answer calls: " + last.message;
  trial = about;
  lose_session(text);
  barren = std::max(barren, 2U);
  not_connected({{errc::connection, text}, false, teleport::trouble::auth_down},
                core::barren_wait(barren, env->random()));
}

// -- refusals
// ---------------------------------------------------------------------------------------------

/// A lock looks like missing rights. Making new certificates tells which it is.
void teleport_client_state::suspect() {
  if (std::exchange(suspecting, true)) return;
  env->log->write(log_level::info, name, "refusals-doubted",
                  "Teleport refuses calls as if it knew us no more; connecting anew to find out",
                  {});
  connect();
}

/// An attempt to connect has ended. `failure`: null when it went well.
void teleport_client_state::suspicion_settled(const teleport::connect_failure* failure) {
  if (!std::exchange(suspecting, false)) return;
  if (failure == nullptr) {
    doubt.unfounded(now());
    calls->refusals_count();
  } else {
    doubt.well_founded();
    lose_session(failure->why.message);
  }
}

void teleport_client_state::calls_are_refused(const teleport::error& why) {
  if (told.what == hindered::calling) return;
  told.what = hindered::calling;
  told.reason = teleport::trouble::mfa_required;
  told.trouble = why.message;
  told.permanent = false;
  tell_root();
}

void teleport_client_state::calls_are_taken() {
  told.what = hindered::nothing;
  told.reason = teleport::trouble::none;
  told.trouble.clear();
  tell_root();
}

// -- silence
// ----------------------------------------------------------------------------------------------

/// Before a call goes out: from now on silence means something.
void teleport_client_state::got_busy() {
  if (!pulse || calls->under_way() > 0) return;
  pulse->got_busy(now());
  look_again(now() + core::liveness::quiet);
}

void teleport_client_state::look_again(time_point when) {
  if (look_due && *look_due <= when) return;
  look_due = when;
  self->delayed_send(self, std::max<std::chrono::nanoseconds>(when - now(), {}),
                     probe_tick{++look_timer});
}

void teleport_client_state::on_probe_tick(const probe_tick& tick) {
  if (tick.timer != look_timer || session == nullptr) return;
  look_due.reset();
  if (certificate_ended()) {
    lose_session("the operator's certificate has ended before it could be renewed");
    return connect_again();
  }
  auto look = pulse->at(now(), calls->under_way() > 0);
  if (look.what == core::liveness::verdict::dead) {
    // After a pause of the whole process the answer is in the mailbox, behind this tick.
    if (!std::exchange(silent, true)) return look_again(now());
    lose_session("the connection to Teleport is dead: nothing is answered any more");
    return connect_again();
  }
  silent = false;
  if (look.what == core::liveness::verdict::ask) {
    probe();
    if (session == nullptr) return;
    look = pulse->at(now(), calls->under_way() > 0);
  }
  look_again(look.again);
}

void teleport_client_state::probe() {
  if (session == nullptr || pulse->asking()) return;
  pulse->asked(now());
  session->ping([to = handle(), number = session_number, session = session,
                 known = told.cluster](const teleport::result<teleport::cluster_info>& answer) {
    if (answer.ok()) return caf::anon_send(to, probe_finished{number, true, answer.value()});
    // A refusal is an answer too, and tells nothing of the cluster.
    if (answer.failure().code == errc::access_denied)
      return caf::anon_send(to, probe_finished{number, true, {}});
    caf::anon_send(to, probe_finished{number, !is_unanswered(answer.failure()), known});
  });
  look_again(now() + core::liveness::patience);
}

void teleport_client_state::on_probe_finished(const probe_finished& finished) {
  if (finished.session != session_number || session == nullptr) return;
  pulse->answered();
  if (!finished.alive) {
    lose_session("the connection to Teleport was lost");
    return connect_again();
  }
  pulse->heard(now());
  silent = false;
  calls->session_lives();
  if (finished.cluster) return compare_cluster(*finished.cluster);
  const teleport::error refused{errc::access_denied, "access denied"};
  if (doubt.raised_by(&refused, now())) suspect();
}

/// A licence can be changed while we are connected.
void teleport_client_state::compare_cluster(const teleport::cluster_info& cluster) {
  if (cluster == told.cluster) return;
  told.cluster = cluster;
  env->log->write(
      log_level::info, name, "cluster-changed",
      "the Teleport cluster's features or version changed",
      {{"cluster", told.cluster.cluster_name}, {"serverVersion", told.cluster.server_version}});
  tell_root();
}

/// One that was at its end by our clock when we got it says more of the clock.
bool teleport_client_state::certificate_ended() const {
  return dated && env->now() >= told.certificate_expires;
}

}  // namespace actors
