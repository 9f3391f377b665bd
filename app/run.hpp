#pragma once

/// The program from its first line to its exit code.

#include "actors/chaos_hooks.hpp"

namespace app {

/// Exit codes as the official operator's (facts/operator-behaviour.md §1.3): 0 after -h, -version
/// and an orderly stop; 2 for a bad command line; 1 for everything else that ends the operator.
/// `hooks` must outlive the call.
int run(int argc, char** argv, actors::chaos_hooks& hooks);

}  // namespace app
