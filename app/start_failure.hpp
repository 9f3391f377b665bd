#pragma once

/// A step of the start that failed; the process ends with exit code 1.

#include <string>

namespace app {

struct start_failure {
  const char* id;       ///< of the log line
  const char* message;  ///< which step, in the official operator's words where it has some
  std::string why;      ///< what happened, and what to do
};

}  // namespace app
