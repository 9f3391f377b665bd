#include "actors/kube_client.hpp"

#include <deque>
#include <map>
#include <unordered_map>
#include <utility>

#include "actors/core/window.hpp"
#include "actors/lifecycle.hpp"

namespace actors {

namespace {

using namespace messages;
using object_promise = caf::typed_response_promise<object_result>;
using lease_promise = caf::typed_response_promise<lease_result>;

k8s::error restarted() {
  return {k8s::errc::connection, 0, {}, "the Kubernetes client was restarted", {}};
}

/// On the client's thread: turns what a watch sees into messages to its subscriber.
class subscriber_adapter final : public k8s::watch_listener {
 public:
  subscriber_adapter(watch_subscriber who, std::uint64_t epoch, std::string ns)
      : who_(std::move(who)), epoch_(epoch), ns_(std::move(ns)) {}

  void on_page(std::vector<k8s::object_ptr> objects, bool first, bool last,
               const std::string& version) override {
    caf::anon_send(who_,
                   objects_listed{epoch_, ns_, std::move(objects), first, last, version, rewound_});
    if (last) rewound_ = false;
  }
  void on_rewound() override { rewound_ = true; }
  void on_change(k8s::change what, k8s::object_ptr object) override {
    caf::anon_send(who_, object_seen{epoch_, ns_, what, std::move(object)});
  }
  void on_bookmark(const std::string& version) override {
    caf::anon_send(who_, watch_bookmark{epoch_, ns_, version});
  }
  void on_trouble(const k8s::error& why) override {
    caf::anon_send(who_, watch_trouble{epoch_, ns_, why});
  }
  void on_recovered() override { caf::anon_send(who_, watch_recovered{epoch_, ns_}); }

 private:
  watch_subscriber who_;
  std::uint64_t epoch_;
  std::string ns_;
  bool rewound_ = false;  ///< the list that is coming in is
};

struct kube_client_state {
  static inline constexpr const char* name = "kube_client";

  explicit kube_client_state(kube_client_actor::pointer me) : self(me) {}
  kube_client_state(const kube_client_state&) = delete;
  kube_client_state& operator=(const kube_client_state&) = delete;
  ~kube_client_state();

  // -- requests of other actors -------------------------------------------------------------------
  object_promise on_get(const get_object& request);
  object_promise on_patch(patch_object request);
  object_promise on_create(create_object request);
  lease_promise on_ask_lease(ask_lease request);
  void on_subscribe(subscribe request);
  // -- from the client's thread -------------------------------------------------------------------
  void on_answered(kube_answered& answer);
  void on_lease_answered(lease_answered& answer);
  void on_subscriber_down(const caf::actor_addr& who);

  struct open_request {
    object_promise to;
    std::string patches;
  };
  /// A request that waits for its turn; starts itself with the callback for its answer.
  struct pending {
    std::uint64_t id;
    std::function<void(k8s::client&, k8s::object_callback)> start;
  };
  /// `patches`: the name of what it changes; empty: it is no patch.
  object_promise accept(std::function<void(k8s::client&, k8s::object_callback)> start,
                        std::string patches = {});
  void send_more();
  void drop_watches(const caf::actor_addr& who);

  kube_client_actor::pointer self;
  environment* env = nullptr;
  std::unique_ptr<k8s::client> client;
  core::window in_flight{1};
  std::deque<pending> queue;  ///< beyond the window, in order
  std::unordered_map<std::uint64_t, open_request> open;
  std::unordered_map<std::uint64_t, lease_promise> open_leases;
  std::map<caf::actor_addr, std::vector<k8s::watch_id>> watches;
  std::uint64_t last_id = 0;
  std::optional<life> alive;
};

kube_client_state::~kube_client_state() {
  for (auto& [id, one] : open) {
    one.to.deliver(object_result{restarted()});
  }
  for (auto& [id, to] : open_leases) to.deliver(lease_result{restarted()});
  if (env != nullptr) env->undertaker->take(std::move(client));
}

object_promise kube_client_state::accept(
    std::function<void(k8s::client&, k8s::object_callback)> start, std::string patches) {
  auto promise = self->make_response_promise<object_result>();
  const auto id = ++last_id;
  open.emplace(id, open_request{promise, std::move(patches)});
  queue.push_back({id, std::move(start)});
  send_more();
  return promise;
}

void kube_client_state::send_more() {
  while (in_flight.open() && !queue.empty()) {
    auto next = std::move(queue.front());
    queue.pop_front();
    in_flight.sent();
    auto to = caf::actor_cast<kube_client_actor>(self);
    next.start(*client, [to, id = next.id](k8s::result<k8s::object_ptr> answer) {
      object_result result;
      if (answer.ok()) {
        result.outcome = std::move(answer.value());
      } else {
        result.outcome = std::move(answer.failure());
      }
      caf::anon_send(to, kube_answered{id, std::move(result)});
    });
  }
}

object_promise kube_client_state::on_get(const get_object& request) {
  env->hooks->reached(name, "get", request.key.name);
  return accept([request](k8s::client& to, k8s::object_callback done) {
    to.get(request.type, request.key, std::move(done));
  });
}

object_promise kube_client_state::on_patch(patch_object request) {
  env->hooks->reached(name, "patch", request.request.key.name);
  auto patches = request.request.key.name;
  return accept(
      [request = std::move(request.request)](k8s::client& to, k8s::object_callback done) mutable {
        to.patch(std::move(request), std::move(done));
      },
      std::move(patches));
}

object_promise kube_client_state::on_create(create_object request) {
  env->hooks->reached(name, "create", request.type.plural);
  return accept([request = std::move(request)](k8s::client& to, k8s::object_callback done) mutable {
    to.create(std::move(request.type), std::move(request.ns), std::move(request.body),
              std::move(done));
  });
}

void kube_client_state::on_answered(kube_answered& answer) {
  env->hooks->reached(name, "answer_came", "");
  const auto found = open.find(answer.id);
  const bool is_patch = found != open.end() && !found->second.patches.empty();
  if (is_patch && !env->hooks->passes(write_at::answered, "", found->second.patches)) return;
  const auto* failure = std::get_if<k8s::error>(&answer.result.outcome);
  in_flight.answered(failure != nullptr && failure->code == k8s::errc::throttled);
  if (found != open.end()) {
    auto promise = std::move(found->second.to);
    open.erase(found);
    promise.deliver(std::move(answer.result));
  }
  send_more();
  env->hooks->reached(name, "answered", "");
}

/// Not by the window: who renews a lease has no time to wait for others.
lease_promise kube_client_state::on_ask_lease(ask_lease request) {
  env->hooks->reached(name, "ask_lease", request.request.of.key.name);
  auto promise = self->make_response_promise<lease_result>();
  const auto id = ++last_id;
  open_leases.emplace(id, promise);
  auto to = caf::actor_cast<kube_client_actor>(self);
  client->ask_lease(std::move(request.request), [to, id](k8s::result<k8s::lease> answer) {
    lease_result result;
    if (answer.ok()) {
      result.outcome = std::move(answer.value());
    } else {
      result.outcome = std::move(answer.failure());
    }
    caf::anon_send<caf::message_priority::high>(to, lease_answered{id, std::move(result)});
  });
  return promise;
}

void kube_client_state::on_lease_answered(lease_answered& answer) {
  const auto found = open_leases.find(answer.id);
  if (found == open_leases.end()) return;
  auto promise = std::move(found->second);
  open_leases.erase(found);
  promise.deliver(std::move(answer.result));
}

void kube_client_state::on_subscribe(subscribe request) {
  env->hooks->reached(name, "subscribe", "");
  const auto who = request.who.address();
  drop_watches(who);
  self->monitor(request.who);
  auto& ids = watches[who];
  for (auto& wanted : request.requests) {
    auto ns = wanted.ns;
    ids.push_back(client->watch(std::move(wanted), std::make_shared<subscriber_adapter>(
                                                       request.who, request.epoch, std::move(ns))));
  }
}

void kube_client_state::drop_watches(const caf::actor_addr& who) {
  const auto found = watches.find(who);
  if (found == watches.end()) return;
  self->demonitor(who);
  for (const auto id : found->second) client->unwatch(id);
  watches.erase(found);
}

void kube_client_state::on_subscriber_down(const caf::actor_addr& who) {
  drop_watches(who);
}

kube_client_actor::behavior_type kube_client(
    kube_client_actor::stateful_pointer<kube_client_state> self, environment* env) {
  auto& state = self->state;
  state.env = env;
  state.in_flight = core::window{env->config.kubernetes_window};
  state.alive.emplace(*env, state.name, "", self->address());
  state.client = env->make_kube();
  self->set_down_handler(
      [self](const caf::down_msg& down) { self->state.on_subscriber_down(down.source); });
  return {
      [self](const get_object& request) { return self->state.on_get(request); },
      [self](patch_object& request) { return self->state.on_patch(std::move(request)); },
      [self](create_object& request) { return self->state.on_create(std::move(request)); },
      [self](ask_lease& request) { return self->state.on_ask_lease(std::move(request)); },
      [self](subscribe& request) { self->state.on_subscribe(std::move(request)); },
      [self](kube_answered& answer) { self->state.on_answered(answer); },
      [self](lease_answered& answer) { self->state.on_lease_answered(answer); },
  };
}

}  // namespace

kube_client_actor spawn_kube_client(caf::actor_system& system, environment& env) {
  return system.spawn(kube_client, &env);
}

}  // namespace actors
