#include "actors/drift_watcher.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "actors/core/poll_times.hpp"
#include "actors/core/retry.hpp"
#include "actors/lifecycle.hpp"

namespace actors {

namespace {

using namespace messages;
using namespace std::chrono_literals;

/// The kinds' lists wait for the stream no longer than this.
constexpr auto opening_patience = 5s;
constexpr core::backoff_settings reopening{500ms, 1min};
/// A stream that lived this long starts the back-off over when it breaks.
constexpr auto healthy_life = 1min;

struct drift_watcher_state {
  static inline constexpr const char* name = "drift_watcher";

  explicit drift_watcher_state(drift_watcher_actor::pointer me) : self(me) {}
  drift_watcher_state(const drift_watcher_state&) = delete;
  drift_watcher_state& operator=(const drift_watcher_state&) = delete;
  ~drift_watcher_state() = default;

  void on_watch_over(watch_over& word);
  void on_opened(const watch_opened& opened);
  void on_moved(watch_moved& moved);
  void on_ended(const watch_ended& ended);
  void on_tick(const drift_tick& tick);
  void on_poll_tick(const poll_tick& tick);

  std::vector<kind_ptr> kinds_of(const teleport::cluster_info& cluster) const;
  bool told_by_stream(kind_ptr one) const;
  /// Begins and ends polling as the stream tells of more or fewer kinds.
  void arrange_polls();
  void poll_later(kind_ptr one, std::chrono::milliseconds wait);
  void open();
  void not_opened(const teleport::error& why);
  void open_later();
  void stop();
  void close(std::uint64_t one) { self->send(client, close_watch{one}); }
  void say_opened(const watch_opened& opened);
  void settle(bool open, bool missed) { self->send(root, watch_settled{open, missed}); }

  drift_watcher_actor::pointer self;
  environment* env = nullptr;
  operator_actor root;
  std::optional<life> alive;

  teleport_client_actor client;
  std::uint64_t session = 0;      ///< to watch over; 0: there is none
  std::vector<kind_ptr> running;  ///< and admitted
  std::vector<kind_ptr> kinds;    ///< of these, those that have events
  std::uint64_t number = 0;       ///< of the newest stream
  std::uint64_t opening = 0;      ///< number of the stream that is being opened; 0: none
  std::uint64_t open_one = 0;     ///< number of the stream that is open; 0: none
  caf::actor_clock::time_point opened_at;
  unsigned failures = 0;  ///< in a row
  bool troubled = false;  ///< and has said so
  std::vector<std::string> left_out;
  std::uint64_t timer = 0;                   ///< number of the newest drift_tick
  std::map<kind_ptr, std::uint64_t> polled;  ///< with the number of their poll_tick
  std::uint64_t poll_timer = 0;              ///< number of the newest poll_tick
};

// -- the connection
// ---------------------------------------------------------------------------------------------

void drift_watcher_state::on_watch_over(watch_over& word) {
  client = std::move(word.by);
  if (!word.state.connected) return stop();
  running = kinds_of(word.state.cluster);
  std::vector<kind_ptr> wanted;
  std::copy_if(running.begin(), running.end(), std::back_inserter(wanted),
               [](kind_ptr one) { return one->event_field != 0; });
  if (session == word.state.session && wanted == kinds) return arrange_polls();
  session = word.state.session;
  kinds = std::move(wanted);
  failures = 0;
  open();
  arrange_polls();
}

/// Streams end with the session.
void drift_watcher_state::stop() {
  session = 0;
  opening = 0;
  open_one = 0;
  ++timer;
  arrange_polls();
}

std::vector<kind_ptr> drift_watcher_state::kinds_of(const teleport::cluster_info& cluster) const {
  const auto& all = env->config.kinds;
  std::vector<kind_ptr> wanted;
  wanted.reserve(all.size());
  std::copy_if(all.begin(), all.end(), std::back_inserter(wanted), [&](kind_ptr one) {
    const bool runs = env->config.scoped.scope.empty() || one->scope == teleport::scoping::possible;
    return runs && teleport::admits(cluster, one->gate);
  });
  return wanted;
}

// -- the stream
// ---------------------------------------------------------------------------------------------

void drift_watcher_state::open() {
  if (kinds.empty()) {
    if (open_one != 0) close(std::exchange(open_one, 0));
    opening = 0;
    ++timer;
    return settle(false, false);
  }
  opening = ++number;
  self->send(client, open_watch{caf::actor_cast<teleport_watcher>(self), number, kinds});
  self->delayed_send(self, opening_patience, drift_tick{++timer});
}

void drift_watcher_state::on_opened(const watch_opened& opened) {
  if (opened.number != opening) return;
  env->hooks->reached(name, "opened", "");
  const auto former = std::exchange(open_one, std::exchange(opening, 0));
  ++timer;
  opened_at = self->clock().now();
  if (former != 0) close(former);
  say_opened(opened);
  arrange_polls();
  settle(true, former == 0);
}

/// Also of a former stream: what it told before the present one was open is not told again.
void drift_watcher_state::on_moved(watch_moved& moved) {
  env->hooks->reached(name, "moved", moved.change.key.name);
  self->send(root, teleport_moved{std::move(moved.change)});
}

void drift_watcher_state::on_ended(const watch_ended& ended) {
  env->hooks->reached(name, "ended", "");
  if (ended.number == opening) return not_opened(ended.why);
  if (ended.number != open_one) return;
  close(std::exchange(open_one, 0));
  arrange_polls();
  env->log->write(log_level::info, name, "drift-watch-ended",
                  "Teleport's event stream ended; opening it again", {{"err", ended.why.message}});
  if (opening != 0) return;  // its successor is on the way
  if (self->clock().now() - opened_at > healthy_life) failures = 0;
  open_later();
}

/// The kinds do without it until it opens.
void drift_watcher_state::not_opened(const teleport::error& why) {
  close(std::exchange(opening, 0));
  if (!std::exchange(troubled, true)) {
    env->log->write(log_level::warning, name, "drift-watch-failed",
                    "can't watch Teleport: changes there are found only when all resources are "
                    "compared, every -drift-interval; trying again",
                    {{"err", why.message}});
  }
  settle(false, false);
  open_later();
}

void drift_watcher_state::open_later() {
  const auto wait = core::backoff(reopening, ++failures, env->random());
  self->delayed_send(self, wait, drift_tick{++timer});
}

void drift_watcher_state::on_tick(const drift_tick& tick) {
  if (tick.timer != timer) return;
  if (opening == 0) return open();
  not_opened({teleport::errc::timeout, "the server does not open the event stream"});
}

void drift_watcher_state::say_opened(const watch_opened& opened) {
  if (std::exchange(troubled, false))
    env->log->write(log_level::info, name, "drift-watch-recovered", "watching Teleport again", {});
  if (left_out == opened.left_out) return;
  left_out = opened.left_out;
  if (left_out.empty()) return;
  std::string list;
  for (const auto& one : left_out) list += (list.empty() ? "" : ",") + one;
  env->log->write(log_level::info, name, "drift-watch-partial",
                  "Teleport does not tell of changes of some kinds (they are unknown to it, or the "
                  "operator's role lacks the right to read them): those are found only when all "
                  "resources are compared, every -drift-interval",
                  {{"kinds", list}});
}

// -- polling: kinds of which no stream tells
// ---------------------------------------------------------------------------------------------

bool drift_watcher_state::told_by_stream(kind_ptr one) const {
  const bool watched = open_one != 0 && one->event_field != 0;
  return watched &&
         std::find(left_out.begin(), left_out.end(), one->teleport_kind) == left_out.end();
}

/// Who is polled already keeps the time: a stream that breaks again and again must not put it off.
void drift_watcher_state::arrange_polls() {
  const std::chrono::milliseconds interval = env->config.drift_interval;
  const bool any = session != 0 && interval.count() > 0;
  const auto due = [&](kind_ptr one) {
    return any && std::find(running.begin(), running.end(), one) != running.end() &&
           !told_by_stream(one);
  };
  std::erase_if(polled, [&](const auto& entry) { return !due(entry.first); });
  for (const auto* one : running) {
    if (due(one) && !polled.contains(one))
      poll_later(one, core::first_poll(interval, env->random()));
  }
}

void drift_watcher_state::poll_later(kind_ptr one, std::chrono::milliseconds wait) {
  polled[one] = ++poll_timer;
  self->delayed_send(self, wait, poll_tick{one, poll_timer});
}

void drift_watcher_state::on_poll_tick(const poll_tick& tick) {
  const auto found = polled.find(tick.kind);
  if (found == polled.end() || found->second != tick.timer) return;
  env->hooks->reached(name, "poll", tick.kind->cr_kind);
  self->send(root, poll_due{tick.kind});
  poll_later(tick.kind, core::next_poll(env->config.drift_interval, env->random()));
}

// -- its behaviour
// ---------------------------------------------------------------------------------------------

drift_watcher_actor::behavior_type drift_watcher(
    drift_watcher_actor::stateful_pointer<drift_watcher_state> self, environment* env,
    operator_actor root) {
  auto& state = self->state;
  state.env = env;
  state.root = std::move(root);
  state.alive.emplace(*env, state.name, "", self->address());
  return {
      [self](const watch_opened& opened) { self->state.on_opened(opened); },
      [self](watch_moved& moved) { self->state.on_moved(moved); },
      [self](const watch_ended& ended) { self->state.on_ended(ended); },
      [self](watch_over& word) { self->state.on_watch_over(word); },
      [self](const drift_tick& tick) { self->state.on_tick(tick); },
      [self](const poll_tick& tick) { self->state.on_poll_tick(tick); },
  };
}

}  // namespace

drift_watcher_actor spawn_drift_watcher(caf::actor_system& system, environment& env,
                                        operator_actor root) {
  return system.spawn(drift_watcher, &env, std::move(root));
}

}  // namespace actors
