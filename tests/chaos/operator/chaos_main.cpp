/// The operator as it is shipped, with hooks by which a chaos test kills its actors. The test names
/// the control socket (control_socket.hpp) in the environment variable CHAOS_SOCKET.

#include <cstdlib>
#include <exception>
#include <iostream>

#include "app/run.hpp"
#include "tests/chaos/operator/control_socket.hpp"
#include "tests/chaos/operator/fault_hooks.hpp"

int main(int argc, char** argv) {
  const char* path = std::getenv("CHAOS_SOCKET");  // NOLINT(concurrency-mt-unsafe): one thread yet
  if (path == nullptr) {
    std::cerr << "CHAOS_SOCKET: name the control socket; this binary is for chaos tests only\n";
    return EXIT_FAILURE;
  }
  chaos::fault_hooks hooks;
  try {
    const chaos::control_socket control{path, hooks};
    return app::run(argc, argv, hooks);
  } catch (const std::exception& why) {
    std::cerr << "CHAOS_SOCKET: " << why.what() << '\n';
    return EXIT_FAILURE;
  }
}
