#include "teleport/connector.hpp"

#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "teleport/connect_steps.hpp"
#include "teleport/join/pins.hpp"
#include "teleport/net/channel.hpp"

namespace teleport {
namespace {

/// All waits of one attempt together end by then, whatever the single steps allow.
constexpr std::chrono::minutes longest_attempt{3};

/// What an attempt's thread shares with the connector, so that it may outlive it in its own
/// callback.
struct shared_steps {
  explicit shared_steps(connect_settings with) : steps(std::move(with)) {}

  net::stop_switch stop;
  connect_steps steps;  ///< used by one thread at a time: `busy`
  std::mutex mutex;
  bool busy = false;
};

class threaded_connector final : public connector {
 public:
  explicit threaded_connector(connect_settings with)
      : shared_(std::make_shared<shared_steps>(std::move(with))) {}

  ~threaded_connector() override {
    shared_->stop.trip();
    join_last();
  }
  threaded_connector(const threaded_connector&) = delete;
  threaded_connector& operator=(const threaded_connector&) = delete;

  void connect(connect_callback done) override {
    if (!begin()) return done(connect_failure{{errc::cancelled, "another attempt is under way"}});
    join_last();
    // The attempt may be over, and call this again, before its thread is in place.
    const std::lock_guard guard(thread_mutex_);
    thread_ = std::thread([shared = shared_, done = std::move(done)] { run(*shared, done); });
  }

  void on_authority_moved(authority_callback moved) override {
    shared_->steps.on_authority_moved(std::move(moved));
  }

 private:
  bool begin() {
    std::lock_guard guard(shared_->mutex);
    return !std::exchange(shared_->busy, true);
  }

  static void run(shared_steps& shared, const connect_callback& done) {
    const net::limits within{shared.stop, std::chrono::steady_clock::now() + longest_attempt};
    auto answer = shared.steps.run(within);
    {
      std::lock_guard guard(shared.mutex);
      shared.busy = false;
    }
    done(std::move(answer));
  }

  /// From within a callback this is the thread that would be waited for; it ends by itself.
  void join_last() {
    std::thread last;
    {
      const std::lock_guard guard(thread_mutex_);
      last.swap(thread_);
    }
    if (!last.joinable()) return;
    if (last.get_id() == std::this_thread::get_id())
      last.detach();
    else
      last.join();
  }

  std::shared_ptr<shared_steps> shared_;
  std::mutex thread_mutex_;
  std::thread thread_;  ///< guarded by thread_mutex_
};

error bad_setting(const std::string& why) {
  return {errc::config, why};
}

std::optional<error> check_join(const connector_settings& settings) {
  if (settings.join_method != "kubernetes" && settings.join_method != "token")
    return bad_setting("-join-method \"" + settings.join_method +
                       "\" is not supported; use kubernetes or token");
  if (settings.token.empty()) return bad_setting("-token must not be empty");
  if (settings.certificate_ttl <= std::chrono::seconds::zero())
    return bad_setting("-certificate-ttl must be more than 0");
  for (const auto& pin : settings.ca_pins)
    if (auto problem = join::check_pin(pin)) return bad_setting("-ca-pin: " + problem->message);
  return std::nullopt;
}

std::optional<error> check_files(const connector_settings& settings) {
  if (!settings.identity_file.empty()) {
    auto loaded =
        join::identity_file(settings.identity_file).load(std::chrono::system_clock::now());
    if (!loaded) return loaded.failure();
    return std::nullopt;
  }
  auto request = join::make_request(settings);
  if (!request) return request.failure();
  return std::nullopt;
}

}  // namespace

result<std::unique_ptr<connector>> make_connector(connector_settings settings) {
  auto server = net::parse_address(settings.auth_server);
  if (!server) return bad_setting("-auth-server: " + server.failure().message);
  if (settings.identity_file.empty())
    if (auto problem = check_join(settings)) return *problem;
  if (settings.dial_timeout <= std::chrono::seconds::zero() ||
      settings.call_timeout <= std::chrono::seconds::zero())
    return bad_setting("timeouts must be more than 0");
  if (auto problem = check_files(settings)) return *problem;
  net::init_grpc();
  auto to = join::surroundings::from_environment(std::move(server.value()), settings.insecure,
                                                 settings.dial_timeout);
  if (!to) return to.failure();
  return std::unique_ptr<connector>(std::make_unique<threaded_connector>(
      connect_settings{std::move(settings), std::move(to.value())}));
}

}  // namespace teleport
