#pragma once

/// A TCP server on a free local port whose connections are run by a script of the test, each on a
/// thread of its own. Ends with the object.

#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "teleport/net/address.hpp"

namespace teleport::testing {

class script_server {
 public:
  /// Gets a blocking socket, which is closed when it returns.
  using script = std::function<void(int socket)>;

  explicit script_server(script on_connection);
  ~script_server();
  script_server(const script_server&) = delete;
  script_server& operator=(const script_server&) = delete;

  /// 127.0.0.1 and the port.
  net::address at() const;
  std::size_t connections() const;

 private:
  struct connection {
    int socket;
    std::thread thread;
  };
  void accept_all();

  script script_;
  int listener_;
  mutable std::mutex mutex_;
  std::list<connection> connections_;  ///< guarded by mutex_
  bool ending_ = false;                ///< guarded by mutex_
  std::thread acceptor_;
};

// -- for scripts ----------------------------------------------------------------------------------

/// False when the client is gone.
bool send_text(int socket, std::string_view text);
/// Reads byte by byte until the text ends with `end`; less when the client is gone.
std::string read_until(int socket, std::string_view end);
/// Carries bytes between two sockets until one side ends.
void carry(int left, int right);
/// A blocking connection to a local port; -1 when there is none.
int connect_to(const net::address& where);

}  // namespace teleport::testing
