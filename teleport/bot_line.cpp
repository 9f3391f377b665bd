#include "teleport/bot_line.hpp"

#include <algorithm>
#include <random>

#include <google/protobuf/empty.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "teleport/authority_news.hpp"

namespace teleport {
namespace {

using namespace std::chrono_literals;
using stub = grpc::TemplatedGenericStub<proto::Watch, proto::Event>;

constexpr std::chrono::milliseconds longest_pause = 2min;

/// A quarter up or down, so that not all clients of a server come back at once.
std::chrono::milliseconds jittered(std::chrono::milliseconds span) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  return span * std::uniform_int_distribution<int>(75, 125)(random) / 100;
}

std::vector<std::string> sorted_keys(const std::vector<pki::certificate>& cas) {
  std::vector<std::string> keys;
  keys.reserve(cas.size());
  for (const auto& ca : cas) keys.push_back(ca.key_hash());
  std::ranges::sort(keys);
  return keys;
}

}  // namespace

// -- the stream -----------------------------------------------------------------------------------

/// WatchEvents as blocking steps, each of which a wait with an end.
class bot_line::event_stream {
 public:
  event_stream(net::channel& on, const std::string& client_version, net::stop_switch& stop)
      : stop_(stop, [this] { context_.TryCancel(); }) {
    net::add_metadata(context_, client_version);
    stream_ = stub(on.grpc()).PrepareCall(&context_, "/proto.AuthService/WatchEvents", &queue_);
    stream_->StartCall(nullptr);
  }

  ~event_stream() {
    context_.TryCancel();
    grpc::Status ignored;
    // One step may be under way; gRPC wants its completion before the call goes.
    if (pending_) completed();
    stream_->Finish(&ignored, nullptr);
    completed();
  }
  event_stream(const event_stream&) = delete;
  event_stream& operator=(const event_stream&) = delete;

  bool open(const proto::Watch& request) {
    if (!completed()) return false;
    stream_->Write(request, grpc::WriteOptions().set_last_message(), nullptr);
    pending_ = true;
    return completed();
  }

  enum class step { event, time, ended };
  /// The next event, or `time` when there is none until `moment`.
  step next(proto::Event& event, net::steady_time moment) {
    if (!pending_) {
      incoming_.Clear();
      stream_->Read(&incoming_, nullptr);
      pending_ = true;
    }
    void* tag = nullptr;
    bool fine = false;
    const auto left = std::max<net::steady_time::duration>(
        moment - std::chrono::steady_clock::now(), net::steady_time::duration::zero());
    const auto deadline = std::chrono::system_clock::now() + left;
    if (queue_.AsyncNext(&tag, &fine, deadline) == grpc::CompletionQueue::TIMEOUT)
      return step::time;
    pending_ = false;
    event = incoming_;
    return fine ? step::event : step::ended;
  }

 private:
  bool completed() {
    void* tag = nullptr;
    bool fine = false;
    const bool came = queue_.Next(&tag, &fine);
    pending_ = false;
    return came && fine;
  }

  grpc::ClientContext context_;
  net::stop_switch::action stop_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<proto::Watch, proto::Event>> stream_;
  proto::Event incoming_;
  bool pending_ = true;
};

// -- the line -------------------------------------------------------------------------------------

bot_line::bot_line(std::unique_ptr<net::channel> channel, line_settings with, heartbeats& beats,
                   news moved)
    : with_(std::move(with)),
      known_keys_(sorted_keys(with_.known_cas)),
      beats_(beats),
      moved_(std::move(moved)),
      channel_(std::move(channel)),
      thread_([this] { run(); }) {}

bot_line::~bot_line() {
  stop_.trip();
  thread_.join();
}

net::limits bot_line::within(std::chrono::milliseconds most) {
  return {stop_, std::chrono::steady_clock::now() + most};
}

void bot_line::run() {
  for (unsigned failures = 0; !stop_.tripped(); pause(failures)) {
    if (!channel_ || !channel_->end_reason().empty()) {
      auto opened = join::open_as(with_.bot, with_.by, with_.to, within(with_.to.dial_timeout));
      channel_ = opened ? std::move(opened.value()) : nullptr;
    }
    failures = channel_ && listen() ? 0 : failures + 1;
  }
}

/// Until the stream ends; false when it has told nothing.
bool bot_line::listen() {
  event_stream stream(*channel_, with_.client_version, stop_);
  if (!stream.open(authority_watch(with_.bot.cluster))) return false;
  bool told = false;
  for (proto::Event event;;) {
    switch (stream.next(event, beats_.next())) {
      case event_stream::step::event:
        told = true;
        take(event);
        break;
      case event_stream::step::time:
        beats_.submit(*channel_, with_.client_version, within(with_.call_timeout));
        break;
      case event_stream::step::ended:
        return told;
    }
  }
}

void bot_line::take(const proto::Event& event) {
  // What has happened before is not told.
  if (event.type() == proto::INIT) return compare_cas();
  if (const auto moved = moved_authority(event, with_.bot.cluster)) moved_(*moved);
}

void bot_line::compare_cas() {
  join::bot_channel by{*channel_, with_.bot, with_.client_version, {}, {}};
  by.call_timeout = with_.call_timeout;
  const auto cas = join::host_cas(by, within(with_.call_timeout));
  if (!cas) return;
  auto keys = sorted_keys(cas.value());
  if (keys == known_keys_) return;
  known_keys_ = std::move(keys);
  moved_("host, other certificates than before");
}

void bot_line::pause(unsigned failures) {
  const auto span = std::min(with_.first_pause * (1 << std::min(failures, 8U)), longest_pause);
  const auto limited = within(jittered(span));
  // There is nothing to wait for but the end of the time, or of the line.
  net::wait_for(-1, 0, limited, "pause");
}

}  // namespace teleport
