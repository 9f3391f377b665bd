#pragma once

/// The logger of the operator: one JSON object a line (facts/operator-behaviour.md §1.6), keys
/// `timestamp`, `level`, `component`, `message`, `id` and the given fields, in that order.
/// Thread-safe; a line is written at once and whole.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <spdlog/logger.h>

#include "actors/log.hpp"

namespace app {

/// Go's slog levels: lines below the threshold are left out. DEBUG -4, INFO 0, WARN 4, ERROR 8.
using log_threshold = int;

/// "INFO", "warn", "INFO+2", "ERROR-1". Empty when it is none of these.
std::optional<log_threshold> parse_log_level(std::string_view text);

class json_log final : public actors::logger {
 public:
  using clock = std::function<std::chrono::system_clock::time_point()>;

  /// Writes to `sink`; the wall clock dates the lines.
  json_log(log_threshold threshold, spdlog::sink_ptr sink, clock now);

  bool enabled(actors::log_level level) const noexcept override;
  void write(actors::log_level level, std::string_view component, std::string_view id,
             std::string_view message, std::initializer_list<actors::log_field> fields) override;

 private:
  log_threshold threshold_;
  clock now_;
  spdlog::logger out_;
};

/// A json_log on the process's standard error.
std::unique_ptr<json_log> make_stderr_log(log_threshold threshold);

}  // namespace app
