#include "actors/metrics.hpp"

#include <functional>
#include <utility>

namespace actors {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;
using prometheus::Registry;

// -- labels and buckets of controller-runtime and client-go (facts/operator-behaviour.md §1.6) --

/// By messages::pass_result.
constexpr std::array<const char*, 4> result_labels{"success", "error", "requeue_after", "requeue"};

/// By messages::cr_state.
constexpr std::array<const char*, 8> state_labels{"in_sync", "refused", "invalid",  "failing",
                                                  "waiting", "ignored", "deleting", "drifted"};

const Histogram::BucketBoundaries reconcile_buckets{
    0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6,
    0.7,   0.8,  0.9,   1.0,  1.25, 1.5,  1.75, 2.0,  2.5, 3.0,  3.5, 4.0,  4.5, 5,
    6,     7,    8,     9,    10,   15,   20,   25,   30,  40,   50,  60};

const Histogram::BucketBoundaries queue_buckets{1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3,
                                                1e-2, 1e-1, 1,    10,   100,  1000};

const Histogram::BucketBoundaries call_buckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                               0.5,   1,    2.5,   5,    10};

Family<Counter>& counter(Registry& in, const char* name, const char* help) {
  return BuildCounter().Name(name).Help(help).Register(in);
}

Family<Gauge>& gauge(Registry& in, const char* name, const char* help) {
  return BuildGauge().Name(name).Help(help).Register(in);
}

Family<Histogram>& histogram(Registry& in, const char* name, const char* help) {
  return BuildHistogram().Name(name).Help(help).Register(in);
}

/// controller_runtime_*: how the passes of each controller went.
void add_reconcile_series(Registry& registry,
                          std::unordered_map<std::string, controller_metrics>& all,
                          std::size_t slots) {
  auto& total = counter(registry, "controller_runtime_reconcile_total",
                        "Total number of reconciliations per controller");
  auto& errors = counter(registry, "controller_runtime_reconcile_errors_total",
                         "Total number of reconciliation errors per controller");
  auto& terminal = counter(registry, "controller_runtime_terminal_reconcile_errors_total",
                           "Total number of terminal reconciliation errors per controller");
  auto& panics = counter(registry, "controller_runtime_reconcile_panics_total",
                         "Total number of reconciliation panics per controller");
  auto& time = histogram(registry, "controller_runtime_reconcile_time_seconds",
                         "Length of time per reconciliation per controller");
  auto& most = gauge(registry, "controller_runtime_max_concurrent_reconciles",
                     "Maximum number of concurrent reconciles per controller");
  auto& active = gauge(registry, "controller_runtime_active_workers",
                       "Number of currently used workers per controller");
  for (auto& [name, one] : all) {
    const Labels labels{{"controller", name}};
    for (std::size_t i = 0; i < result_labels.size(); ++i) {
      one.reconcile_total.at(i) =
          &total.Add({{"controller", name}, {"result", result_labels.at(i)}});
    }
    one.reconcile_errors = &errors.Add(labels);
    one.terminal_errors = &terminal.Add(labels);
    one.panics = &panics.Add(labels);
    one.reconcile_time = &time.Add(labels, reconcile_buckets);
    most.Add(labels).Set(static_cast<double>(slots));
    one.active_workers = &active.Add(labels);
  }
}

/// workqueue_*: an object that waits for one of its kind's slots is what a queued item is there.
void add_queue_series(Registry& registry,
                      std::unordered_map<std::string, controller_metrics>& all) {
  auto& depth = gauge(registry, "workqueue_depth", "Current depth of workqueue");
  auto& adds =
      counter(registry, "workqueue_adds_total", "Total number of adds handled by workqueue");
  auto& retries =
      counter(registry, "workqueue_retries_total", "Total number of retries handled by workqueue");
  auto& wait = histogram(registry, "workqueue_queue_duration_seconds",
                         "How long in seconds an item stays in workqueue before being requested");
  auto& work = histogram(registry, "workqueue_work_duration_seconds",
                         "How long in seconds processing an item from workqueue takes.");
  for (auto& [name, one] : all) {
    const Labels labels{{"name", name}, {"controller", name}};
    one.queue_depth = &depth.Add(labels);
    one.queue_adds = &adds.Add(labels);
    one.queue_retries = &retries.Add(labels);
    one.queue_wait = &wait.Add(labels, queue_buckets);
    one.work_time = &work.Add(labels, queue_buckets);
    one.running = std::make_unique<running_passes>();
  }
}

/// teleport_operator_* with a `kind` label.
void add_kind_series(Registry& registry, std::unordered_map<std::string, controller_metrics>& all) {
  auto& resources = gauge(registry, "teleport_operator_resources",
                          "Custom resources by kind and by what became of them");
  auto& found = counter(registry, "teleport_operator_drift_found_total",
                        "Teleport resources that somebody else was found to have changed");
  auto& healed =
      counter(registry, "teleport_operator_drift_healed_total",
              "Teleport resources that somebody else had changed and that were put back");
  auto& checked = gauge(registry, "teleport_operator_drift_last_check_timestamp_seconds",
                        "When all Teleport resources of the kind were last compared, in Unix time; "
                        "0: not yet");
  for (auto& [name, one] : all) {
    for (std::size_t i = 0; i < state_labels.size(); ++i) {
      one.resources.at(i) = &resources.Add({{"kind", name}, {"state", state_labels.at(i)}});
    }
    one.drift_found = &found.Add({{"kind", name}});
    one.drift_healed = &healed.Add({{"kind", name}});
    one.drift_last_check = &checked.Add({{"kind", name}});
  }
}

/// The two gauges about passes that have not ended: their value is the time of the scrape.
class unfinished_work final : public prometheus::Collectable {
 public:
  explicit unfinished_work(const std::unordered_map<std::string, controller_metrics>& of)
      : of_(of) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const auto now = running_passes::clock::now();
    return {family("workqueue_unfinished_work_seconds",
                   "How many seconds of work has been done that is in progress and hasn't been "
                   "observed by work_duration.",
                   [now](const running_passes& passes) { return passes.total_seconds(now); }),
            family("workqueue_longest_running_processor_seconds",
                   "How many seconds has the longest running processor for workqueue been running.",
                   [now](const running_passes& passes) { return passes.longest_seconds(now); })};
  }

 private:
  using value_of = std::function<double(const running_passes&)>;

  prometheus::MetricFamily family(const char* name, const char* help, const value_of& value) const {
    prometheus::MetricFamily result{name, help, prometheus::MetricType::Gauge, {}};
    for (const auto& [controller, one] : of_) {
      prometheus::ClientMetric metric;
      metric.label = {{"controller", controller}, {"name", controller}};
      metric.gauge.value = value(*one.running);
      result.metric.push_back(std::move(metric));
    }
    return result;
  }

  const std::unordered_map<std::string, controller_metrics>& of_;
};

std::string word(teleport::trouble of) {
  return std::string{teleport::to_string(of)};
}

double seconds_between(running_passes::clock::time_point from,
                       running_passes::clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

// -- running_passes --

running_passes::clock::time_point running_passes::begin(clock::time_point now) {
  const std::scoped_lock lock{mutex_};
  began_.insert(now);
  return now;
}

void running_passes::end(clock::time_point began) {
  const std::scoped_lock lock{mutex_};
  if (const auto found = began_.find(began); found != began_.end()) began_.erase(found);
}

double running_passes::total_seconds(clock::time_point now) const {
  const std::scoped_lock lock{mutex_};
  double total = 0;
  for (const auto each : began_) total += seconds_between(each, now);
  return total;
}

double running_passes::longest_seconds(clock::time_point now) const {
  const std::scoped_lock lock{mutex_};
  return began_.empty() ? 0 : seconds_between(*began_.begin(), now);
}

// -- metrics --

metrics::metrics(const std::vector<std::string>& controllers, std::size_t slots)
    : registry_(std::make_shared<Registry>()) {
  make_controllers(controllers, slots);
  make_own_families();
}

void metrics::make_controllers(const std::vector<std::string>& names, std::size_t slots) {
  for (const auto& name : names) controllers_.try_emplace(name);
  add_reconcile_series(*registry_, controllers_, slots);
  add_queue_series(*registry_, controllers_);
  add_kind_series(*registry_, controllers_);
}

void metrics::make_own_families() {
  auto& in = *registry_;
  rest_requests_ =
      &counter(in, "rest_client_requests_total",
               "Number of HTTP requests, partitioned by status code, method, and host.");
  teleport_calls_ = &counter(in, "teleport_operator_teleport_calls_total",
                             "Calls to Teleport by method and gRPC status");
  teleport_seconds_ = &histogram(in, "teleport_operator_teleport_call_seconds",
                                 "How long calls to Teleport took, by method");
  actor_restarts_ = &counter(in, "teleport_operator_actor_restarts_total",
                             "Actors that died and were started again, by type");
  actors_ = &gauge(in, "teleport_operator_actors", "Living actors by type");
  events_recorded_ = &counter(in, "teleport_operator_events_recorded_total",
                              "Kubernetes Events written or counted up, by their type");
  events_dropped_ = &counter(in, "teleport_operator_events_dropped_total",
                             "Kubernetes Events left out by a limit or a failure, by their type");
  auto& expiry = gauge(in, "teleport_operator_certificate_expiry_timestamp_seconds",
                       "When the operator's certificates expire, in Unix time; 0: none yet");
  output_expiry_ = &expiry.Add({{"identity", "output"}});
  bot_expiry_ = &expiry.Add({{"identity", "bot"}});
  joins_ = &counter(in, "teleport_operator_joins_total",
                    "Attempts to join Teleport or to renew what was got by joining");
  for (const char* purpose : {"connect", "renewal"}) {
    joins_->Add({{"purpose", purpose}, {"result", "ok"}});
  }
  troubles_ = &gauge(in, "teleport_operator_teleport_trouble",
                     "1: this stands between the operator and its Teleport cluster now");
  for (const auto one : teleport::all_troubles()) {
    if (one != teleport::trouble::none) troubles_->Add({{"reason", word(one)}});
  }
  connected_ = &gauge(in, "teleport_operator_teleport_connected",
                      "1: Teleport is reachable with our identity; 0: it is not")
                    .Add({});
  leads_ = &gauge(in, "leader_election_master_status",
                  "1: this process leads; 0: another one does, or nobody; by name of the Lease");
  build_info_ = &gauge(in, "teleport_operator_build_info", "1, labelled with the version");
  for (const char* type : {"Normal", "Warning"}) {
    events_recorded_->Add({{"type", type}});
    events_dropped_->Add({{"type", type}});
  }
}

std::vector<std::shared_ptr<prometheus::Collectable>> metrics::sources() const {
  return {registry_, std::make_shared<unfinished_work>(controllers_)};
}

void metrics::kubernetes_request(int code, const std::string& method, const std::string& host) {
  // client-go's word for a request without an answer.
  const std::string text = code == 0 ? "<error>" : std::to_string(code);
  rest_requests_->Add({{"code", text}, {"method", method}, {"host", host}}).Increment();
}

void metrics::teleport_call(const std::string& method, const std::string& code, double seconds) {
  teleport_calls_->Add({{"method", method}, {"code", code}}).Increment();
  teleport_seconds_->Add({{"method", method}}, call_buckets).Observe(seconds);
}

void metrics::actor_restarted(const std::string& actor_type) {
  actor_restarts_->Add({{"actor", actor_type}}).Increment();
}

void metrics::actors_alive(const std::string& actor_type, int delta) {
  actors_->Add({{"actor", actor_type}}).Increment(delta);
}

void metrics::event_recorded(const std::string& type) {
  events_recorded_->Add({{"type", type}}).Increment();
}

void metrics::event_dropped(const std::string& type) {
  events_dropped_->Add({{"type", type}}).Increment();
}

void metrics::certificates_expire_at(double output, double bot) {
  output_expiry_->Set(output);
  bot_expiry_->Set(bot);
}

void metrics::teleport_connected(bool connected) {
  connected_->Set(connected ? 1 : 0);
}

void metrics::leads(const std::string& lease, bool leading) {
  leads_->Add({{"name", lease}}).Set(leading ? 1 : 0);
}

void metrics::teleport_trouble(teleport::trouble reason) {
  for (const auto one : teleport::all_troubles()) {
    if (one == teleport::trouble::none) continue;
    troubles_->Add({{"reason", word(one)}}).Set(one == reason ? 1 : 0);
  }
}

void metrics::join_ended(bool renewal, teleport::trouble reason) {
  const auto result = reason == teleport::trouble::none ? "ok" : word(reason);
  joins_->Add({{"purpose", renewal ? "renewal" : "connect"}, {"result", result}}).Increment();
}

void metrics::build_info(const std::string& version) {
  build_info_->Add({{"version", version}}).Set(1);
}

}  // namespace actors
