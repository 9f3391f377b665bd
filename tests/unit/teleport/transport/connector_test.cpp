#include "teleport/connector.hpp"

#include <filesystem>
#include <fstream>
#include <future>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "teleport/net/descriptor.hpp"

namespace teleport {
namespace {

using answer = std::variant<established, connect_failure>;

/// Settings that pass all checks; the service-account token is a file of this test.
class Connector : public ::testing::Test {
 protected:
  Connector()
      : token_file_(std::filesystem::temp_directory_path() /
                    ("sa-token-" + std::to_string(::getpid()) + "-" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::ofstream(token_file_) << "aaa.bbb.ccc\n";
    settings_.kubernetes_token_path = token_file_.string();
  }
  ~Connector() override { std::filesystem::remove(token_file_); }

  std::string refusal() {
    const auto made = make_connector(settings_);
    return made ? std::string() : made.failure().message;
  }

  std::filesystem::path token_file_;
  connector_settings settings_;
};

TEST_F(Connector, TakesGoodSettings) {
  EXPECT_EQ(refusal(), "");
}

TEST_F(Connector, NamesTheFlagThatIsWrong) {
  settings_.auth_server = "nowhere";
  EXPECT_TRUE(refusal().starts_with("-auth-server: "));
  settings_.auth_server = "127.0.0.1:3025";
  settings_.join_method = "iam";
  EXPECT_TRUE(refusal().starts_with("-join-method \"iam\""));
  settings_.join_method = "kubernetes";
  settings_.ca_pins = {"abc"};
  EXPECT_TRUE(refusal().starts_with("-ca-pin: "));
  settings_.ca_pins = {};
  settings_.token = "";
  EXPECT_TRUE(refusal().starts_with("-token"));
}

TEST_F(Connector, NamesTheFileThatCanNotBeRead) {
  settings_.kubernetes_token_path = "/does/not/exist";
  EXPECT_NE(refusal().find("/does/not/exist"), std::string::npos);
  settings_.identity_file = "/not/there/either";
  EXPECT_NE(refusal().find("/not/there/either"), std::string::npos);
}

/// A server that takes connections and never says a word.
class silent_server {
 public:
  silent_server() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&where), size);
    ::listen(socket_.get(), 8);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  net::unique_descriptor socket_;
  int port_ = 0;
};

TEST_F(Connector, StopsAHangingDialWhenItIsDestroyed) {
  const silent_server server;
  settings_.auth_server = server.address();
  auto made = make_connector(settings_);
  ASSERT_TRUE(made);
  std::promise<answer> came;
  made.value()->connect([&](answer one) { came.set_value(std::move(one)); });
  const auto begun = std::chrono::steady_clock::now();
  made.value().reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
  auto future = came.get_future();
  ASSERT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  const auto one = future.get();
  EXPECT_EQ(std::get<connect_failure>(one).why.code, errc::cancelled);
}

TEST_F(Connector, RefusesASecondAttemptWhileOneRuns) {
  const silent_server server;
  settings_.auth_server = server.address();
  auto made = make_connector(settings_);
  ASSERT_TRUE(made);
  made.value()->connect([](const answer&) {});
  std::promise<errc> second;
  made.value()->connect(
      [&](const answer& one) { second.set_value(std::get<connect_failure>(one).why.code); });
  EXPECT_EQ(second.get_future().get(), errc::cancelled);
}

TEST_F(Connector, TellsTheCauseOfAnUnreachableServerAndMayTryAgainInItsCallback) {
  {
    const silent_server gone;
    settings_.auth_server = gone.address();
  }
  auto made = make_connector(settings_);
  ASSERT_TRUE(made);
  std::promise<answer> last;
  made.value()->connect([&](const answer&) {
    made.value()->connect([&](answer again) { last.set_value(std::move(again)); });
  });
  const auto one = last.get_future().get();
  const auto& failed = std::get<connect_failure>(one);
  EXPECT_EQ(failed.why.code, errc::connection);
  EXPECT_FALSE(failed.permanent);
  EXPECT_NE(failed.why.message.find("Connection refused"), std::string::npos);
  EXPECT_NE(failed.why.message.find("Check that -auth-server is right"), std::string::npos);
}

TEST_F(Connector, GivesUpADialAfterItsTimeout) {
  const silent_server server;
  settings_.auth_server = server.address();
  settings_.dial_timeout = std::chrono::seconds(1);
  auto made = make_connector(settings_);
  ASSERT_TRUE(made);
  std::promise<answer> came;
  made.value()->connect([&](answer one) { came.set_value(std::move(one)); });
  const auto one = came.get_future().get();
  EXPECT_EQ(std::get<connect_failure>(one).why.code, errc::timeout);
}

}  // namespace
}  // namespace teleport
