#pragma once

/// Structured logging as the actors see it: a constant message, a stable event id, and key-value
/// pairs (facts/operator-behaviour.md §1.6). Implemented in app/; thread-safe; never blocks on a
/// slow reader for long. No secret goes into any argument.

#include <initializer_list>
#include <string>
#include <string_view>

namespace actors {

enum class log_level { debug, info, warning, error };

struct log_field {
  std::string_view key;
  std::string value;
};

class logger {
 public:
  virtual ~logger() = default;
  virtual bool enabled(log_level level) const noexcept = 0;
  /// `component` names the actor type, `id` the kind of event ("finalizer-added"), `message` is
  /// constant text.
  virtual void write(log_level level, std::string_view component, std::string_view id,
                     std::string_view message, std::initializer_list<log_field> fields) = 0;
};

}  // namespace actors
