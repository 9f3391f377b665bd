#include "teleport/net/channel.hpp"

#include <cstdio>
#include <string_view>

#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/resource_quota.h>

#include "teleport/status.hpp"

namespace teleport::net {
namespace {

using message = google::protobuf::MessageLite;

grpc::ChannelArguments channel_arguments() {
  grpc::ChannelArguments arguments;
  // Servers refuse pings that come faster than once a minute; the second is for the clocks.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 61'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Bandwidth probes are pings too.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // The library's 4 MiB can be short of a page of large resources.
  arguments.SetMaxReceiveMessageSize(16 * 1024 * 1024);
  arguments.SetUserAgentPrefix("teleport-operator-caf");
  return arguments;
}

std::chrono::system_clock::time_point wall_deadline(const limits& within) {
  return std::chrono::system_clock::now() + within.left();
}

}  // namespace

channel::~channel() {
  // gRPC's end is closed first, so that the bridge ends by itself.
  channel_.reset();
}

result<std::unique_ptr<channel>> channel::on(std::unique_ptr<byte_stream> connection,
                                             std::string route) {
  auto pair = make_socket_pair();
  if (!pair.ours.valid())
    return error{errc::connection, "no file descriptor left for a connection"};
  std::unique_ptr<channel> made(new channel);
  made->route_ = std::move(route);
  made->bridge_ = std::make_unique<bridge>(std::move(connection), std::move(pair.ours));
  made->channel_ = grpc::CreateCustomInsecureChannelFromFd("teleport", pair.theirs.release(),
                                                           channel_arguments());
  return made;
}

void init_grpc() {
  static const bool up = [] {
    grpc_init();
    return true;
  }();
  static_cast<void>(up);
  gpr_set_log_function([](gpr_log_func_args* line) {
    // gRPC is about to abort the process; this is its last word.
    if (std::string_view(line->message).starts_with("assertion failed"))
      std::fprintf(stderr, "gRPC, %s:%d: %s\n", line->file, line->line, line->message);
  });
}

void add_metadata(grpc::ClientContext& context, const std::string& client_version) {
  if (!client_version.empty()) context.AddMetadata("version", client_version);
}

error to_error(const grpc::Status& status, const channel& on, const std::string& what) {
  auto made = from_status(static_cast<int>(status.error_code()), status.error_message());
  made.message = what + ": " + made.message;
  const auto reason = made.code == errc::connection ? on.end_reason() : std::string{};
  if (!reason.empty()) made.message += " (" + reason + ")";
  return made;
}

std::optional<error> call(channel& on, const std::string& path, const std::string& client_version,
                          const message& request, message& response, const limits& within,
                          grpc::StatusCode* status) {
  const auto what = path.substr(path.rfind('/') + 1);
  if (auto ended = within.over(what)) return ended;
  grpc::ClientContext context;
  context.set_deadline(wall_deadline(within));
  add_metadata(context, client_version);
  const stop_switch::action on_stop(within.stop, [&context] { context.TryCancel(); });
  grpc::CompletionQueue queue;
  grpc::TemplatedGenericStub<message, message> stub(on.grpc());
  auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
  grpc::Status outcome;
  call->StartCall();
  call->Finish(&response, &outcome, nullptr);
  void* tag = nullptr;
  bool fine = false;
  queue.Next(&tag, &fine);
  if (status != nullptr) *status = outcome.error_code();
  if (outcome.ok()) return std::nullopt;
  return to_error(outcome, on, what);
}

}  // namespace teleport::net
