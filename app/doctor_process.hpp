#pragma once

/// `teleport-operator doctor`: from its command line to its exit code. No actor system is started.

#include <string>
#include <vector>

namespace app {

/// `arguments` without program and command name. Prints the report to standard output, and what is
/// wrong with the command line to standard error. Answers the exit code: 0 when nothing has failed,
/// 1 when something has, 2 for bad usage.
int run_doctor(const std::vector<std::string>& arguments);

}  // namespace app
