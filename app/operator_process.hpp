#pragma once

/// The running operator: actor system, HTTP servers, and the wait for the end.

#include <string>
#include <vector>

#include "actors/environment.hpp"
#include "app/endpoints.hpp"
#include "app/signals.hpp"

namespace app {

struct process_settings {
  endpoint_settings addresses;
  std::string address_file;  ///< may be empty
};

/// Runs the actor tree until a signal; returns the exit code. Sets `undertaker` and `give_up` of
/// `env`. Does not return when the operator gives up, or when stopping takes too long: then the
/// process ends at once with exit code 1, after a last log line. That is safe, as Kubernetes and
/// Teleport hold all state.
int run_operator(actors::environment& env, const process_settings& settings, signal_watch& signals);

}  // namespace app
