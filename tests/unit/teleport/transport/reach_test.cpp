#include "teleport/net/reach.hpp"

#include <mutex>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "script_server.hpp"
#include "teleport/net/http.hpp"
#include "tls_server.hpp"

namespace teleport::net {
namespace {

using testing::carry;
using testing::connect_to;
using testing::script_server;
using testing::send_text;

const address somewhere{"teleport.example.com", 443};

/// A proxy that connects every name to one server, and notes what it was asked.
class connect_proxy {
 public:
  explicit connect_proxy(const address& target, std::string granted = "HTTP/1.1 200 OK\r\n\r\n")
      : target_(target),
        granted_(std::move(granted)),
        server_([this](int socket) { serve(socket); }) {}

  std::string url() const { return "http://" + server_.at().text(); }
  address at() const { return server_.at(); }
  std::string request() const {
    const std::lock_guard lock(mutex_);
    return request_;
  }

 private:
  void serve(int socket) {
    auto request = testing::read_until(socket, "\r\n\r\n");
    {
      const std::lock_guard lock(mutex_);
      request_ = std::move(request);
    }
    const int onward = connect_to(target_);
    if (send_text(socket, granted_) && onward >= 0) carry(socket, onward);
    if (onward >= 0) ::close(onward);
  }

  address target_;
  std::string granted_;
  mutable std::mutex mutex_;
  std::string request_;
  script_server server_;
};

class Reach : public ::testing::Test {
 protected:
  result<std::unique_ptr<byte_stream>> through(const std::string& proxy,
                                               const std::string& except = "",
                                               const trust& verified_by = web_roots{}) {
    const auto rules = proxy_rules::parse(proxy, except, verified_by);
    return reach(somewhere, rules.value(), within_);
  }

  std::string read_some(byte_stream& from, std::size_t size) {
    std::string got;
    std::array<char, 64> part{};
    while (got.size() < size) {
      const auto one = from.read(part);
      if (one.state == io::done)
        got.append(part.data(), one.bytes);
      else if (one.state != io::want_read || wait_for(from.descriptor(), POLLIN, within_, "test"))
        break;
    }
    return got;
  }

  stop_switch stop_;
  limits within_{stop_, std::chrono::steady_clock::now() + std::chrono::seconds(20)};
};

void greet(int socket) {
  send_text(socket, "hello");
  testing::read_until(socket, "bye");
}

TEST_F(Reach, GoesThroughTheProxyAndResolvesNothingItself) {
  const script_server target(greet);
  const connect_proxy proxy(target.at());
  auto stream = through(proxy.url());
  ASSERT_TRUE(stream) << stream.failure().message;
  EXPECT_EQ(read_some(*stream.value(), 5), "hello");
  EXPECT_EQ(proxy.request(),
            "CONNECT teleport.example.com:443 HTTP/1.1\r\nHost: teleport.example.com:443\r\n\r\n");
}

TEST_F(Reach, GivesTheProxyItsPassword) {
  const script_server target(greet);
  const connect_proxy proxy(target.at());
  ASSERT_TRUE(through("http://user:pass@" + proxy.at().text()));
  EXPECT_NE(proxy.request().find("\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n"),
            std::string::npos);
}

TEST_F(Reach, LosesNothingThatComesBehindTheAnswer) {
  const script_server target(greet);
  const connect_proxy proxy(target.at(), "HTTP/1.1 200 OK\r\n\r\nat once ");
  auto stream = through(proxy.url());
  ASSERT_TRUE(stream);
  EXPECT_EQ(read_some(*stream.value(), 13), "at once hello");
}

TEST_F(Reach, SpeaksTlsToAProxyThatWantsIt) {
  const testing::authority ca("proxies");
  const testing::tls_server_settings tls{ca.issue({"proxy", {}, {"proxy.corp", "localhost"}, {}}),
                                         {"http/1.1"}};
  const script_server proxy([&](int socket) {
    testing::serve_tls(BIO_new_socket(socket, BIO_NOCLOSE), tls, [](SSL* ssl) {
      char part[512];
      SSL_read(ssl, part, sizeof part);
      testing::write_all(ssl, "HTTP/1.1 200 OK\r\n\r\nhello");
      testing::read_all(ssl);
    });
  });
  const auto url = "https://localhost:" + std::to_string(proxy.at().port);
  auto stream = through(url, "", only_roots{{ca.root()}});
  ASSERT_TRUE(stream) << stream.failure().message;
  EXPECT_EQ(read_some(*stream.value(), 5), "hello");
  stream = through(url, "", only_roots{{testing::authority("other").root()}});
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.failure().code, errc::config);
  EXPECT_NE(stream.failure().message.find("certificate is not accepted"), std::string::npos);
}

struct refusal_row {
  const char* answer;
  const char* part;
};

TEST_F(Reach, TellsWhyTheProxyRefuses) {
  const refusal_row rows[] = {
      {"HTTP/1.1 403 Forbidden\r\n\r\n", "it refuses (403 Forbidden)"},
      {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "a user and a password"},
      {"HTTP/1.1 502 Bad Gateway\r\n\r\n", "it can't reach the address (502 Bad Gateway)"},
      {"SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP/1.1; check HTTPS_PROXY"},
      {"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "a field can't be read"},
      {"", "closed the connection without an answer"},
  };
  for (const auto& row : rows) {
    const script_server proxy([&](int socket) {
      testing::read_until(socket, "\r\n\r\n");
      send_text(socket, row.answer);
    });
    const auto stream = through("http://user:s3cret@" + proxy.at().text());
    ASSERT_FALSE(stream) << row.answer;
    EXPECT_EQ(stream.failure().code, errc::connection) << stream.failure().message;
    EXPECT_NE(stream.failure().message.find(row.part), std::string::npos)
        << stream.failure().message;
    EXPECT_NE(stream.failure().message.find("HTTP proxy 127.0.0.1:"), std::string::npos)
        << stream.failure().message;
    EXPECT_EQ(stream.failure().message.find("s3cret"), std::string::npos);
  }
}

TEST_F(Reach, TakesNoEndlessHead) {
  const script_server proxy([&](int socket) {
    testing::read_until(socket, "\r\n\r\n");
    send_text(socket, "HTTP/1.1 200 OK\r\n");
    while (send_text(socket, "X-More: and more\r\n")) continue;
  });
  const auto stream = through("http://" + proxy.at().text());
  ASSERT_FALSE(stream);
  EXPECT_NE(stream.failure().message.find("the head of the answer is too long"), std::string::npos);
}

TEST_F(Reach, WaitsForASlowHeadNoLongerThanItMay) {
  const script_server proxy([&](int socket) {
    testing::read_until(socket, "\r\n\r\n");
    send_text(socket, "HTTP/1.1 200 O");
    testing::read_until(socket, "never");
  });
  const auto rules = proxy_rules::parse("http://" + proxy.at().text(), "");
  const auto stream =
      reach(somewhere, rules.value(), within_.within(std::chrono::milliseconds(200)));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.failure().code, errc::timeout);
}

TEST_F(Reach, GoesStraightWhereTheRulesSaySo) {
  const script_server target(greet);
  const auto rules = proxy_rules::parse("http://127.0.0.1:1", "");
  auto stream = reach(target.at(), rules.value(), within_);
  ASSERT_TRUE(stream) << stream.failure().message;
  EXPECT_EQ(read_some(*stream.value(), 5), "hello");
}

// Web calls go the same way.
TEST_F(Reach, CarriesWebCallsToo) {
  const testing::authority ca("web");
  const testing::tls_server_settings tls{ca.issue({"web", {}, {"teleport.example.com"}, {}}),
                                         {"http/1.1"}};
  const script_server target([&](int socket) {
    testing::serve_tls(BIO_new_socket(socket, BIO_NOCLOSE), tls, [](SSL* ssl) {
      char part[2048];
      SSL_read(ssl, part, sizeof part);
      testing::write_all(ssl, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
      testing::read_all(ssl);
    });
  });
  const connect_proxy proxy(target.at());
  http_request request;
  request.url = "https://teleport.example.com:443/webapi/find";
  request.verified_by = only_roots{{ca.root()}};
  request.proxies = proxy_rules::parse(proxy.url(), "").value();
  const auto answer = exchange(request, within_);
  ASSERT_TRUE(answer) << answer.failure().message;
  EXPECT_EQ(answer.value().status, 200);
  EXPECT_EQ(answer.value().body, "{}");
  EXPECT_TRUE(proxy.request().starts_with("CONNECT teleport.example.com:443 "));
}

}  // namespace
}  // namespace teleport::net
