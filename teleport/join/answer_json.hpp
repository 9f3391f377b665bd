#pragma once

/// The JSON of a web API's answers, kept small whatever the answer is.

#include <string>

#include <nlohmann/json.hpp>

namespace teleport::join {

/// No answer that is read here nests as deep. What does is left out: an array in an array in an
/// array … takes seventy times its size in memory.
inline constexpr int deepest_answer = 8;

/// The answer without what is nested deeper; a discarded value when it is not JSON.
inline nlohmann::json parse_answer(const std::string& body) {
  const auto keep = [](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    return depth <= deepest_answer;
  };
  return nlohmann::json::parse(body, keep, false);
}

}  // namespace teleport::join
