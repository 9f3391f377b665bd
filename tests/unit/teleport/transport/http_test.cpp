#include "teleport/net/http.hpp"

#include <gtest/gtest.h>

#include "script_server.hpp"
#include "teleport/net/http_body.hpp"
#include "tls_server.hpp"

namespace teleport::net {
namespace {

// -- bodies ---------------------------------------------------------------------------------------

http_body body_of(const std::string& fields, int status = 200) {
  const auto head =
      parse_http_head("HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields + "\r\n");
  return http_body::of(head.value()).value();
}

struct body_row {
  const char* fields;
  const char* bytes;
  const char* text;
  bool complete;  ///< before the connection ends
};

TEST(HttpBody, IsTakenHoweverItIsCut) {
  const body_row rows[] = {
      {"Content-Length: 5\r\n", "hello", "hello", true},
      {"Content-Length: 5\r\n", "hello and more", "hello", true},
      {"Content-Length: 0\r\n", "more", "", true},
      {"Content-Length: 9\r\n", "hello", "hello", false},
      {"", "hello", "hello", false},
      {"Transfer-Encoding: Chunked\r\n", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nA: b\r\n\r\nrest",
       "abcde", true},
      {"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "000a\r\n0123456789\r\n0\r\n\r\n",
       "0123456789", true},
      {"Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n", "abc", false},
  };
  for (const auto& row : rows) {
    for (const std::size_t part : {1U, 2U, 100U}) {
      auto body = body_of(row.fields);
      const std::string_view bytes = row.bytes;
      for (std::size_t at = 0; at < bytes.size(); at += part)
        ASSERT_FALSE(body.take(bytes.substr(at, part))) << row.bytes;
      EXPECT_EQ(body.text(), row.text) << row.bytes;
      EXPECT_EQ(body.complete(), row.complete) << row.bytes;
    }
  }
}

TEST(HttpBody, IsMissingFromSomeAnswers) {
  EXPECT_TRUE(body_of("", 204).complete());
  EXPECT_TRUE(body_of("Content-Length: 5\r\n", 304).complete());
}

TEST(HttpBody, EndsWithTheConnectionOnlyWhereNothingElseEndsIt) {
  auto open = body_of("");
  EXPECT_FALSE(open.end());
  EXPECT_TRUE(open.complete());
  auto counted = body_of("Content-Length: 5\r\n");
  EXPECT_EQ(counted.end()->code, errc::connection);
  auto chunked = body_of("Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(chunked.end()->code, errc::connection);
}

TEST(HttpBody, RefusesHeadsThatDoNotSayHowLongItIs) {
  for (const std::string fields :
       {"Transfer-Encoding: gzip, chunked\r\n", "Content-Length: x\r\n", "Content-Length: -1\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 1048577\r\n",
        "Content-Length: 99999999999999999999\r\n"}) {
    const auto head = parse_http_head("HTTP/1.1 200 x\r\n" + fields + "\r\n");
    const auto body = http_body::of(head.value());
    ASSERT_FALSE(body) << fields;
    EXPECT_EQ(body.failure().code, errc::not_implemented);
  }
}

TEST(HttpBody, RefusesChunksThatMakeNoSense) {
  const std::string long_line(300, '0');
  for (const std::string& bytes :
       std::vector<std::string>{"x\r\n", "\r\n", "-1\r\n", "3\nabc", "3\r\nabcd\r\n", "100001\r\n",
                                "ffffffffffffffff\r\n", "11111111111111111\r\n", long_line}) {
    auto body = body_of("Transfer-Encoding: chunked\r\n");
    EXPECT_TRUE(body.take(bytes)) << bytes;
    EXPECT_LE(body.text().size(), most_body);
  }
}

TEST(HttpBody, DoesNotGrowOverItsBound) {
  auto open = body_of("");
  const std::string part(100'000, 'x');
  std::optional<error> problem;
  for (int i = 0; i < 20 && !problem; ++i) problem = open.take(part);
  ASSERT_TRUE(problem);
  EXPECT_LE(open.text().size(), most_body);
  auto chunked = body_of("Transfer-Encoding: chunked\r\n");
  problem.reset();
  for (int i = 0; i < 20 && !problem; ++i) problem = chunked.take("186A0\r\n" + part + "\r\n");
  ASSERT_TRUE(problem);
  EXPECT_LE(chunked.text().size(), most_body);
}

// -- exchanges ------------------------------------------------------------------------------------

const testing::authority& ca() {
  static const testing::authority made("web");
  return made;
}

class Http : public ::testing::Test {
 protected:
  result<http_answer> get(const testing::script_server& from,
                          const std::string& host = "localhost") {
    http_request request;
    request.url = "https://" + host + ":" + std::to_string(from.at().port) + "/webapi/find";
    request.verified_by = only_roots{{ca().root()}};
    request.connect_to = from.at();
    return exchange(request, within_);
  }

  /// Reads a request's head, then does as `then` says.
  static testing::script_server::script tls(std::function<void(SSL*, const std::string&)> then) {
    const testing::tls_server_settings settings{ca().issue({"web", {}, {"localhost"}, {}}),
                                                {"h2", "http/1.1"}};
    return [settings, then = std::move(then)](int socket) {
      testing::serve_tls(BIO_new_socket(socket, BIO_NOCLOSE), settings, [&](SSL* ssl) {
        std::string head;
        char one = 0;
        while (!head.ends_with("\r\n\r\n") && SSL_read(ssl, &one, 1) == 1) head += one;
        then(ssl, head);
      });
    };
  }

  /// Sends and sends until the client is gone.
  static void flood(SSL* ssl, const std::string& begin, const std::string& part) {
    testing::write_all(ssl, begin);
    std::size_t count = 0;
    while (SSL_write_ex(ssl, part.data(), part.size(), &count) == 1) continue;
  }

  stop_switch stop_;
  limits within_{stop_, std::chrono::steady_clock::now() + std::chrono::seconds(20)};
};

TEST_F(Http, GetsAnAnswer) {
  std::string asked;
  const testing::script_server server(tls([&](SSL* ssl, const std::string& head) {
    asked = head;
    testing::write_all(ssl, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
  }));
  const auto answer = get(server);
  ASSERT_TRUE(answer) << answer.failure().message;
  EXPECT_EQ(answer.value().status, 404);
  EXPECT_EQ(answer.value().body, "{}");
  EXPECT_EQ(asked,
            "GET /webapi/find HTTP/1.1\r\nHost: localhost:" + std::to_string(server.at().port) +
                "\r\nUser-Agent: teleport-operator-caf\r\nAccept: application/json\r\n"
                "Connection: close\r\n\r\n");
}

TEST_F(Http, PostsJson) {
  std::string body(11, '\0');
  const testing::script_server server(tls([&](SSL* ssl, const std::string& head) {
    EXPECT_TRUE(head.starts_with("POST /v1/x HTTP/1.1\r\n"));
    EXPECT_NE(head.find("\r\nContent-Length: 11\r\n"), std::string::npos);
    SSL_read(ssl, body.data(), 11);
    testing::write_all(ssl, "HTTP/1.1 200 OK\r\n\r\nfine");
  }));
  http_request request;
  request.url = "https://localhost:" + std::to_string(server.at().port) + "/v1/x";
  request.verified_by = only_roots{{ca().root()}};
  request.json = R"({"a":"bcd"})";
  const auto answer = exchange(request, within_);
  ASSERT_TRUE(answer) << answer.failure().message;
  EXPECT_EQ(answer.value().body, "fine");
  EXPECT_EQ(body, request.json);
}

TEST_F(Http, VerifiesTheNameOfTheUrlNotThatOfTheConnection) {
  const testing::script_server server(tls([](SSL*, const std::string&) {}));
  const auto answer = get(server, "other.example.com");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.failure().code, errc::config);
  EXPECT_NE(answer.failure().message.find("certificate is not accepted"), std::string::npos);
}

struct hostile_row {
  const char* what;
  testing::script_server::script server;
  errc code;
  const char* part;
};

TEST_F(Http, SaysWhatIsWrongWithAnAnswer) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const auto text = [](const std::string& answer) {
    return tls([answer](SSL* ssl, const std::string&) { testing::write_all(ssl, answer); });
  };
  const hostile_row rows[] = {
      {"plain HTTP",
       [](int socket) { testing::send_text(socket, "HTTP/1.1 400 Bad Request\r\n\r\n"); },
       errc::connection, "is this a TLS port?"},
      {"another protocol",
       [](int socket) { testing::send_text(socket, "SSH-2.0-OpenSSH_9.2p1 Debian\r\n"); },
       errc::connection, "is this a TLS port?"},
      {"zeros", [](int socket) { testing::send_text(socket, std::string(100, '\0')); },
       errc::connection, "is this a TLS port?"},
      {"an alert",
       [](int socket) { testing::send_text(socket, std::string("\x15\x03\x03\0\x02\x02\x50", 7)); },
       errc::connection, "TLS alert: internal error"},
      {"nothing", [](int) {}, errc::connection, ""},
      {"no HTTP in TLS", text("* OK IMAP4rev1 ready\r\n"), errc::not_implemented,
       "the answer is not HTTP/1.1; is this a Teleport server?"},
      {"an endless head",
       tls([&](SSL* ssl, const std::string&) { flood(ssl, ok, "X-More: and more\r\n"); }),
       errc::not_implemented, "the head of the answer is too long"},
      {"an endless line",
       tls([&](SSL* ssl, const std::string&) { flood(ssl, ok + "X: ", "aaaaaaaaaaaaaaaaaaaaaa"); }),
       errc::not_implemented, "the head of the answer is too long"},
      {"an endless body",
       tls([&](SSL* ssl, const std::string&) { flood(ssl, ok + "\r\n", std::string(4096, 'x')); }),
       errc::not_implemented, "longer than 1048576 bytes; is this a Teleport server?"},
      {"a body that is announced too long", text(ok + "Content-Length: 1048577\r\n\r\n"),
       errc::not_implemented, "longer than 1048576 bytes"},
      {"a cut body", text(ok + "Content-Length: 5\r\n\r\nhell"), errc::connection,
       "in the middle of its answer"},
      {"no answer", text(""), errc::connection, "closed the connection without an answer"},
  };
  for (const auto& row : rows) {
    const testing::script_server server(row.server);
    const auto answer = get(server);
    ASSERT_FALSE(answer) << row.what;
    EXPECT_EQ(answer.failure().code, row.code) << row.what << ": " << answer.failure().message;
    EXPECT_NE(answer.failure().message.find(row.part), std::string::npos)
        << row.what << ": " << answer.failure().message;
    EXPECT_TRUE(answer.failure().message.starts_with("https://localhost:")) << row.what;
  }
}

TEST_F(Http, WaitsForASlowServerNoLongerThanItMay) {
  for (const std::string begin : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\nsome"}) {
    const testing::script_server server(tls([&](SSL* ssl, const std::string&) {
      testing::write_all(ssl, begin);
      testing::read_all(ssl);
    }));
    within_.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
    const auto answer = get(server);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.failure().code, errc::timeout) << answer.failure().message;
  }
}

}  // namespace
}  // namespace teleport::net
