#pragma once

/// A scripted HTTP/1.1 server on a free local port. Each connection has a thread, which hands every
/// request to the test's function; that answers, byte by byte if it likes. Ends with the object.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace test {

struct received {
  std::string method;
  std::string target;                          ///< path and query
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// One connection, as the script sees it.
class reply {
 public:
  /// A whole answer. `headers` are full lines, each ended by "\r\n".
  void answer(int status, std::string_view body, std::string_view headers = "");
  /// Begins a 200 with chunks.
  void begin_chunks();
  void chunk(std::string_view bytes);
  void end_chunks();
  /// Cuts the connection after this request.
  void hang_up() noexcept { closing_ = true; }
  /// Sends nothing until the client goes away or the server ends.
  void wait_for_client_to_leave();

 private:
  friend class fake_server;
  explicit reply(int socket) : socket_(socket) {}
  void send(std::string_view bytes);
  int socket_;
  bool closing_ = false;
};

class fake_server {
 public:
  using script = std::function<void(const received&, reply&)>;

  explicit fake_server(script on_request);
  ~fake_server();
  fake_server(const fake_server&) = delete;
  fake_server& operator=(const fake_server&) = delete;

  /// "http://127.0.0.1:port"
  std::string url() const;

  /// All requests so far, as "METHOD target".
  std::vector<std::string> log() const;

  /// Cuts every open connection.
  void drop_all();

 private:
  struct connection {
    int socket = -1;
    std::thread thread;
  };
  void accept_all();
  void serve(int socket);
  void note(const received& request);

  script script_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> log_;       ///< guarded by mutex_
  std::list<connection> connections_;  ///< guarded by mutex_
  bool ending_ = false;                ///< guarded by mutex_
  std::thread acceptor_;
};

}  // namespace test
