#pragma once

/// The calls that run on one channel: starts them, ends them, and waits for them when the session
/// goes.
///
/// Answers come from a thread of its own, which waits on a completion queue of its own.
/// (gRPC 1.51's callback API would share a queue between channels that it frees under its own
/// threads' feet when the last channel is dropped in a callback.)

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

#include <google/protobuf/message.h>
#include <grpcpp/completion_queue.h>

#include "teleport/kind.hpp"
#include "teleport/net/channel.hpp"
#include "teleport/session.hpp"

namespace teleport::calls {

using message = google::protobuf::Message;
using message_list = std::vector<std::shared_ptr<message>>;

/// The status and the responses: one of a unary call, all of a stream. Runs on the calls' thread,
/// must not block.
using finished = std::function<void(const grpc::Status&, message_list)>;
/// One response of a stream that is followed.
using each_response = std::function<void(const message&)>;
using call_id = std::uint64_t;

struct call_settings {
  std::chrono::seconds timeout{15};  ///< of one call. Default 15 s
  std::string client_version;
  call_observer on_call;           ///< may be empty
  write_permit write_time_left{};  ///< may be empty: always
};

class running_calls : public std::enable_shared_from_this<running_calls> {
 public:
  static std::shared_ptr<running_calls> on(std::unique_ptr<net::channel> channel,
                                           call_settings settings);

  /// Calls `done` exactly once, with CANCELLED at once when `close` has begun. The call has
  /// `longest` to end, or the usual timeout where that is shorter. Thread-safe.
  void start(const rpc& method, std::unique_ptr<message> request, finished done,
             std::chrono::nanoseconds longest = std::chrono::nanoseconds::max());

  /// The same for a stream that goes on until somebody ends it: `each` takes every response as it
  /// comes, `done` comes with none. Has no deadline. For metrics it is a call that took until its
  /// first response.
  call_id follow(const rpc& method, std::unique_ptr<message> request, each_response each,
                 finished done);
  /// Ends the call early; nothing happens when it has ended. Does not wait. Thread-safe.
  void cancel(call_id id);
  /// Ends all calls, those too that are begun later. Does not wait. Thread-safe.
  void cancel_all();

  /// Cancels all calls and returns when their callbacks have returned. From within such a callback
  /// it runs the other calls' callbacks itself and does not wait for that one. Call it once, before
  /// dropping this.
  void close();

  const net::channel& channel() const noexcept { return *channel_; }

  /// See write_permit.
  std::chrono::nanoseconds write_time_left() const {
    return settings_.write_time_left ? settings_.write_time_left()
                                     : std::chrono::nanoseconds::max();
  }

 private:
  class call;
  class unary_call;
  class stream_call;

  running_calls(std::unique_ptr<net::channel> channel, call_settings settings);

  /// 0: no call may begin any more.
  call_id admit(call& one);
  void launch(std::unique_ptr<call> one);
  void finish(std::unique_ptr<call> one, const grpc::Status& status);
  std::size_t unfinished();
  bool handle_next();
  void run();

  std::unique_ptr<net::channel> channel_;
  call_settings settings_;
  grpc::CompletionQueue queue_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<call_id, call*> open_;  ///< can be cancelled
  call_id last_id_ = 0;
  std::size_t unfinished_ = 0;  ///< those, and the ones that are just being freed
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace teleport::calls
