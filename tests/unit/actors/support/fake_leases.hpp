#pragma once

/// The one Lease of an API server in memory (support/fake_api.hpp): versions, preconditions, a
/// watch. Used on the test's thread only.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "k8s/client.hpp"

namespace actors::testing {

class fake_leases {
 public:
  // -- what others do --
  /// Stores it, whoever else wrote meanwhile.
  void put(k8s::lease one);
  /// Somebody else holds it, or nobody (""), for 15 s.
  void hold_by(const std::string& holder);
  void remove();
  const std::optional<k8s::lease>& stored() const { return stored_; }
  std::string holder() const { return stored_ ? stored_->holder : std::string{}; }

  // -- what the operator asks --
  void ask(const k8s::lease_request& request, const k8s::lease_callback& done);
  std::function<std::optional<k8s::error>(const k8s::lease_request&)> refuse;
  bool silent = false;           ///< requests are not carried out, and never answered
  bool loses_answers = false;    ///< they are carried out, and answered with errc::connection
  std::vector<std::string> log;  ///< "get", "create me", "update me"

  // -- its watch --
  std::optional<k8s::error> refuse_watch;
  void watch(k8s::watch_id id, std::shared_ptr<std::atomic<bool>> alive,
             std::shared_ptr<k8s::watch_listener> listener);
  void unwatch(k8s::watch_id id);
  std::size_t watches() const;
  /// One pending event; false when there is none.
  bool deliver();
  void forget_all();

 private:
  struct watcher {
    k8s::watch_id id;
    std::shared_ptr<std::atomic<bool>> alive;
    std::shared_ptr<k8s::watch_listener> listener;
    std::deque<std::function<void(k8s::watch_listener&)>> news;
  };

  k8s::result<k8s::lease> carry_out(const k8s::lease_request& request);
  void tell(k8s::change what);

  std::optional<k8s::lease> stored_;
  std::vector<watcher> watchers_;
  std::uint64_t version_ = 0;
  std::vector<k8s::lease_callback> unanswered_;
};

}  // namespace actors::testing
