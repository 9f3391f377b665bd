#include "teleport/bot_line.hpp"

#include <condition_variable>
#include <deque>

#include <gtest/gtest.h>

#include "authority.hpp"
#include "generic_server.hpp"
#include "teleport/proto/certs.pb.h"
#include "teleport/proto/heartbeat.pb.h"

namespace teleport {
namespace {

using namespace std::chrono_literals;
using testing::authority;
using testing::generic_server;
using testing::scripted;

constexpr const char* watching = "/proto.AuthService/WatchEvents";
constexpr const char* cas = "/proto.AuthService/GetClusterCACert";
constexpr const char* beating = "/teleport.machineid.v1.BotInstanceService/SubmitHeartbeat";

const authority& ca() {
  static const authority made("abc");
  return made;
}

join::identity bot() {
  const auto one = ca().issue({"bot-operator", {}, {}, {}});
  return join::make_identity(one.key, one.leaf, {ca().root()}, std::chrono::system_clock::now())
      .value();
}

std::string init() {
  return proto::Event{}.SerializeAsString();
}

std::string moved(const std::string& phase) {
  proto::Event event;
  event.set_type(proto::PUT);
  auto& spec = *event.mutable_certauthority()->mutable_spec();
  spec.set_type("host");
  spec.set_clustername("abc");
  spec.mutable_rotation()->set_phase(phase);
  return event.SerializeAsString();
}

scripted cas_are(const pki::certificate& root) {
  proto::GetClusterCACertResponse answer;
  answer.set_tlsca(root.pem());
  return scripted::with(answer);
}

class BotLine : public ::testing::Test {
 protected:
  BotLine() {
    server_.on(cas, {cas_are(ca().root())});
    server_.on(beating, {scripted::with(machineid::v1::SubmitHeartbeatResponse())});
  }

  void open() {
    line_settings with{bot(), join::way::direct, {}, "18.8.2", 20s, {ca().root()}, 1ms};
    line_ = std::make_unique<bot_line>(server_.channel(), std::move(with), beats_,
                                       [this](const std::string& what) {
                                         std::lock_guard guard(mutex_);
                                         news_.push_back(what);
                                         changed_.notify_all();
                                       });
  }

  std::string next_news() {
    std::unique_lock guard(mutex_);
    if (!changed_.wait_for(guard, 20s, [&] { return !news_.empty(); })) return "nothing came";
    auto first = news_.front();
    news_.pop_front();
    return first;
  }

  /// The bytes of the n-th call of a method, once it has come.
  std::string request_of(const std::string& path, int n = 0) {
    for (const auto end = std::chrono::steady_clock::now() + 20s;
         std::chrono::steady_clock::now() < end; std::this_thread::yield()) {
      const auto calls = server_.calls();
      auto left = n;
      for (std::size_t i = 0; i < calls.size(); ++i)
        if (calls[i] == path && left-- == 0) return server_.request(i);
    }
    throw std::runtime_error("not called: " + path);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> news_;
  generic_server server_;
  heartbeats beats_{"kubernetes"};
  std::unique_ptr<bot_line> line_;
};

TEST_F(BotLine, TellsOfEachStepThatConcernsClients) {
  server_.on(watching, {scripted{{init(), moved("init"), moved("update_clients"),
                                  moved("update_servers"), moved("standby")},
                                 {},
                                 true}});
  open();
  EXPECT_EQ(next_news(), "host, phase update_clients");
  EXPECT_EQ(next_news(), "host, phase standby");
  proto::Watch asked;
  ASSERT_TRUE(asked.ParseFromString(request_of(watching)));
  EXPECT_EQ(asked.kinds(0).filter().at("host"), "abc");
  EXPECT_EQ(server_.version(), "18.8.2");
}

TEST_F(BotLine, OpensAStreamAgainThatHasEnded) {
  server_.on(watching, {scripted{{init()}, grpc::Status::OK},
                        scripted::failing(grpc::StatusCode::UNAVAILABLE),
                        scripted{{init(), moved("rollback")}, {}, true}});
  open();
  EXPECT_EQ(next_news(), "host, phase rollback");
}

TEST_F(BotLine, FindsOutWhatHasMovedWhileNobodyListened) {
  const authority other("abc");
  server_.on(cas, {cas_are(ca().root()), cas_are(other.root())});
  server_.on(watching, {scripted{{init()}, grpc::Status::OK}, scripted{{init()}, {}, true}});
  open();
  EXPECT_EQ(next_news(), "host, other certificates than before");
}

TEST_F(BotLine, SaysNothingOfCasThatAreTheSame) {
  server_.on(watching, {scripted{{init()}, grpc::Status::OK},
                        scripted{{init(), moved("standby")}, {}, true}});
  open();
  EXPECT_EQ(next_news(), "host, phase standby");
}

TEST_F(BotLine, SaysThatTheBotIsThere) {
  server_.on(watching, {scripted{{init()}, {}, true}});
  open();
  machineid::v1::SubmitHeartbeatRequest sent;
  ASSERT_TRUE(sent.ParseFromString(request_of(beating)));
  EXPECT_TRUE(sent.heartbeat().is_startup());
  EXPECT_EQ(sent.heartbeat().join_method(), "kubernetes");
  EXPECT_EQ(sent.heartbeat().version(), "18.8.2");
  EXPECT_EQ(sent.heartbeat().os(), "linux");
  EXPECT_FALSE(sent.heartbeat().hostname().empty());
}

TEST_F(BotLine, EndsAtOnceWhenItIsDropped) {
  server_.on(watching, {scripted{{init()}, {}, true}});
  open();
  request_of(watching);
  const auto begun = std::chrono::steady_clock::now();
  line_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

class Heartbeats : public ::testing::Test {
 protected:
  /// How long until the next one is due, after one that was answered like this.
  std::chrono::minutes after(const scripted& answer) {
    server_.on(beating, {answer});
    beats_.submit(*channel_, "18.8.2", {stop_, std::chrono::steady_clock::now() + 20s});
    return std::chrono::round<std::chrono::minutes>(beats_.next() -
                                                    std::chrono::steady_clock::now());
  }

  net::stop_switch stop_;
  generic_server server_;
  std::unique_ptr<net::channel> channel_ = server_.channel();
  heartbeats beats_{"token"};
};

TEST_F(Heartbeats, AreDueAtOnceAndThenNowAndThen) {
  EXPECT_LE(beats_.next(), std::chrono::steady_clock::now());
  EXPECT_EQ(after(scripted::with(machineid::v1::SubmitHeartbeatResponse())), 30min);
}

TEST_F(Heartbeats, AreNotForcedOnAServerThatDoesNotKnowThem) {
  EXPECT_EQ(after(scripted::failing(grpc::StatusCode::UNIMPLEMENTED)), 30min);
}

TEST_F(Heartbeats, AreTriedAgainAFewTimes) {
  const auto broken = scripted::failing(grpc::StatusCode::INTERNAL);
  for (const auto wait : {1min, 2min, 4min, 8min, 30min, 1min}) EXPECT_EQ(after(broken), wait);
}

}  // namespace
}  // namespace teleport
