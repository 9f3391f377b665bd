#pragma once

/// How many Kubernetes Events may be written: a token bucket for each object, so that one bad
/// object can't flood its own history, and one for the process, so that a burst of changes does not
/// double the load on the API server. Pure: time is an argument.

#include <chrono>
#include <cstddef>
#include <string>

#include "actors/lru_map.hpp"

namespace actors {

using monotonic_time = std::chrono::steady_clock::time_point;

/// Begins full; one token comes back every `refill`.
class token_bucket {
 public:
  token_bucket(double burst, std::chrono::nanoseconds refill, monotonic_time now)
      : burst_(burst), refill_(refill), tokens_(burst), at_(now) {}

  /// False, and nothing is taken, when there is no whole token.
  bool take(monotonic_time now);
  /// Until `take` succeeds; 0: now.
  std::chrono::nanoseconds wait(monotonic_time now);

 private:
  void advance(monotonic_time now);

  double burst_;
  std::chrono::nanoseconds refill_;
  double tokens_;
  monotonic_time at_;
};

/// The object's defaults are those of client-go's spam filter.
struct event_limits {
  double object_burst = 25;  ///< Events of one object at once. Default 25
  std::chrono::nanoseconds object_refill =
      std::chrono::minutes(5);  ///< one more every. Default 5 min
  double process_burst = 50;    ///< writes at once. Default 50
  std::chrono::nanoseconds process_refill =
      std::chrono::milliseconds(200);  ///< one more every. Default 200 ms
  std::size_t objects = 1024;  ///< objects remembered; a forgotten one has a full bucket again
};

class event_budget {
 public:
  event_budget(const event_limits& limits, monotonic_time now);

  /// May this object have one more Event? Takes a token of its bucket.
  bool admit(const std::string& object, monotonic_time now);
  /// May one more be written now? Takes a token of the process's bucket.
  bool spend(monotonic_time now) { return process_.take(now); }
  /// Until `spend` succeeds; 0: now.
  std::chrono::nanoseconds wait(monotonic_time now) { return process_.wait(now); }

 private:
  event_limits limits_;
  token_bucket process_;
  lru_map<std::string, token_bucket> objects_;
};

}  // namespace actors
