/// The root: what it makes of the way to Teleport. Who is told, what people are told, when to give
/// up.

#include <utility>

#include "actors/core/status.hpp"
#include "actors/operator_state.hpp"

namespace actors {

using namespace messages;

namespace {

double unix_seconds(std::chrono::system_clock::time_point when) {
  return std::chrono::duration<double>(when.time_since_epoch()).count();
}

std::string word(teleport::trouble of) {
  return std::string{teleport::to_string(of)};
}

/// What is nothing new to those who make calls: an attempt that failed like the one before.
bool is_the_same(const teleport_state& a, const teleport_state& b) {
  return a.connected == b.connected && a.session == b.session && a.cluster == b.cluster;
}

struct saying {
  log_level level;
  const char* id;
  const char* message;
};

saying saying_of(const teleport_state& now) {
  switch (now.what) {
    case hindered::renewing:
      return {log_level::warning, "renewal-failed",
              "can't renew the Teleport identity; the present one is still used"};
    case hindered::calling:
      return {log_level::error, "calls-refused", "Teleport refuses what the operator asks for"};
    case hindered::nothing:
    case hindered::connecting:
      break;
  }
  return {log_level::error, "connect-failed", "can't connect to Teleport"};
}

}  // namespace

void operator_state::on_teleport_state(const teleport_state& now) {
  if (stopping) return;
  const bool turned = !teleport || teleport->connected != now.connected;
  const bool told_already = teleport && is_the_same(*teleport, now);
  teleport = now;
  const bool relieved = say_how_it_stands(now);
  if (now.connected) {
    env->stats->certificates_expire_at(unix_seconds(now.certificate_expires),
                                       unix_seconds(now.bot_expires));
    if (turned) say_connected(now);
    if (!std::exchange(ever_connected, true)) stand_for_election();
  } else if (is_hopeless(now)) {
    env->give_up(now.trouble);
    return end("can't connect to Teleport");
  }
  if (told_already && !relieved) return;
  // First the event stream, then the lists: so nothing gets lost between them.
  awaits_watch = now.connected && (turned || awaits_watch);
  self->send(drift, watch_over{services.teleport, now});
  tell_kinds(teleport_changed{now, awaits_watch, relieved});
  start_if_all_heard();
}

/// At start a person waits for the cause: the process ends with it. Later it is waited for.
bool operator_state::is_hopeless(const teleport_state& now) const {
  if (ever_connected) return false;
  return now.permanent || self->clock().now() - born >= env->config.start_patience;
}

// -- what people are told
// ---------------------------------------------------------------------------------------------

bool operator_state::say_how_it_stands(const teleport_state& now) {
  bool relieved = false;
  if (now.what != hindered::nothing) {
    if (tale.goes_on_with(now.reason, env->now())) say_trouble(now);
  } else if (now.connected) {
    if (const auto last = tale.ends(env->now())) {
      say_over(*last);
      relieved = teleport::needs_a_person(last->reason);
    }
  }
  env->stats->teleport_connected(now.connected);
  env->stats->teleport_trouble(tale.reason());
  show_health(now);
  return relieved;
}

void operator_state::say_trouble(const teleport_state& now) const {
  const auto how = saying_of(now);
  const auto reason = word(tale.reason());
  const auto next = now.next_attempt.count();
  env->log->write(how.level, name, how.id, how.message,
                  {{"err", now.trouble},
                   {"trouble", reason},
                   {"remedy", std::string{teleport::remedy(tale.reason())}},
                   {"nextAttempt", next > 0 ? std::to_string(next) + "ms" : ""}});
  tell_own_pod(event_type::warning, "TeleportTrouble",
               reason + ": " + how.message + ": " + now.trouble);
}

void operator_state::say_over(const core::trouble_tale::ended& last) const {
  const auto reason = word(last.reason);
  const auto lasted = core::brief_duration(last.lasted);
  env->log->write(log_level::info, name, "trouble-over", "the trouble with Teleport is over",
                  {{"trouble", reason}, {"lasted", lasted}});
  tell_own_pod(event_type::normal, "TeleportRecovered", reason + " is over, after " + lasted);
}

void operator_state::tell_own_pod(event_type type, const char* reason, std::string note) const {
  if (!env->config.own_pod) return;
  self->send(services.events, record_event{type, *env->config.own_pod, reason, std::move(note)});
}

void operator_state::show_health(const teleport_state& now) const {
  const auto since = [this] { return core::rfc3339(tale.since()); };
  const auto why = [&] { return word(tale.reason()) + ": " + now.trouble; };
  switch (now.what) {
    case hindered::nothing:
      return env->health->set_teleport(now.connected, now.connected ? now.way : now.trouble);
    case hindered::connecting:
      return env->health->set_teleport(false, why());
    case hindered::renewing:
      return env->health->set_teleport(
          true, now.way + "; the renewal fails since " + since() + ": " + why());
    case hindered::calling:
      return env->health->set_teleport(false, "calls are refused since " + since() + ": " + why());
  }
}

void operator_state::say_connected(const teleport_state& now) const {
  std::string watched;
  for (const auto& ns : env->config.namespaces) watched += (watched.empty() ? "" : ",") + ns;
  env->log->write(log_level::info, name, "connected",
                  ever_connected ? "connected to Teleport again" : "connected to Teleport",
                  {{"version", env->config.version},
                   {"cluster", now.cluster.cluster_name},
                   {"serverVersion", now.cluster.server_version},
                   {"identity", now.identity},
                   {"way", now.way},
                   {"namespaces", watched.empty() ? "(all)" : watched}});
}

}  // namespace actors
