#pragma once

/// Requests with one answer each, from submission to callback: waiting for a place in the window,
/// authentication, the permit of writes that need one, retries (k8s/retry), one deadline over all
/// of it. On the loop's thread.

#include <chrono>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <random>
#include <string>

#include "k8s/credentials.hpp"
#include "k8s/loop.hpp"
#include "k8s/request.hpp"
#include "k8s/retry.hpp"
#include "k8s/transport.hpp"

namespace k8s {

/// The error for an exchange that brought no usable answer; nullopt for a complete 2xx.
std::optional<error> failure_of(const exchange_result& answer, const http_request& request,
                                const std::string& server);

/// How one call differs from the others.
struct call_manner {
  std::chrono::milliseconds timeout{0};  ///< 0: as for all
  /// Begins at once, beside the window, and is not tried again.
  bool urgent = false;
};

class calls {
 public:
  /// Gets the body of a 2xx answer.
  using body_callback = std::function<void(result<std::string>)>;

  /// See client_options::write_time_left.
  using permit = std::function<std::chrono::nanoseconds()>;

  calls(transport& io, loop& on, credentials& who, std::string server,
        std::chrono::milliseconds timeout, permit write_time_left);
  ~calls();
  calls(const calls&) = delete;
  calls& operator=(const calls&) = delete;

  /// `done` is called exactly once; after close(), at once.
  void submit(http_request request, body_callback done, call_manner manner = {});

  /// Answers all open calls with errc::cancelled, and later ones too.
  void close();

 private:
  struct call;
  using call_list = std::list<std::unique_ptr<call>>;

  void start_waiting();
  void authenticate(call& which);
  void send(call& which, credential_ptr who);
  void answered(call& which, exchange_result answer);
  void failed(call& which, error why);
  bool try_again(call& which, const error& why);
  void leave_window(call& which);
  void finish(call& which, result<std::string> outcome);

  transport& io_;
  loop& loop_;
  credentials& credentials_;
  const std::string server_;
  const std::chrono::milliseconds timeout_;
  const permit write_time_left_;
  call_list open_;             ///< every call that is not answered yet
  std::deque<call*> waiting_;  ///< for a place in the window
  request_window window_;
  int in_flight_ = 0;
  bool starting_ = false;  ///< start_waiting is on the stack
  bool closed_ = false;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace k8s
