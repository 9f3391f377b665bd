#pragma once

/// An environment for actor tests: a log in memory, metrics to look at, a wall clock that stands
/// still until moved, no randomness.

#include <string>
#include <vector>

#include "actors/environment.hpp"

namespace actors::testing {

/// Keeps every line.
class memory_log final : public logger {
 public:
  bool enabled(log_level) const noexcept override { return true; }
  void write(log_level level, std::string_view component, std::string_view id,
             std::string_view message, std::initializer_list<log_field> fields) override;

  /// How many lines have this id.
  std::size_t count(std::string_view id) const;
  /// Those with this id: "level message value value …".
  std::vector<std::string> lines(std::string_view id) const;
  /// Every message and every field of all lines, one after another.
  std::string all_text() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> lines_;  ///< id and text
};

/// Must outlive the actor system, as the real one.
struct test_environment {
  explicit test_environment(const std::vector<std::string>& controllers = {});

  /// The value of a counter or gauge with exactly these label values, in any order; 0 when there
  /// is no such series.
  double metric(const std::string& name, const std::vector<std::string>& label_values = {}) const;

  memory_log log;
  metrics stats;
  health_board health;
  /// What the fence goes by; operator_world lets it follow the scheduler's clock.
  std::function<lease_fence::time()> monotonic = [] { return lease_fence::time{1}; };
  lease_fence fence{[this] { return monotonic(); }};
  std::chrono::system_clock::time_point wall;
  environment env;
};

}  // namespace actors::testing
