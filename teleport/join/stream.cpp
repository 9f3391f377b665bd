#include "teleport/join/stream.hpp"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "teleport/proto/join.pb.h"

namespace teleport::join {
namespace {

namespace wire = ::teleport::join::v1;
using messages = grpc::TemplatedGenericStub<wire::JoinRequest, wire::JoinResponse>;

/// The stream as blocking steps. gRPC wants one completion for each, in order.
class join_stream {
 public:
  join_stream(net::channel& on, const std::string& client_version, const net::limits& within)
      : on_(on), stop_(within.stop, [this] { context_.TryCancel(); }) {
    context_.set_deadline(std::chrono::system_clock::now() + within.left());
    net::add_metadata(context_, client_version);
    stream_ =
        messages(on.grpc()).PrepareCall(&context_, "/teleport.join.v1.JoinService/Join", &queue_);
    stream_->StartCall(nullptr);
    completed();
  }

  bool write(const wire::JoinRequest& request, bool last) {
    grpc::WriteOptions options;
    if (last) options.set_last_message();
    stream_->Write(request, options, nullptr);
    return completed();
  }

  bool read(wire::JoinResponse& into) {
    stream_->Read(&into, nullptr);
    return completed();
  }

  /// The final status, after a read has failed.
  error why() {
    grpc::Status status;
    stream_->Finish(&status, nullptr);
    completed();
    if (status.ok()) return {errc::unknown, "the server ended the join without a result"};
    return net::to_error(status, on_, "Join");
  }

  /// Lets the server end the stream; what it says now changes nothing.
  void finish() {
    wire::JoinResponse ignored;
    read(ignored);
    grpc::Status status;
    stream_->Finish(&status, nullptr);
    completed();
  }

 private:
  bool completed() {
    void* tag = nullptr;
    bool fine = false;
    return queue_.Next(&tag, &fine) && fine;
  }

  net::channel& on_;
  grpc::ClientContext context_;
  net::stop_switch::action stop_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<wire::JoinRequest, wire::JoinResponse>> stream_;
};

wire::JoinRequest first_message(const join_request& request) {
  wire::JoinRequest message;
  auto& init = *message.mutable_client_init();
  init.set_join_method(request.method);
  init.set_token_name(request.token.reveal());
  init.set_system_role("Bot");
  return message;
}

wire::JoinRequest second_message(const join_request& request, const pki::private_key& key) {
  wire::JoinRequest message;
  auto& params = request.id_token ? *message.mutable_oidc_init()->mutable_client_params()
                                  : *message.mutable_token_init()->mutable_client_params();
  if (request.id_token) message.mutable_oidc_init()->set_id_token(request.id_token->reveal());
  auto& bot = *params.mutable_bot_params();
  bot.mutable_public_keys()->set_public_tls_key(key.public_der());
  bot.mutable_public_keys()->set_public_ssh_key(key.ssh_wire());
  const auto expires = std::chrono::system_clock::now() + request.ttl;
  *bot.mutable_expires() = google::protobuf::util::TimeUtil::TimeTToTimestamp(
      std::chrono::system_clock::to_time_t(expires));
  return message;
}

wire::JoinRequest giving_up(wire::GivingUp::Reason reason) {
  wire::JoinRequest message;
  message.mutable_giving_up()->set_reason(reason);
  message.mutable_giving_up()->set_msg("this client joins by kubernetes and token only");
  return message;
}

result<granted> certificates_of(const wire::Certificates& answer) {
  auto leaf = pki::certificate::from_der(answer.tls_cert());
  if (!leaf) return leaf.failure();
  granted got{std::move(leaf.value()), {}};
  for (const auto& der : answer.tls_ca_certs()) {
    auto root = pki::certificate::from_der(der);
    if (!root) return root.failure();
    got.roots.push_back(std::move(root.value()));
  }
  return got;
}

failed_step unexpected(join_stream& stream, stage at, wire::GivingUp::Reason reason) {
  stream.write(giving_up(reason), true);
  stream.finish();
  return {at, {errc::bad_parameter, "Join: the server asks for another join method"}};
}

}  // namespace

outcome<identity> join_by_stream(net::channel& on, const join_request& request,
                                 const std::string& client_version, const net::limits& within) {
  join_stream stream(on, client_version, within);
  wire::JoinResponse answer;
  // What the server says of a failed write is in the stream's status, so reads go on behind it.
  stream.write(first_message(request), false);
  if (!stream.read(answer)) return failed_step{stage::first_answer, stream.why()};
  const auto& method = answer.init().join_method();
  if (!answer.has_init() || (!method.empty() && method != request.method))
    return unexpected(stream, stage::later_answer, wire::GivingUp::REASON_UNSUPPORTED_JOIN_METHOD);
  const auto kind = pki::key_kind_for_suite(answer.init().signature_algorithm_suite());
  auto key = pki::private_key::generate(kind);
  if (!key) return failed_step{stage::later_answer, key.failure()};
  stream.write(second_message(request, key.value()), true);
  if (!stream.read(answer)) return failed_step{stage::later_answer, stream.why()};
  if (!answer.has_result())
    return unexpected(stream, stage::later_answer, wire::GivingUp::REASON_UNSUPPORTED_MESSAGE_TYPE);
  stream.finish();
  return accept(std::move(key.value()),
                certificates_of(answer.result().bot_result().certificates()), stage::later_answer);
}

}  // namespace teleport::join
