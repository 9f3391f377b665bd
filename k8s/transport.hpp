#pragma once

/// HTTP exchanges with one server over libcurl's multi interface: HTTP/2 with many streams on one
/// connection over TLS, HTTP/1.1 otherwise. Owned and driven by k8s/loop on the client's thread;
/// only `wake` may be called from elsewhere. Knows nothing of Kubernetes, retries or credentials'
/// renewal.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/config.hpp"
#include "k8s/credential.hpp"
#include "k8s/request.hpp"

namespace k8s {

/// How an exchange ended.
struct exchange_result {
  int status = 0;       ///< of the answer; 0: none came
  std::string body;     ///< of a stream only if its status was not 200
  std::string trouble;  ///< why the answer is missing or incomplete; empty: it is complete
  bool timed_out = false;
  bool too_big = false;  ///< ended by us: the body was over the limit
  std::optional<std::chrono::milliseconds> retry_after;
};

/// Hears about one exchange. `on_open` and `on_data` come from inside libcurl: they must not call
/// the transport. `on_done` is the last call and may start new exchanges.
class exchange_handler {
 public:
  virtual ~exchange_handler() = default;
  /// Streams: the answer began with 200.
  virtual void on_open() {}
  /// Streams: bytes of a 200 answer. False ends the exchange (with a `trouble`).
  virtual bool on_data(std::string_view) { return true; }
  virtual void on_done(exchange_result result) = 0;
};

struct exchange_options {
  std::chrono::milliseconds timeout{0};  ///< of the whole exchange; 0: none
  bool stream = false;                   ///< hand the body over as it comes
};

/// A running exchange; valid until its on_done or its abort.
struct exchange;

struct transport_options {
  std::string user_agent;
  std::size_t body_limit = std::size_t{64} << 20;  ///< bytes of one answer. Default 64 MiB
  /// See client_options::on_request.
  std::function<void(int code, const std::string& method, const std::string& host)> on_request;
};

class transport {
 public:
  transport(const config& server, transport_options options);
  ~transport();
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;

  /// `request` and `handler` are borrowed and must live until on_done or abort.
  exchange* start(const http_request& request, const credential_ptr& who,
                  const exchange_options& options, exchange_handler& handler);

  /// Ends it without on_done.
  void abort(exchange* which);

  /// Like abort; if the server sent nothing at all on any exchange for `silence`, the connection is
  /// taken for half-open and hung up too, so that nobody else waits on it.
  void abort_silent(exchange* which, std::chrono::milliseconds silence);

  /// Moves the bytes that can be moved and calls handlers.
  void perform();

  /// Until there is something to perform, `wake`, or `longest` is over; with many requests under
  /// way some milliseconds longer, to collect news.
  void wait(std::chrono::milliseconds longest);

  /// Ends a wait, or the next one; from any thread.
  void wake();

  class implementation;

 private:
  std::unique_ptr<implementation> self_;
};

}  // namespace k8s
