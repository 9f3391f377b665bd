#include "actors/event_recorder.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "actors/core/retry.hpp"
#include "actors/event_backlog.hpp"
#include "actors/event_body.hpp"
#include "actors/event_budget.hpp"
#include "actors/lifecycle.hpp"
#include "actors/lru_map.hpp"

namespace actors {

namespace {

using namespace messages;

constexpr std::size_t most_waiting = 256;  // what is older than a minute is not news
constexpr std::size_t most_in_flight = 4;
constexpr std::size_t most_remembered = 512;
constexpr unsigned most_attempts = 5;
/// How late a timer may be; a burst then sets one, not one for each Event.
constexpr std::chrono::milliseconds timer_slack{5};
constexpr core::backoff_settings retry_wait{std::chrono::seconds(1), std::chrono::seconds(16)};

/// An Event that exists in the API server, as far as we know.
struct written_event {
  std::string name;
  int count = 0;
};

/// May the same write succeed when it is tried again?
bool may_pass(const k8s::error& why) {
  switch (why.code) {
    case k8s::errc::connection:
    case k8s::errc::throttled:
    case k8s::errc::server_error:
    case k8s::errc::cancelled:
    case k8s::errc::bad_answer:
    case k8s::errc::unauthorized:
      return true;
    default:
      return false;
  }
}

struct event_recorder_state {
  static inline constexpr const char* name = "event_recorder";

  explicit event_recorder_state(event_recorder_actor::pointer me) : self(me) {}

  // -- handlers --
  void on_record(record_event event);
  void on_kube_replaced(kube_replaced& message) { kube = std::move(message.now); }
  void on_flush(const event_flush_tick& tick);
  void on_answer(const std::string& series, bool was_repeat, object_result& answer);

  // -- steps --
  monotonic_time now() const { return self->clock().now(); }
  bool is_free(const waiting_event& entry) const { return !in_flight.contains(entry.series); }
  void send_more();
  void send(waiting_event entry);
  template <class Request>
  void ask(const std::string& series, bool is_repeat, Request request);
  void set_timer();
  void note_written(const waiting_event& entry, bool was_repeat);
  void create_failed(waiting_event entry, const k8s::error& why);
  void repeat_failed(waiting_event entry, const k8s::error& why);
  void try_again(waiting_event entry, const k8s::error& why);
  void enqueue(waiting_event entry);
  void drop(const waiting_event& entry, const char* id, const char* why,
            const std::string& detail = {});

  // -- dependencies --
  event_recorder_actor::pointer self;
  environment* env = nullptr;
  kube_client_actor kube;
  // -- state --
  std::optional<event_budget> budget;
  event_backlog backlog{most_waiting};
  std::unordered_map<std::string, waiting_event> in_flight;  ///< by series
  lru_map<std::string, written_event> written{most_remembered};
  std::uint64_t last_stamp = 0;  ///< of event_name: unique in this process and across restarts
  std::uint64_t timer = 0;       ///< number of the newest timer
  std::optional<monotonic_time> timer_due;
  bool repeats_refused = false;  ///< no right to patch Events: repeats are not told
  bool creates_refused_said = false;
  std::optional<life> alive;
};

// -- what comes in --

void event_recorder_state::on_record(record_event event) {
  env->hooks->reached(name, "record", messages::to_string(event.about));
  event.note = cut_note(std::move(event.note));
  const auto wall = env->now();
  waiting_event entry{series_of(event), std::move(event), wall, wall, 1, 0, now(), {}};
  if (repeats_refused && written.find(entry.series) != nullptr) {
    return drop(entry, "event-repeat-dropped", "repeat of an Event, and no right to count it up");
  }
  if (!budget->admit(entry.what.about.uid + messages::to_string(entry.what.about), now())) {
    return drop(entry, "event-over-limit", "more Events of this resource than its limit admits");
  }
  enqueue(std::move(entry));
  send_more();
}

void event_recorder_state::enqueue(waiting_event entry) {
  if (const auto left_out = backlog.add(std::move(entry))) {
    drop(*left_out, "event-queue-full", "too many Events wait to be written");
  }
}

void event_recorder_state::on_flush(const event_flush_tick& tick) {
  if (tick.timer != timer) return;
  timer_due.reset();
  send_more();
}

// -- what goes out --

void event_recorder_state::send_more() {
  while (in_flight.size() < most_in_flight) {
    if (budget->wait(now()) > std::chrono::nanoseconds{0}) break;
    auto next = backlog.take(now(), [this](const waiting_event& entry) { return is_free(entry); });
    if (!next) break;
    budget->spend(now());
    send(std::move(*next));
  }
  set_timer();
}

/// One timer, for the moment at which there is a token and an entry that is due. With a full set in
/// flight there is none: the next answer goes on.
void event_recorder_state::set_timer() {
  if (in_flight.size() >= most_in_flight) return;
  const auto next_token = now() + budget->wait(now());
  if (timer_due && *timer_due <= next_token + timer_slack) return;
  const auto due = backlog.next_due([this](const waiting_event& entry) { return is_free(entry); });
  if (!due) return;
  const auto when = std::max(*due, next_token);
  if (timer_due && *timer_due <= when) return;
  timer_due = when;
  const auto wait = std::max(when - now(), std::chrono::steady_clock::duration{1});
  self->delayed_send(caf::actor_cast<event_recorder_actor>(self), wait, event_flush_tick{++timer});
}

void event_recorder_state::send(waiting_event entry) {
  env->hooks->reached(name, "before_send", messages::to_string(entry.what.about));
  const auto series = entry.series;
  const auto ns = entry.what.about.key.ns;
  if (const auto* known = written.find(series)) {
    entry.name = known->name;
    patch_object request{{event_resource(),
                          {ns, known->name},
                          "",
                          repeat_body(known->count + entry.count, entry.last),
                          false}};
    in_flight.emplace(series, std::move(entry));
    return ask(series, true, std::move(request));
  }
  if (entry.name.empty()) {
    const auto stamp = env->now().time_since_epoch() / std::chrono::nanoseconds{1};
    last_stamp = std::max<std::uint64_t>(last_stamp + 1, static_cast<std::uint64_t>(stamp));
    entry.name = event_name(entry.what.about.key.name, last_stamp);
  }
  create_object request{event_resource(), ns,
                        event_body(entry, {env->config.own_name, env->config.own_instance})};
  in_flight.emplace(series, std::move(entry));
  ask(series, false, std::move(request));
}

template <class Request>
void event_recorder_state::ask(const std::string& series, bool is_repeat, Request request) {
  self->request(kube, request_timeout, std::move(request))
      .then([this, series,
             is_repeat](object_result& answer) { on_answer(series, is_repeat, answer); },
            [this, series, is_repeat](const caf::error& why) {
              // kube_client died or is too slow: as good as no connection.
              object_result lost{
                  k8s::error{k8s::errc::connection, 0, {}, self->system().render(why), {}}};
              on_answer(series, is_repeat, lost);
            });
}

// -- what came of it --

void event_recorder_state::on_answer(const std::string& series, bool was_repeat,
                                     object_result& answer) {
  auto node = in_flight.extract(series);
  if (node.empty()) return;
  env->hooks->reached(name, "answer_came", messages::to_string(node.mapped().what.about));
  auto entry = std::move(node.mapped());
  const auto* why = std::get_if<k8s::error>(&answer.outcome);
  if (why == nullptr) {
    note_written(entry, was_repeat);
  } else if (was_repeat) {
    repeat_failed(std::move(entry), *why);
  } else {
    create_failed(std::move(entry), *why);
  }
  send_more();
}

void event_recorder_state::note_written(const waiting_event& entry, bool was_repeat) {
  auto& known = written.find_or_add(entry.series, {entry.name, 0});
  known.name = entry.name;
  known.count = (was_repeat ? known.count : 0) + entry.count;
  env->stats->event_recorded(to_string(entry.what.type));
}

void event_recorder_state::create_failed(waiting_event entry, const k8s::error& why) {
  // An earlier attempt of ours got through, though its answer did not.
  if (why.code == k8s::errc::already_exists && entry.attempts > 0) {
    return note_written(entry, false);
  }
  if (may_pass(why)) return try_again(std::move(entry), why);
  drop(entry, "event-refused", "the API server refused an Event", why.message);
  // The right to say something of the own Pod is a nicety.
  if (entry.what.about == env->config.own_pod) return;
  if (why.code == k8s::errc::forbidden && !creates_refused_said) {
    creates_refused_said = true;
    env->log->write(log_level::warning, name, "events-forbidden",
                    "no right to create Events: give the operator's role events/create",
                    {{"namespace", entry.what.about.key.ns}, {"err", why.message}});
  }
}

void event_recorder_state::repeat_failed(waiting_event entry, const k8s::error& why) {
  if (why.code == k8s::errc::not_found) {
    // Events expire. The next one begins a new series.
    written.erase(entry.series);
    entry.name.clear();
    return enqueue(std::move(entry));
  }
  if (may_pass(why)) return try_again(std::move(entry), why);
  drop(entry, "event-refused", "the API server refused to count an Event up", why.message);
  if (why.code == k8s::errc::forbidden && !repeats_refused) {
    repeats_refused = true;
    env->log->write(log_level::warning, name, "event-repeats-forbidden",
                    "no right to patch Events, so repeats are left out: give the operator's role "
                    "events/patch",
                    {{"namespace", entry.what.about.key.ns}, {"err", why.message}});
  }
}

/// A few times and for warnings only: routine news is not worth a second write.
void event_recorder_state::try_again(waiting_event entry, const k8s::error& why) {
  ++entry.attempts;
  if (entry.what.type != event_type::warning || entry.attempts >= most_attempts) {
    return drop(entry, "event-lost", "an Event could not be written", why.message);
  }
  auto wait = core::backoff(retry_wait, entry.attempts, env->random());
  if (why.retry_after) wait = std::max(wait, *why.retry_after);
  entry.due = now() + wait;
  enqueue(std::move(entry));
}

void event_recorder_state::drop(const waiting_event& entry, const char* id, const char* why,
                                const std::string& detail) {
  env->stats->event_dropped(to_string(entry.what.type));
  if (!env->log->enabled(log_level::debug)) return;
  const auto& about = entry.what.about;
  env->log->write(log_level::debug, name, id, why,
                  {{"kind", about.kind},
                   {"namespace", about.key.ns},
                   {"name", about.key.name},
                   {"reason", entry.what.reason},
                   {"err", detail}});
}

// -- the actor --

event_recorder_actor::behavior_type event_recorder(
    event_recorder_actor::stateful_pointer<event_recorder_state> self, environment* env,
    kube_client_actor kube) {
  auto& state = self->state;
  state.env = env;
  state.kube = std::move(kube);
  state.budget.emplace(event_limits{}, state.now());
  state.alive.emplace(*env, state.name, "", self->address());
  return {
      [self](record_event& event) { self->state.on_record(std::move(event)); },
      [self](kube_replaced& message) { self->state.on_kube_replaced(message); },
      [self](const event_flush_tick& tick) { self->state.on_flush(tick); },
  };
}

}  // namespace

event_recorder_actor spawn_event_recorder(caf::actor_system& system, environment& env,
                                          kube_client_actor kube) {
  return system.spawn(event_recorder, &env, std::move(kube));
}

}  // namespace actors
