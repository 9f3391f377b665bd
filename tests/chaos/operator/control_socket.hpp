#pragma once

/// The chaos tests' way in: a Unix socket that takes one JSON object a line and answers with one.
/// One connection at a time, on a thread of its own. Requests ("do" says which):
///
///   {"do":"seed","value":N}                      for the choice of victims                 -> {}
///   {"do":"kill","type":T,"subject":S}           kills one now                 ->
///   {"victim":S|null}
///   {"do":"arm","how":"kill"|"raise","type":T,"subject":S,"point":P,"after":N,"times":N}   -> {}
///   {"do":"plan","names":[N...],"number":N,"where":"asked"|"leaves"|"answered"|"heard",
///    "kills":[{"type":T,"subject":S}...],"then":"pass"|"raise"|"hold"}  at an effect   -> {}
///   {"do":"struck"} -> {"struck":[BOOL...]}   one for each plan, in order
///   {"do":"disarm"}                              -> {"left":N}  faults that had not struck
///   {"do":"report"}  -> {"alive":{T:N},"reached":{"T P":N},"armed":N,
///                        "deaths":[{"how","type","subject"}],
///                        "effects":[{"subject","what"}]}
///
/// Left out fields are as in fault_hooks.hpp and effect_book.hpp. A request that makes no sense:
/// {"error":TEXT}.

#include <atomic>
#include <string>
#include <thread>

#include "tests/chaos/operator/fault_hooks.hpp"

namespace chaos {

class control_socket {
 public:
  /// Throws std::system_error when the socket can't be made at this path (at most 107 bytes long).
  control_socket(const std::string& path, fault_hooks& hooks);
  ~control_socket();
  control_socket(const control_socket&) = delete;
  control_socket& operator=(const control_socket&) = delete;

 private:
  void serve();
  void converse(int connection);

  fault_hooks& hooks_;
  int listener_ = -1;
  std::atomic<int> connection_{-1};  ///< the one that is being served
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

/// What one request line is answered with.
std::string answer_to(const std::string& line, fault_hooks& hooks);

}  // namespace chaos
