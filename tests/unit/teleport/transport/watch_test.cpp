/// The event stream over a real channel.

#include <future>

#include <gtest/gtest.h>

#include "generic_server.hpp"
#include "teleport/grpc_session.hpp"
#include "teleport/proto/events.pb.h"

namespace teleport {
namespace {

using testing::generic_server;
using testing::scripted;

constexpr const char* method = "/proto.AuthService/WatchEvents";

std::string init_event() {
  return proto::Event{}.SerializeAsString();
}

std::string deletion_of(const std::string& role) {
  proto::Event event;
  event.set_type(proto::DELETE);
  event.mutable_resourceheader()->set_kind("role");
  event.mutable_resourceheader()->mutable_metadata()->set_name(role);
  return event.SerializeAsString();
}

class Watch : public ::testing::Test {
 protected:
  void open() {
    handle_ = session_->watch({find_kind("TeleportRoleV7")},
                              {[this](const std::vector<std::string>&) { opened_.set_value(); },
                               [this](const resource_change& change) {
                                 moved_ += change.key.name + ' ';
                                 if (change.key.name == "last") last_.set_value();
                               },
                               [this](const error& why) { ended_.set_value(why); }});
  }
  template <class T>
  static T wait_for(std::future<T> future) {
    if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
      throw std::runtime_error("nothing came");
    return future.get();
  }
  error end() { return wait_for(ended_.get_future()); }

  std::mutex mutex_;
  std::vector<std::string> observed_;
  std::promise<void> opened_, last_;
  std::promise<error> ended_;
  std::string moved_;  ///< read it after `last_` or the end
  std::unique_ptr<generic_server> server_ = std::make_unique<generic_server>();
  /// Calls may take no time at all; a watch has no deadline.
  std::shared_ptr<session> session_ = make_session(
      server_->channel(), {std::chrono::seconds(0), "18.8.2",
                           [this](const std::string& name, const std::string& code, auto) {
                             std::lock_guard guard(mutex_);
                             observed_.push_back(name + " " + code);
                           }});
  std::unique_ptr<watch_handle> handle_;
};

TEST_F(Watch, TellsEachEventAsItComesAndGoesOn) {
  server_->on(method, {scripted{{init_event(), deletion_of("a"), deletion_of("last")}, {}, true}});
  open();
  wait_for(opened_.get_future());
  wait_for(last_.get_future());
  EXPECT_EQ(moved_, "a last ");
  std::lock_guard guard(mutex_);
  EXPECT_EQ(observed_, std::vector<std::string>{std::string{method} + " OK"});
}

TEST_F(Watch, EndsWhenItsHandleIsDropped) {
  server_->on(method, {scripted{{init_event()}, {}, true}});
  open();
  wait_for(opened_.get_future());
  handle_.reset();
  EXPECT_EQ(end().code, errc::cancelled);
}

TEST_F(Watch, EndsWithItsSessionBeforeThatIsGone) {
  server_->on(method, {scripted{{init_event()}, {}, true}});
  open();
  wait_for(opened_.get_future());
  session_.reset();
  EXPECT_EQ(ended_.get_future().wait_for(std::chrono::seconds(0)), std::future_status::ready);
  handle_.reset();
}

TEST_F(Watch, SaysWhyItWasRefused) {
  server_->on(method, {scripted::failing(grpc::StatusCode::PERMISSION_DENIED, "no right")});
  open();
  const auto why = end();
  EXPECT_EQ(why.code, errc::access_denied);
  EXPECT_EQ(why.message, "no right");
  std::lock_guard guard(mutex_);
  EXPECT_EQ(observed_, std::vector<std::string>{std::string{method} + " PERMISSION_DENIED"});
}

TEST_F(Watch, AnEndWithoutAnErrorIsAnEnd) {
  server_->on(method, {scripted{{init_event()}, grpc::Status::OK}});
  open();
  EXPECT_EQ(end().message, "the server has ended the event stream");
}

TEST_F(Watch, EndsWithTheConnection) {
  server_->on(method, {scripted{{init_event()}, {}, true}});
  open();
  wait_for(opened_.get_future());
  server_->drop();
  EXPECT_EQ(end().code, errc::connection);
}

}  // namespace
}  // namespace teleport
