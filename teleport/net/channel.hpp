#pragma once

/// A gRPC channel on one encrypted connection, and blocking calls on it for the steps of a connect.

#include <memory>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "teleport/error.hpp"
#include "teleport/net/bridge.hpp"
#include "teleport/net/stop.hpp"

namespace google::protobuf {
class MessageLite;
}

namespace teleport::net {

/// Thread-safe. Ends with its connection and is never reconnected; then every call answers
/// errc::connection. Destroy it only when no call runs on it.
class channel {
 public:
  /// `route`: see below. errc::connection when the process can't open another descriptor.
  static result<std::unique_ptr<channel>> on(std::unique_ptr<byte_stream> connection,
                                             std::string route = {});
  ~channel();

  const std::shared_ptr<grpc::Channel>& grpc() const noexcept { return channel_; }
  /// How the connection goes, for people: "through proxy (TLS routing, WebSocket upgrade)".
  const std::string& route() const noexcept { return route_; }
  /// Why the connection has ended; empty while it stands.
  std::string end_reason() const { return bridge_->end_reason(); }

 private:
  channel() = default;

  std::string route_;
  std::unique_ptr<bridge> bridge_;
  std::shared_ptr<grpc::Channel> channel_;
};

/// Once, before the first channel. Keeps gRPC up as long as the process lives: taking it down and
/// up again between two channels costs threads and is not safe while calls of the last one end. And
/// lets it write no lines of its own to standard error, where they would stand between the lines of
/// the log; what matters in them is in the errors of the calls.
void init_grpc();

/// What every call sends along: metadata `version` when it is known. facts/teleport-connection.md
/// §7.1.
void add_metadata(grpc::ClientContext& context, const std::string& client_version);

/// A status of ours as error: `what: text of the server`. Where the connection has broken, its
/// reason is added.
error to_error(const grpc::Status& status, const channel& on, const std::string& what);

/// One unary call by full path, blocking within the limits. Errors: see to_error; `status` (may be
/// null) gets gRPC's own code.
std::optional<error> call(channel& on, const std::string& path, const std::string& client_version,
                          const google::protobuf::MessageLite& request,
                          google::protobuf::MessageLite& response, const limits& within,
                          grpc::StatusCode* status = nullptr);

}  // namespace teleport::net
