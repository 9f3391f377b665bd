/// teleport_client: how sessions are made, renewed and lost.

#include <algorithm>
#include <utility>

#include "actors/core/reconnect.hpp"
#include "actors/teleport_client_state.hpp"

namespace actors {

using namespace messages;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

/// One step of a rotation makes several events (facts/teleport-connection.md §10.1).
constexpr milliseconds rotation_debounce{10'000};
constexpr milliseconds rotation_jitter{1'000};
/// How often files are looked at that may mend what is wrong.
constexpr auto files_interval = 2s;
/// A renewal waits for the session before the present one, so that there are two at most, but no
/// longer than calls can take.
constexpr auto former_patience = 20s;
constexpr auto former_interval = 1s;
constexpr milliseconds life_worth_waiting{10'000};
/// A session that lived this long has proven itself, whatever it was used for.
constexpr auto proving_life = 1min;

milliseconds in_milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<milliseconds>(time);
}

milliseconds jitter(milliseconds most, double random) {
  return milliseconds{static_cast<std::int64_t>(static_cast<double>(most.count()) * random)};
}

teleport::trouble reason_of(const teleport::connect_failure& failure) {
  return failure.what == teleport::trouble::none ? teleport::trouble::unknown : failure.what;
}

}  // namespace

// -- attempts
// ---------------------------------------------------------------------------------------------

void teleport_client_state::first_connect() {
  connector = env->make_teleport();
  connector->on_authority_moved([who = self->address()](const std::string& what) {
    if (auto to = caf::actor_cast<teleport_client_actor>(who)) {
      caf::anon_send(to, authority_moved{what});
    }
  });
  connect();
}

void teleport_client_state::connect() {
  if (connecting) return;
  connecting = true;
  ++timer;
  if (env->credentials_stamp) files_seen = env->credentials_stamp();
  if (rotation_due && now() >= *rotation_due) rotation_due.reset();
  connector->connect([to = handle()](
                         std::variant<teleport::established, teleport::connect_failure> outcome) {
    caf::anon_send(
        to, connect_finished{
                std::make_shared<std::variant<teleport::established, teleport::connect_failure>>(
                    std::move(outcome))});
  });
}

void teleport_client_state::connect_after(milliseconds wait) {
  connect_due = now() + wait;
  arm_connect();
}

void teleport_client_state::arm_connect() {
  auto left = std::max<std::chrono::nanoseconds>(connect_due - now(), 0ms);
  if (follows_files()) left = std::min<std::chrono::nanoseconds>(left, files_interval);
  self->delayed_send(self, left, connect_tick{++timer});
}

bool teleport_client_state::follows_files() const {
  if (!env->credentials_stamp) return false;
  return env->config.identity_from_file || told.what != hindered::nothing;
}

bool teleport_client_state::files_changed() const {
  return follows_files() && env->credentials_stamp() != files_seen;
}

void teleport_client_state::on_connect_tick(const connect_tick& tick) {
  if (tick.timer != timer || connecting) return;
  if (files_changed()) return connect();
  if (now() < connect_due) return arm_connect();
  const bool waits =
      former_lives() && now() < connect_due + former_patience && life_left() > life_worth_waiting;
  if (waits) return self->delayed_send(self, former_interval, connect_tick{++timer});
  connect();
}

void teleport_client_state::on_connect_finished(const connect_finished& finished) {
  connecting = false;
  env->hooks->reached(name, "connected", "");
  const auto* failure = std::get_if<teleport::connect_failure>(finished.outcome.get());
  env->stats->join_ended(session != nullptr,
                         failure != nullptr ? reason_of(*failure) : teleport::trouble::none);
  suspicion_settled(failure);
  if (failure != nullptr) return not_connected(*failure, 0ms);
  connected(std::get<teleport::established>(*finished.outcome));
}

// -- sessions
// ---------------------------------------------------------------------------------------------

void teleport_client_state::connected(teleport::established& fresh) {
  failed_attempts = 0;
  last_reason = teleport::trouble::none;
  for (const auto& warning : fresh.warnings) {
    env->log->write(log_level::warning, name, "join-warning", "joined, but",
                    {{"warning", warning}});
  }
  fresh.channel = env->undertaker->guard(std::move(fresh.channel));
  if (session == nullptr && trial) return try_out(fresh);
  go_live(fresh);
}

/// There was a connection before, and calls over it went without an answer. Nobody is told of this
/// one before a call is answered, or all would be woken for nothing.
void teleport_client_state::try_out(const teleport::established& fresh) {
  on_trial = fresh;
  const auto tell = [to = handle(), number = ++session_number](const auto& answer) {
    caf::anon_send(to, trial_finished{number, answer.ok() ? std::optional<teleport::error>{}
                                                          : std::optional{answer.failure()}});
  };
  if (trial->key) {
    fresh.channel->get(*trial->kind, *trial->key, tell);
  } else {
    fresh.channel->list(*trial->kind, tell);
  }
}

void teleport_client_state::on_trial_finished(const trial_finished& finished) {
  if (!on_trial || finished.session != session_number) return;
  env->hooks->reached(name, "trial_finished", "");
  const auto fresh = *std::exchange(on_trial, std::nullopt);
  if (!finished.failure || !is_unanswered(*finished.failure)) {
    trial.reset();
    return go_live(fresh);
  }
  fresh.channel->abandon();
  ++barren;
  not_connected(
      {{teleport::errc::connection,
        "Teleport can be reached, but does not answer calls: " + finished.failure->message},
       false,
       teleport::trouble::auth_down},
      core::barren_wait(barren, env->random()));
}

void teleport_client_state::go_live(const teleport::established& fresh) {
  const bool renewal = session != nullptr;
  const auto before = told;
  former = std::exchange(session, fresh.channel);
  calls->use(session, ++session_number);
  began = now();
  proven = false;
  silent = false;
  dated = fresh.expires > env->now();
  pulse.emplace(now());
  fuse.emplace(now());
  told = {};
  told.connected = true;
  told.session = session_number;
  told.cluster = fresh.cluster;
  told.identity = fresh.identity;
  told.way = fresh.way;
  told.certificate_expires = fresh.expires;
  told.bot_expires = fresh.bot_expires;
  if (renewal && before.what == hindered::calling) {
    told.what = before.what;
    told.reason = before.reason;
    told.trouble = before.trouble;
  }
  tell_root();
  plan_renewal();
  look_due.reset();
  look_again(pulse->at(now(), calls->under_way() > 0).again);
}

void teleport_client_state::plan_renewal() {
  auto wait = core::renewal_after(env->config.renewal_interval, life_left(), env->random());
  if (rotation_due) {
    wait = std::min(wait, std::max<milliseconds>(in_milliseconds(*rotation_due - now()), 0ms));
  }
  connect_after(wait);
}

void teleport_client_state::on_authority_moved(const authority_moved& moved) {
  if (session == nullptr && !connecting) return;  // the next connect gets all that is new
  if (rotation_due) return;
  const auto wait = rotation_debounce + jitter(rotation_jitter, env->random());
  rotation_due = now() + wait;
  env->log->write(log_level::info, name, "authority-moved",
                  "a CA of the cluster is being rotated: getting new certificates",
                  {{"ca", moved.what}, {"in", std::to_string(wait.count()) + "ms"}});
  if (!connecting && *rotation_due < connect_due) connect_after(wait);
}

void teleport_client_state::not_connected(const teleport::connect_failure& failure,
                                          milliseconds at_least) {
  if (reason_of(failure) != last_reason) failed_attempts = 0;
  last_reason = reason_of(failure);
  ++failed_attempts;
  const bool renewal = session != nullptr;
  const auto wait =
      renewal ? core::renewal_wait(failure, failed_attempts, life_left(), env->random())
              : std::max(core::reconnect_wait(failure, failed_attempts, env->random()), at_least);
  if (!renewal) calls->disconnect(failure.why.message);
  env->log->write(log_level::debug, name, renewal ? "renewal-attempt-failed" : "attempt-failed",
                  "an attempt to connect to Teleport failed",
                  {{"err", failure.why.message},
                   {"trouble", std::string{teleport::to_string(last_reason)}},
                   {"nextAttempt", std::to_string(wait.count()) + "ms"}});
  told.connected = renewal;
  told.what = renewal ? hindered::renewing : hindered::connecting;
  told.reason = last_reason;
  told.trouble = failure.why.message;
  told.permanent = failure.permanent;
  told.next_attempt = wait;
  tell_root();
  connect_after(wait);
}

void teleport_client_state::lose_session(const std::string& why) {
  watches.clear();
  const bool good = proven || now() - began >= proving_life;
  barren = good ? 0 : barren + 1;
  if (barren >= 2 && last_unanswered) trial = last_unanswered;
  session->abandon();
  if (const auto old = former.lock()) old->abandon();
  session.reset();
  pulse.reset();
  suspecting = false;
  failed_attempts = 0;  // those of a renewal came thick and fast towards the certificate's end
  calls->disconnect(why);
  told.connected = false;
  told.what = hindered::nothing;
  told.reason = teleport::trouble::none;
  told.trouble = why;
  told.permanent = false;
  told.next_attempt = 0ms;
  env->log->write(log_level::warning, name, "connection-lost", "lost the connection to Teleport",
                  {{"err", why}, {"way", told.way}});
  tell_root();
}

/// At once, unless sessions keep breaking before they were of any use.
void teleport_client_state::connect_again() {
  const auto wait = core::barren_wait(barren, env->random());
  if (wait == 0ms) return connect();
  connect_after(wait);
}

/// Of the certificate that ends first.
milliseconds teleport_client_state::life_left() const {
  auto ends = told.certificate_expires;
  const bool has_bot = told.bot_expires.time_since_epoch().count() > 0;
  if (has_bot) ends = std::min(ends, told.bot_expires);
  return std::chrono::duration_cast<milliseconds>(ends - env->now());
}

}  // namespace actors
