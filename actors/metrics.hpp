#pragma once

/// All metrics of the operator: controller-runtime's names and labels, so that existing dashboards
/// work, and our own `teleport_operator_*` (docs/metrics.md). Built once; every function is
/// thread-safe and cheap: the series of a controller are looked up once, at start.

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "messages/objects.hpp"
#include "teleport/trouble.hpp"

namespace actors {

/// When the passes of one controller that run now began. Thread-safe.
class running_passes {
 public:
  using clock = std::chrono::steady_clock;

  /// A pass begins. Give the answer to `end`.
  clock::time_point begin(clock::time_point now = clock::now());
  void end(clock::time_point began);

  double total_seconds(clock::time_point now) const;    ///< of all running passes
  double longest_seconds(clock::time_point now) const;  ///< of the oldest one; 0: none runs

 private:
  mutable std::mutex mutex_;
  std::multiset<clock::time_point> began_;
};

/// The series of one controller (one CR kind).
struct controller_metrics {
  std::array<prometheus::Counter*, 4>
      reconcile_total{};  ///< by messages::pass_result: success, error, requeue_after, requeue
  prometheus::Counter* reconcile_errors = nullptr;
  prometheus::Counter* terminal_errors = nullptr;
  prometheus::Counter* panics = nullptr;  ///< an object actor died in a handler
  prometheus::Histogram* reconcile_time = nullptr;
  prometheus::Gauge* active_workers = nullptr;
  prometheus::Gauge* queue_depth = nullptr;  ///< objects that wait for a slot
  prometheus::Counter* queue_adds = nullptr;
  prometheus::Counter* queue_retries = nullptr;
  prometheus::Histogram* queue_wait = nullptr;
  prometheus::Histogram* work_time = nullptr;
  std::array<prometheus::Gauge*, 8>
      resources{};  ///< teleport_operator_resources by messages::cr_state
  prometheus::Counter* drift_found = nullptr;
  prometheus::Counter* drift_healed = nullptr;
  prometheus::Gauge* drift_last_check = nullptr;  ///< Unix time of the last list; 0: none yet
  std::unique_ptr<running_passes> running;        ///< workqueue_unfinished_work_seconds and its kin
};

class metrics {
 public:
  /// `controllers`: names of all controllers, lower-cased CR kinds. `slots`: passes at once in one
  /// of them (controller_runtime_max_concurrent_reconciles). Default 64.
  explicit metrics(const std::vector<std::string>& controllers, std::size_t slots = 64);

  std::shared_ptr<prometheus::Registry> registry() const { return registry_; }
  /// Everything that /metrics shows of this object: the registry, and what is computed at a scrape.
  /// The sources refer to this object.
  std::vector<std::shared_ptr<prometheus::Collectable>> sources() const;
  /// Must be one of the names given at construction.
  controller_metrics& controller(const std::string& name) { return controllers_.at(name); }

  // -- one call each, from any thread --
  void kubernetes_request(int code, const std::string& method, const std::string& host);
  void teleport_call(const std::string& method, const std::string& code, double seconds);
  void actor_restarted(const std::string& actor_type);
  /// How many actors of a type live now: +1 at spawn, -1 at its end.
  void actors_alive(const std::string& actor_type, int delta);
  void event_recorded(const std::string& type);
  void event_dropped(const std::string& type);
  /// Unix time, of the certificate that resource calls are made with and of the bot's own.
  void certificates_expire_at(double output, double bot);
  void teleport_connected(bool connected);
  /// Whether this process holds the Lease of that name.
  void leads(const std::string& lease, bool leading);
  /// What stands between the operator and its cluster; `none`: nothing.
  void teleport_trouble(teleport::trouble reason);
  /// An attempt to connect (or to renew what there is) ended, with `none` well.
  void join_ended(bool renewal, teleport::trouble reason);
  void build_info(const std::string& version);

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  std::unordered_map<std::string, controller_metrics> controllers_;
  prometheus::Family<prometheus::Counter>* rest_requests_ = nullptr;
  prometheus::Family<prometheus::Counter>* teleport_calls_ = nullptr;
  prometheus::Family<prometheus::Histogram>* teleport_seconds_ = nullptr;
  prometheus::Family<prometheus::Counter>* actor_restarts_ = nullptr;
  prometheus::Family<prometheus::Gauge>* actors_ = nullptr;
  prometheus::Family<prometheus::Counter>* events_recorded_ = nullptr;
  prometheus::Family<prometheus::Counter>* events_dropped_ = nullptr;
  prometheus::Gauge* output_expiry_ = nullptr;
  prometheus::Gauge* bot_expiry_ = nullptr;
  prometheus::Family<prometheus::Counter>* joins_ = nullptr;
  prometheus::Family<prometheus::Gauge>* troubles_ = nullptr;
  prometheus::Gauge* connected_ = nullptr;
  prometheus::Family<prometheus::Gauge>* build_info_ = nullptr;
  prometheus::Family<prometheus::Gauge>* leads_ = nullptr;

  void make_own_families();
  void make_controllers(const std::vector<std::string>& names, std::size_t slots);
};

}  // namespace actors
