#pragma once

/// A small HTTP server for what others ask of the operator: metrics and probes. On civetweb, with
/// two threads of its own. The responder is called on these threads, possibly on both at once, and
/// must outlive the server; the destructor waits for running requests.

#include <functional>
#include <memory>
#include <string>
#include <variant>

struct mg_context;

namespace app {

struct http_answer {
  int status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
};

/// From the path of a GET or HEAD request to its answer. Must not throw.
using http_responder = std::function<http_answer(const std::string& path)>;

struct bind_failure {
  std::string why;  ///< for people, with the address
};

class http_server {
 public:
  /// `address`: "host:port" or ":port" (all IPv4 addresses); port 0 takes a free one. The numbers
  /// are IPv4: Debian's civetweb is built without IPv6.
  static std::variant<std::unique_ptr<http_server>, bind_failure> start(const std::string& address,
                                                                        http_responder respond);
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// The really bound address, "127.0.0.1:43210"; the host as given, 0.0.0.0 when it was left out.
  const std::string& address() const { return address_; }
  /// What the server answers to a path; called by civetweb's callback.
  http_answer respond(const std::string& path) const { return respond_(path); }

 private:
  explicit http_server(http_responder respond) : respond_(std::move(respond)) {}

  http_responder respond_;
  mg_context* context_ = nullptr;
  std::string address_;
};

}  // namespace app
