#pragma once

/// Runs a program to its end and takes what it writes. Blocks the calling thread.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "k8s/error.hpp"

namespace k8s {

/// Raised by another thread to end a child early. Stays raised.
class child_stop {
 public:
  child_stop();
  ~child_stop();
  child_stop(const child_stop&) = delete;
  child_stop& operator=(const child_stop&) = delete;
  void raise() const;
  /// Readable once raised.
  int descriptor() const noexcept { return event_; }

 private:
  int event_;
};

struct child_command {
  std::string program;  ///< looked up in PATH unless it has a slash
  std::vector<std::string> args;
  /// On top of our own environment.
  std::vector<std::pair<std::string, std::string>> env;
  std::chrono::milliseconds timeout{60'000};
  std::size_t output_limit = std::size_t{1} << 20;  ///< bytes of standard output. Default 1 MiB
};

struct child_output {
  int exit_code = 0;  ///< 128 + signal if a signal ended it
  std::string out;
  std::string err;  ///< first few hundred bytes
};

/// An error if it could not be started, took too long, wrote too much or was stopped.
result<child_output> run_child(const child_command& command, const child_stop& stop);

}  // namespace k8s
