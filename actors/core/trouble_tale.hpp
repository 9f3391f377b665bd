#pragma once

/// What is said about trouble with Teleport: once when it begins, once when it becomes another one,
/// once when it is over. Attempts in between are not worth a word. Pure; time is an argument.

#include <chrono>
#include <optional>
#include <string>

#include "teleport/trouble.hpp"

namespace actors::core {

class trouble_tale {
 public:
  using time_point = std::chrono::system_clock::time_point;

  /// Something failed for this reason. True: say so.
  bool goes_on_with(teleport::trouble reason, time_point now);

  struct ended {
    teleport::trouble reason;  ///< the last one
    std::chrono::seconds lasted;
  };
  /// All is well. Set: say so.
  std::optional<ended> ends(time_point now);

  teleport::trouble reason() const { return reason_; }
  time_point since() const { return since_; }

 private:
  teleport::trouble reason_ = teleport::trouble::none;
  time_point since_;
};

/// "1h2m3s", "45s".
std::string brief_duration(std::chrono::seconds time);

}  // namespace actors::core
