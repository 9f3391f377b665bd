#pragma once

/// A gRPC server for one channel, on one end of a socket pair, whose answers a test scripts by
/// method.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <google/protobuf/message.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include "teleport/net/channel.hpp"

namespace teleport::testing {

/// What a method answers: messages (one for a unary call), then a status. `never`: after the
/// messages it waits until it is cancelled.
struct scripted {
  std::vector<std::string> messages;  ///< wire bytes
  grpc::Status status;
  bool never = false;

  static scripted with(const google::protobuf::Message& message) {
    return {{message.SerializeAsString()}, grpc::Status::OK, false};
  }
  static scripted failing(grpc::StatusCode code, const std::string& text = "text") {
    return {{}, grpc::Status(code, text), false};
  }
};

class generic_server : public grpc::CallbackGenericService {
 public:
  generic_server();
  ~generic_server() override;

  /// Answers in turn; the last one is repeated. A method without any is UNIMPLEMENTED.
  void on(const std::string& path, std::vector<scripted> answers);
  /// The channel to it; once.
  std::unique_ptr<net::channel> channel();
  /// Methods called so far, in order, and the wire bytes of the request of the n-th.
  std::vector<std::string> calls() const;
  std::string request(std::size_t n) const;
  /// Metadata `version` of the last call.
  std::string version() const;
  /// Closes the connection under the channel.
  void drop();

 private:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;
  class reactor;

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<scripted>> answers_;
  std::vector<std::pair<std::string, std::string>> calls_;
  std::string version_;
  std::unique_ptr<net::channel> channel_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace teleport::testing
