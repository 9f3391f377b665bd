#pragma once

/// One list-and-watch that runs until it is closed: carries out the steps of k8s/watch_machine over
/// the transport and tells the listener. On the loop's thread, except `silence`.

#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "k8s/client.hpp"
#include "k8s/credentials.hpp"
#include "k8s/line_splitter.hpp"
#include "k8s/loop.hpp"
#include "k8s/parse.hpp"
#include "k8s/transport.hpp"
#include "k8s/watch_machine.hpp"

namespace k8s {

/// What all watchers of a client share; outlives them.
struct watcher_context {
  transport& io;
  loop& on;
  credentials& who;
  std::string server;
  watch_policy policy;
  std::size_t page_size;
  std::chrono::milliseconds request_timeout;
  std::chrono::milliseconds idle_timeout;
};

class watcher final : private exchange_handler {
 public:
  watcher(const watcher_context& context, watch_request what,
          std::shared_ptr<watch_listener> listener);
  ~watcher() override;
  watcher(const watcher&) = delete;
  watcher& operator=(const watcher&) = delete;

  void begin();

  /// From any thread: no call to the listener begins after this.
  void silence() noexcept { silent_ = true; }

 private:
  // -- exchange_handler --
  void on_open() override;
  bool on_data(std::string_view bytes) override;
  void on_done(exchange_result answer) override;

  void feed(watch_input input);
  void carry_out(const watch_step& step);
  void send(http_request request, bool stream);
  void start_exchange(credential_ptr who);
  void page_answered(const exchange_result& answer);
  void stream_ended(const exchange_result& answer);
  void fail(error why);
  bool take_line(std::string_view line);
  void watch_idle();
  std::chrono::milliseconds stream_age() const;

  const watcher_context& context_;
  const watch_request what_;
  const std::shared_ptr<watch_listener> listener_;
  std::atomic<bool> silent_{false};
  watch_state state_;
  http_request request_;  ///< the one that is out
  credential_ptr who_;
  exchange* running_ = nullptr;
  bool stream_ = false;  ///< `running_` is a watch
  bool authenticated_again_ = false;
  line_splitter lines_;
  std::optional<error> stream_error_;  ///< found in the stream; told when the exchange has ended
  loop::clock::time_point opened_at_;
  loop::clock::time_point heard_at_;
  loop::timer timer_;  ///< waiting: the next try; streaming: the look at heard_at_
  std::minstd_rand random_{std::random_device{}()};
  /// Expires with this object: a credential that comes later finds nobody.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace k8s
