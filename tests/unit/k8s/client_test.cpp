#include "k8s/client.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "tests/unit/support/await.hpp"
#include "tests/unit/support/fake_server.hpp"
#include "tests/unit/support/temp_folder.hpp"

namespace k8s {
namespace {

using namespace std::chrono_literals;
using test::fake_server;
using test::received;
using test::reply;

const resource_type role{"resources.teleport.dev", "v1", "TeleportRoleV7", "teleportrolesv7"};
constexpr const char* small_object = R"({"metadata":{"name":"foo","resourceVersion":"5"}})";

std::unique_ptr<client> connect(const fake_server& to, client_options options = {}) {
  config server;
  server.server = to.url();
  server.token = "static-token";
  return make_client(std::move(server), std::move(options));
}

result<object_ptr> get(client& from, const std::string& name = "foo") {
  test::mailbox<result<object_ptr>> answers;
  from.get(role, {"ns", name}, [&](auto answer) { answers.put(std::move(answer)); });
  auto answer = answers.take();
  return answer ? std::move(*answer) : error{.message = "nothing came"};
}

result<object_ptr> patch(client& from) {
  test::mailbox<result<object_ptr>> answers;
  from.patch({role, {"ns", "foo"}, "status", R"({"status":{}})"},
             [&](auto answer) { answers.put(std::move(answer)); });
  auto answer = answers.take();
  return answer ? std::move(*answer) : error{.message = "nothing came"};
}

TEST(Client, SendsWhatIsAskedAndParsesTheAnswer) {
  test::mailbox<received> seen;
  const fake_server server([&](const received& request, reply& to) {
    seen.put(request);
    to.answer(200, small_object);
  });
  const auto client = connect(server);
  const auto answer = patch(*client);
  ASSERT_TRUE(answer.ok()) << answer.failure().message;
  EXPECT_EQ(answer.value()->resource_version, "5");
  const auto request = seen.take();
  EXPECT_EQ(request->method, "PATCH");
  EXPECT_EQ(request->target,
            "/apis/resources.teleport.dev/v1/namespaces/ns/teleportrolesv7/foo/status");
  EXPECT_EQ(request->headers.at("content-type"), "application/merge-patch+json");
  EXPECT_EQ(request->headers.at("authorization"), "Bearer static-token");
  EXPECT_EQ(request->headers.at("user-agent"), "teleport-operator-caf");
  EXPECT_EQ(request->body, R"({"status":{}})");
}

TEST(Client, CreatesAndProbes) {
  const fake_server server([&](const received& request, reply& to) {
    if (request.target == "/version") {
      to.answer(200, R"({"gitVersion":"v1.37.2"})");
    } else {
      to.answer(201, request.body);
    }
  });
  const auto client = connect(server);
  test::mailbox<result<object_ptr>> created;
  client->create(role, "ns", small_object, [&](auto answer) { created.put(std::move(answer)); });
  EXPECT_TRUE(created.take()->ok());
  test::mailbox<result<std::string>> version;
  client->probe([&](auto answer) { version.put(std::move(answer)); });
  EXPECT_EQ(version.take()->value(), "v1.37.2");
  EXPECT_EQ(server.log().front(),
            "POST /apis/resources.teleport.dev/v1/namespaces/ns/teleportrolesv7");
}

TEST(Client, SendsNoBodyOnAGetAfterAPatch) {
  test::mailbox<received> seen;
  const fake_server server([&](const received& request, reply& to) {
    seen.put(request);
    to.answer(200, small_object);
  });
  const auto client = connect(server);
  EXPECT_TRUE(patch(*client).ok());
  EXPECT_TRUE(get(*client).ok());
  (void)seen.take();
  const auto second = seen.take();
  EXPECT_EQ(second->method, "GET");
  EXPECT_EQ(second->body, "");
  EXPECT_EQ(second->headers.count("content-type"), 0U);
}

TEST(Client, NamesRequestAndServersWordsInErrors) {
  const fake_server server([&](const received&, reply& to) {
    to.answer(409, R"({"kind":"Status","reason":"Conflict","message":"modified"})");
  });
  const auto client = connect(server);
  const auto answer = patch(*client);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, errc::conflict);
  EXPECT_EQ(answer.failure().message,
            "patch teleportrolesv7/status ns/foo: 409 Conflict: modified");
  EXPECT_EQ(server.log().size(), 1U) << "a conflict is the caller's to solve";
}

TEST(Client, RetriesA429OfAWriteAfterRetryAfter) {
  std::atomic<int> count{0};
  const fake_server server([&](const received&, reply& to) {
    if (++count == 1) {
      to.answer(429, "slow down", "Retry-After: 1\r\n");
    } else {
      to.answer(200, small_object);
    }
  });
  const auto client = connect(server);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(patch(*client).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 1s);
  EXPECT_EQ(count, 2);
}

TEST(Client, SurfacesA429ThatWouldOutlastTheCaller) {
  const fake_server server(
      [&](const received&, reply& to) { to.answer(429, "", "Retry-After: 3600\r\n"); });
  const auto client = connect(server);
  const auto answer = patch(*client);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, errc::throttled);
  EXPECT_EQ(answer.failure().retry_after, 3600s);
  EXPECT_EQ(server.log().size(), 1U);
}

TEST(Client, RetriesReadsButNotWritesAfterAServerError) {
  std::atomic<int> count{0};
  const fake_server server([&](const received&, reply& to) {
    if (++count % 2 == 1) {
      to.answer(503, "not now");
    } else {
      to.answer(200, small_object);
    }
  });
  const auto client = connect(server);
  EXPECT_TRUE(get(*client).ok());
  EXPECT_EQ(count, 2);
  const auto answer = patch(*client);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, errc::server_error);
  EXPECT_EQ(count, 3);
}

TEST(Client, ReportsATimeoutAsAConnectionError) {
  const fake_server server([&](const received&, reply& to) { to.wait_for_client_to_leave(); });
  const auto client = connect(server, {.request_timeout = 100ms});
  const auto answer = patch(*client);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, errc::connection);
  EXPECT_NE(answer.failure().message.find("patch teleportrolesv7/status ns/foo: no answer from " +
                                          server.url()),
            std::string::npos)
      << answer.failure().message;
}

TEST(Client, ReportsARefusedConnection) {
  std::string address;
  {
    address = fake_server([](const received&, reply&) {}).url();
  }
  config server;
  server.server = address;
  const auto client = make_client(std::move(server), {});
  EXPECT_EQ(patch(*client).failure().code, errc::connection);
}

TEST(Client, RefusesAnAnswerThatIsCutShort) {
  const fake_server server([&](const received& request, reply& to) {
    if (request.method == "PATCH") {
      to.answer(200, std::string(small_object).substr(0, 20));  // whole HTTP, half JSON
    } else {
      to.begin_chunks();
      to.chunk(std::string(small_object).substr(0, 20));  // half HTTP
      to.hang_up();
    }
  });
  const auto client = connect(server);
  EXPECT_EQ(patch(*client).failure().code, errc::bad_answer);
  EXPECT_EQ(get(*client).failure().code, errc::connection);
}

TEST(Client, AnswersMoreCallsThanItsWindowHolds) {
  const fake_server server([&](const received&, reply& to) { to.answer(200, small_object); });
  const auto client = connect(server);
  constexpr int calls = 300;
  test::mailbox<bool> answers;
  for (int i = 0; i < calls; ++i) {
    client->get(role, {"ns", "foo"}, [&](const auto& answer) { answers.put(answer.ok()); });
  }
  for (int i = 0; i < calls; ++i) {
    EXPECT_EQ(answers.take(), true);
  }
}

TEST(Client, AnswersEveryOpenCallWhenItIsDestroyed) {
  const fake_server server([&](const received&, reply& to) { to.wait_for_client_to_leave(); });
  auto client = connect(server);
  constexpr int calls = 200;
  std::atomic<int> cancelled{0};
  std::atomic<int> after{0};
  for (int i = 0; i < calls; ++i) {
    client->get(role, {"ns", "foo"}, [&, raw = client.get()](const auto& answer) {
      cancelled += !answer.ok() && answer.failure().code == errc::cancelled ? 1 : 0;
      // Asking again from the answer is answered too.
      raw->get(role, {"ns", "bar"}, [&](const auto& again) {
        after += !again.ok() && again.failure().code == errc::cancelled ? 1 : 0;
      });
    });
  }
  client.reset();
  EXPECT_EQ(cancelled, calls);
  EXPECT_EQ(after, calls);
}

TEST(Client, CountsEachRequestOnce) {
  const fake_server server([&](const received& request, reply& to) {
    to.answer(request.target.ends_with("missing") ? 404 : 200, small_object);
  });
  test::mailbox<std::string> counted;
  client_options options;
  options.on_request = [&](int code, const std::string& method, const std::string& host) {
    counted.put(std::to_string(code) + " " + method + " " + host);
  };
  const auto client = connect(server, options);
  EXPECT_TRUE(get(*client).ok());
  EXPECT_FALSE(get(*client, "missing").ok());
  const auto host = server.url().substr(7);
  EXPECT_EQ(counted.take(), "200 GET " + host);
  EXPECT_EQ(counted.take(), "404 GET " + host);
}

TEST(Client, ReadsTheTokenFileAnewAfterA401AndTriesOnce) {
  const test::temp_folder folder;
  const auto file = folder.write("token", "old\n");
  test::mailbox<std::string> tokens;
  const fake_server server([&](const received& request, reply& to) {
    const auto token = request.headers.at("authorization");
    tokens.put(token);
    if (token == "Bearer new") {
      to.answer(200, small_object);
    } else {
      folder.write("token", "new\n");
      to.answer(401, "Unauthorized");
    }
  });
  config to;
  to.server = server.url();
  to.token_file = file;
  const auto client = make_client(std::move(to), {});
  EXPECT_TRUE(patch(*client).ok());
  EXPECT_EQ(tokens.take(), "Bearer old");
  EXPECT_EQ(tokens.take(), "Bearer new");
}

TEST(Client, SurfacesA401ThatANewTokenDoesNotCure) {
  const test::temp_folder folder;
  const fake_server server([&](const received&, reply& to) { to.answer(401, "Unauthorized"); });
  config to;
  to.server = server.url();
  to.token_file = folder.write("token", "bad");
  const auto client = make_client(std::move(to), {});
  EXPECT_EQ(patch(*client).failure().code, errc::unauthorized);
  EXPECT_EQ(server.log().size(), 2U);
}

TEST(Client, KeepsTokensOutOfErrors) {
  const fake_server server([&](const received&, reply& to) { to.hang_up(); });
  config to;
  to.server = server.url();
  to.token = "CANARY-7f3a";
  const auto client = make_client(std::move(to), {});
  const auto answer = patch(*client);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().message.find("CANARY"), std::string::npos);
}

}  // namespace
}  // namespace k8s
