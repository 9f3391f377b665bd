#include "teleport/grpc_session.hpp"

#include <mutex>
#include <set>
#include <utility>

#include "teleport/calls/list.hpp"
#include "teleport/calls/shape.hpp"
#include "teleport/cluster.hpp"
#include "teleport/proto/ping.pb.h"
#include "teleport/status.hpp"

namespace teleport {
namespace {

using calls::message;
using calls::message_list;

/// The calls of this session that the server has answered with UNIMPLEMENTED.
class unknown_calls {
 public:
  void add(const std::string& path) {
    std::lock_guard guard(mutex_);
    paths_.insert(path);
  }
  bool contains(const std::string& path) const {
    std::lock_guard guard(mutex_);
    return paths_.contains(path);
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> paths_;
};

error no_such_call(const kind& of, const std::string& verb) {
  return {errc::not_implemented, "there is no call to " + verb + " a " + of.teleport_kind};
}

error no_permit(const rpc& method) {
  return {errc::not_leading, method.path + ": not sent, as this process does not lead (any more)"};
}

/// Whether a call changes what Teleport holds; such a call needs the permit to write.
enum class effect { none, change };

/// What calls share with the session, which may be gone when they end.
struct session_core : std::enable_shared_from_this<session_core> {
  session_core(std::unique_ptr<net::channel> on, calls::call_settings settings)
      : running(calls::running_calls::on(std::move(on), std::move(settings))) {}

  /// Calls `newer`, or `older` once the server has said that it doesn't know the newer one.
  void call(const rpc& newer, const rpc& older, const calls::request_filler& fill,
            calls::response_taker done, effect of = effect::none) {
    const bool go_older = !older.path.empty() && unknown.contains(newer.path);
    const rpc& method = go_older ? older : newer;
    auto request = calls::new_message(method.request);
    if (!request || !calls::put_fixed(*request, method) || !fill(*request))
      return done(error{errc::not_implemented, method.path + ": no request for it"});
    const auto longest =
        of == effect::change ? running->write_time_left() : std::chrono::nanoseconds::max();
    if (longest.count() <= 0) return done(no_permit(method));
    running->start(
        method, std::move(request),
        [self = shared_from_this(), &newer, &older, go_older, fill, done = std::move(done), of](
            const grpc::Status& status, message_list responses) {
          if (status.ok()) return done(std::move(responses));
          if (self->falls_back(status, newer, older, go_older))
            return self->call(newer, older, fill, done, of);
          done(self->failure(status));
        },
        longest);
  }

  bool falls_back(const grpc::Status& status, const rpc& newer, const rpc& older, bool gone_older) {
    if (status.error_code() != grpc::StatusCode::UNIMPLEMENTED || gone_older || older.path.empty())
      return false;
    unknown.add(newer.path);
    return true;
  }

  /// The server's own text; with why the connection broke, when it did.
  error failure(const grpc::Status& status) const {
    auto made = from_status(static_cast<int>(status.error_code()), status.error_message());
    const auto reason = running->channel().end_reason();
    if (reason.empty()) return made;
    // gRPC has several codes for a connection that breaks in the middle of an answer.
    if (made.code == errc::unknown) made.code = errc::connection;
    if (made.code == errc::connection) made.message = "connection lost: " + reason;
    return made;
  }

  std::shared_ptr<calls::running_calls> running;
  unknown_calls unknown;
};

class grpc_session final : public session {
 public:
  grpc_session(std::unique_ptr<net::channel> on, calls::call_settings settings)
      : core_(std::make_shared<session_core>(std::move(on), std::move(settings))) {}
  ~grpc_session() override { core_->running->close(); }
  grpc_session(const grpc_session&) = delete;
  grpc_session& operator=(const grpc_session&) = delete;

  void get(const kind& of, resource_key key, resource_callback done) override;
  void create(resource desired, resource_callback done) override;
  void update(resource desired, resource_callback done) override;
  void remove(const kind& of, resource_key key, done_callback done) override;
  void list(const kind& of, page_callback done) override;
  std::unique_ptr<watch_handle> watch(const std::vector<const kind*>& kinds,
                                      watch_listener to) override;
  void ping(std::function<void(result<cluster_info>)> done) override;
  void abandon() override { core_->running->cancel_all(); }

 private:
  void write(const rpc& newer, const rpc& older, const resource& desired, resource_callback done);

  std::shared_ptr<session_core> core_;
};

calls::request_filler naming(const kind& of, resource_key key) {
  return [&of, key = std::move(key)](message& request) { return calls::put_key(request, of, key); };
}

/// What a write answers: the resource in the response, else what was sent, its revision unknown.
resource stored(const message_list& responses, resource sent) {
  const auto* type = sent.of_kind().descriptor();
  if (!responses.empty())
    if (auto answered = calls::resource_in(responses.front(), type))
      return {sent.of_kind(), std::move(answered)};
  sent.set_revision("");
  return sent;
}

void grpc_session::get(const kind& of, resource_key key, resource_callback done) {
  core_->call(of.calls.get, of.calls.get_older, naming(of, std::move(key)),
              [&of, done = std::move(done)](result<message_list> responses) {
                if (!responses) return done(responses.failure());
                auto found = calls::resource_in(responses.value().front(), of.descriptor());
                if (!found) return done(error{errc::not_found, "the server has answered nothing"});
                done(resource(of, std::move(found)));
              });
}

void grpc_session::create(resource desired, resource_callback done) {
  const auto& known = desired.of_kind().calls;
  write(known.create, known.create_older, desired, std::move(done));
}

void grpc_session::update(resource desired, resource_callback done) {
  const auto& known = desired.of_kind().calls;
  write(known.update, known.update_older, desired, std::move(done));
}

void grpc_session::write(const rpc& newer, const rpc& older, const resource& desired,
                         resource_callback done) {
  if (newer.path.empty()) return done(no_such_call(desired.of_kind(), "write"));
  core_->call(
      newer, older,
      [desired](message& request) { return calls::put_resource(request, desired.message()); },
      [desired, done = std::move(done)](result<message_list> responses) {
        if (!responses) return done(responses.failure());
        done(stored(responses.value(), desired));
      },
      effect::change);
}

void grpc_session::remove(const kind& of, resource_key key, done_callback done) {
  core_->call(
      of.calls.remove, of.calls.remove_older, naming(of, std::move(key)),
      [done = std::move(done)](const result<message_list>& responses) {
        if (!responses) return done(responses.failure());
        done(true);
      },
      effect::change);
}

void grpc_session::list(const kind& of, page_callback done) {
  if (of.calls.list.path.empty()) return done(no_such_call(of, "list"));
  calls::list_all(
      of,
      [core = core_, &of](const calls::request_filler& fill, calls::response_taker taker) {
        core->call(of.calls.list, of.calls.list_older, fill, std::move(taker));
      },
      std::move(done));
}

const rpc& watch_call() {
  static const auto row = [] {
    rpc watch;
    watch.path = "/proto.AuthService/WatchEvents";
    watch.request = "proto.Watch";
    watch.response = "proto.Event";
    watch.server_stream = true;
    return watch;
  }();
  return row;
}

class running_watch final : public watch_handle {
 public:
  running_watch(std::weak_ptr<calls::running_calls> among, calls::call_id id)
      : among_(std::move(among)), id_(id) {}
  ~running_watch() override {
    if (const auto running = among_.lock()) running->cancel(id_);
  }
  running_watch(const running_watch&) = delete;
  running_watch& operator=(const running_watch&) = delete;

 private:
  std::weak_ptr<calls::running_calls> among_;
  calls::call_id id_;
};

void pass_on(const watch_listener& to, event_reader::news news) {
  if (auto* opened = std::get_if<event_reader::opened>(&news)) {
    to.opened(std::move(opened->left_out));
  } else if (auto* change = std::get_if<resource_change>(&news)) {
    to.moved(std::move(*change));
  }
}

std::unique_ptr<watch_handle> grpc_session::watch(const std::vector<const kind*>& kinds,
                                                  watch_listener to) {
  const event_reader reader(kinds);
  auto request = reader.request();
  auto listener = std::make_shared<const watch_listener>(std::move(to));
  const auto id = core_->running->follow(
      watch_call(), std::move(request),
      [reader, listener](const message& event) { pass_on(*listener, reader.read(event)); },
      [core = core_, listener](const grpc::Status& status, const message_list&) {
        listener->ended(status.ok() ? error{errc::unknown, "the server has ended the event stream"}
                                    : core->failure(status));
      });
  return std::make_unique<running_watch>(core_->running, id);
}

const rpc& ping_call() {
  static const auto row = [] {
    rpc ping;
    ping.path = "/proto.AuthService/Ping";
    ping.request = "proto.PingRequest";
    ping.response = "proto.PingResponse";
    return ping;
  }();
  return row;
}

const rpc& no_call() {
  static const rpc row;
  return row;
}

void grpc_session::ping(std::function<void(result<cluster_info>)> done) {
  core_->call(
      ping_call(), no_call(), [](message&) { return true; },
      [done = std::move(done)](const result<message_list>& responses) {
        if (!responses) return done(responses.failure());
        const auto& answer = static_cast<const proto::PingResponse&>(*responses.value().front());
        done(to_cluster_info(answer));
      });
}

}  // namespace

std::shared_ptr<session> make_session(std::unique_ptr<net::channel> on,
                                      calls::call_settings settings) {
  return std::make_shared<grpc_session>(std::move(on), std::move(settings));
}

}  // namespace teleport
