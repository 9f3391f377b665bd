#pragma once

/// The client's current credential: static, from a token file that rotates, or from an exec plugin.
/// Lives on the loop's thread; the plugin runs on a thread of its own.

#include <chrono>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "k8s/config.hpp"
#include "k8s/credential.hpp"
#include "k8s/error.hpp"
#include "k8s/exec_credential.hpp"
#include "k8s/loop.hpp"

namespace k8s {

class credentials {
 public:
  using ready = std::function<void(result<credential_ptr>)>;

  credentials(const config& server, loop& on);
  /// Ends a running plugin.
  ~credentials();
  credentials(const credentials&) = delete;
  credentials& operator=(const credentials&) = delete;

  /// Calls `use` with a credential that should work: at once, or when the plugin has answered.
  void acquire(ready use);

  /// The server answered 401 to `used`: the next acquire looks for a newer one. False if there is
  /// no place where a newer one could come from.
  bool reject(const credential_ptr& used);

  /// Open and later `ready`s are not called any more.
  void close();

 private:
  void read_token_file();
  bool token_file_moved() const;
  void run_plugin();
  void plugin_answered(result<exec_credential> answer);
  void answer_all(const result<credential_ptr>& what);

  const config& server_;
  loop& loop_;
  bool closed_ = false;
  credential_ptr current_;       ///< null: must be fetched first
  std::optional<error> broken_;  ///< why the token file could not be read
  // -- token file --
  loop::clock::time_point read_at_;
  loop::clock::time_point looked_at_;
  timespec modified_{};  ///< of the file as read
  // -- exec plugin --
  std::chrono::system_clock::time_point expires_ = std::chrono::system_clock::time_point::max();
  std::vector<ready> waiting_;
  std::thread plugin_;
  child_stop stop_plugin_;
};

}  // namespace k8s
