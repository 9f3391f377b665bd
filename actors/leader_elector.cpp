#include "actors/leader_elector.hpp"

#include <algorithm>
#include <utility>

#include "actors/core/election.hpp"
#include "actors/lifecycle.hpp"

namespace actors {

namespace {

using namespace messages;
using k8s::errc;

/// kube_client answers every request, unless it dies with it.
constexpr std::chrono::seconds answer_margin{1};
/// Between tries to release the Lease: the process wants to end.
constexpr std::chrono::milliseconds release_retry{200};

/// Answers by which an election goes on as it should.
bool is_usual(errc code) {
  return code == errc::not_found || code == errc::conflict || code == errc::already_exists;
}

k8s::error lost() {
  return {errc::connection, 0, {}, "the operator's Kubernetes client gave no answer", {}};
}

struct leader_elector_state {
  static inline constexpr const char* name = "leader_elector";

  explicit leader_elector_state(leader_elector_actor::pointer me) : self(me) {}
  leader_elector_state(const leader_elector_state&) = delete;
  leader_elector_state& operator=(const leader_elector_state&) = delete;
  ~leader_elector_state() = default;

  // -- from the root, and timers ------------------------------------------------------------------
  void on_kube_replaced(kube_replaced& fresh);
  void on_resign();
  void on_tick(const elect_tick& tick);
  void on_lease_end();
  // -- from the watch of the Lease ----------------------------------------------------------------
  void on_listed(const objects_listed& page);
  void on_seen(const object_seen& news);
  void on_trouble(const watch_trouble& trouble);

  // -- one round: requests until the election wants no more ---------------------------------------
  void begin_round();
  void ask(core::election::request request);
  void answered(const k8s::result<k8s::lease>& answer);
  void end_round(const k8s::error* failure);
  void next_round_in(std::chrono::milliseconds wait);

  /// Carries the election's word to the fence and to the root.
  void make_known();
  void tell_if_news(leadership word);
  void watch_lease();
  void look_if_worth_it(const std::string& holder);
  core::election::time now() const { return env->fence->now(); }

  leader_elector_actor::pointer self;
  environment* env = nullptr;
  kube_client_actor kube;
  operator_actor root;
  std::optional<life> alive;
  std::optional<core::election> election;
  std::optional<leadership> told;
  std::string trouble;   ///< of the last round
  bool refused = false;  ///< likewise: a right is missing
  bool settled = false;  ///< a first round has ended
  bool busy = false;     ///< a round is under way
  bool again = false;    ///< there is news for another one
  caf::actor_clock::time_point round_began;
  std::uint64_t timer = 0;       ///< number of the newest elect_tick
  bool end_armed = false;        ///< a lease_end_tick is under way
  bool watching = false;         ///< the Lease is watched
  bool watch_forbidden = false;  ///< it must not be: looks are all there is
  bool in_list = false;          ///< the list that comes in has the Lease
  std::uint64_t epoch = 0;       ///< of the present subscription
};

// -- a round --------------------------------------------------------------------------------------

void leader_elector_state::begin_round() {
  if (std::exchange(busy, true)) {
    again = true;
    return;
  }
  again = false;
  round_began = self->clock().now();
  env->hooks->reached(name, "round", "");
  ask(election->begin(now(), env->now()));
}

void leader_elector_state::ask(core::election::request request) {
  const auto patience = request.timeout + answer_margin;
  self->request<caf::message_priority::high>(kube, patience, ask_lease{std::move(request)})
      .then(
          [this](lease_result& answer) {
            env->hooks->reached(name, "answered", "");
            if (auto* stored = std::get_if<k8s::lease>(&answer.outcome))
              return answered(std::move(*stored));
            answered(std::get<k8s::error>(answer.outcome));
          },
          [this](const caf::error&) { answered(lost()); });
}

void leader_elector_state::answered(const k8s::result<k8s::lease>& answer) {
  auto next = election->answered(answer, now(), env->now());
  make_known();
  if (next) return ask(std::move(*next));
  end_round(answer.ok() ? nullptr : &answer.failure());
}

void leader_elector_state::end_round(const k8s::error* failure) {
  busy = false;
  const bool troubled = failure != nullptr && !is_usual(failure->code);
  trouble = troubled ? failure->message : std::string{};
  refused = troubled && failure->code == errc::forbidden;
  if (election->resigning()) {
    if (!election->may_hold()) return self->send(root, resigned{});
    return next_round_in(release_retry);
  }
  settled = true;
  make_known();
  if (!troubled) watch_lease();
  if (again) return begin_round();
  const auto passed =
      std::chrono::duration_cast<std::chrono::milliseconds>(self->clock().now() - round_began);
  const auto wait = election->wait(env->random()) - passed;
  next_round_in(std::max(wait, std::chrono::milliseconds{0}));
}

void leader_elector_state::next_round_in(std::chrono::milliseconds wait) {
  self->delayed_send(self, wait, elect_tick{++timer});
}

void leader_elector_state::on_tick(const elect_tick& tick) {
  if (tick.timer == timer) begin_round();
}

// -- what comes of it -----------------------------------------------------------------------------

void leader_elector_state::make_known() {
  // The process was stopped: writes were refused, and nobody was told why.
  const bool lapsed = told && told->leading && !election->resigning() && !env->fence->open();
  if (lapsed) tell_if_news({false, election->holder(), election->uid(), trouble, refused});
  const auto until = election->until();
  if (until.count() > 0) {
    env->fence->open_until(until);
  } else {
    env->fence->close();
  }
  const bool leads = election->leads(now());
  if (leads && !std::exchange(end_armed, true))
    self->delayed_send(self, until - now(), lease_end_tick{});
  if (election->resigning() || (!settled && !leads)) return;
  tell_if_news({leads, election->holder(), election->uid(), trouble, refused});
}

void leader_elector_state::tell_if_news(leadership word) {
  if (told == word) return;
  told = word;
  self->send(root, std::move(word));
}

void leader_elector_state::on_lease_end() {
  end_armed = false;
  make_known();
}

void leader_elector_state::on_resign() {
  election->resign();
  env->fence->close();
  env->hooks->reached(name, "resign", "");
  if (!election->may_hold() && !busy) return self->send(root, resigned{});
  begin_round();
}

void leader_elector_state::on_kube_replaced(kube_replaced& fresh) {
  kube = std::move(fresh.now);
  if (!std::exchange(watching, false)) return;
  watch_lease();
}

// -- the watch: it only tells earlier what the next round would find ------------------------------

void leader_elector_state::watch_lease() {
  if (watching || watch_forbidden || election->version().empty()) return;
  watching = true;
  const auto& at = env->config.election.lease;
  subscribe request{watch_subscriber{caf::actor_cast<leader_elector_actor>(self)}, ++epoch, {}};
  request.requests.push_back({k8s::lease_type(), at.ns, election->version(), false, at.name});
  self->send(kube, std::move(request));
}

void leader_elector_state::look_if_worth_it(const std::string& holder) {
  if (election->worth_a_look(holder)) begin_round();
}

void leader_elector_state::on_listed(const objects_listed& page) {
  if (page.epoch != epoch) return;
  if (page.first) in_list = false;
  for (const auto& object : page.objects) {
    in_list = true;
    look_if_worth_it(k8s::holder_in(*object));
  }
  if (page.last && !in_list) look_if_worth_it("");
}

void leader_elector_state::on_seen(const object_seen& news) {
  if (news.epoch != epoch) return;
  const bool gone = news.what == k8s::change::deleted;
  look_if_worth_it(gone ? std::string{} : k8s::holder_in(*news.object));
}

void leader_elector_state::on_trouble(const watch_trouble& news) {
  if (news.epoch != epoch || news.why.code != errc::forbidden) return;
  watch_forbidden = true;
  env->log->write(log_level::info, name, "lease-not-watched",
                  "no right to watch the Lease: a released one is found at the next look",
                  {{"lease", to_string(env->config.election.lease)},
                   {"lookEvery", std::to_string(env->config.election.retry_period.count()) + "ms"},
                   {"err", news.why.message}});
  self->send(kube,
             subscribe{watch_subscriber{caf::actor_cast<leader_elector_actor>(self)}, ++epoch, {}});
}

// -- its behaviour --------------------------------------------------------------------------------

leader_elector_actor::behavior_type leader_elector(
    leader_elector_actor::stateful_pointer<leader_elector_state> self, environment* env,
    kube_client_actor kube, operator_actor root) {
  auto& state = self->state;
  state.env = env;
  state.kube = std::move(kube);
  state.root = std::move(root);
  state.alive.emplace(*env, state.name, "", self->address());
  const auto kept = env->fence->open() ? env->fence->until() : core::election::time{0};
  state.election.emplace(env->config.election, kept);
  state.begin_round();
  return {
      [self](const objects_listed& page) { self->state.on_listed(page); },
      [self](const object_seen& news) { self->state.on_seen(news); },
      [](const watch_bookmark&) {},
      [self](const watch_trouble& trouble) { self->state.on_trouble(trouble); },
      [](const watch_recovered&) {},
      [self](kube_replaced& fresh) { self->state.on_kube_replaced(fresh); },
      [self](const resign&) { self->state.on_resign(); },
      [self](const elect_tick& tick) { self->state.on_tick(tick); },
      [self](const lease_end_tick&) { self->state.on_lease_end(); },
  };
}

}  // namespace

leader_elector_actor spawn_leader_elector(caf::actor_system& system, environment& env,
                                          kube_client_actor kube, operator_actor root) {
  return system.spawn(leader_elector, &env, std::move(kube), std::move(root));
}

}  // namespace actors
