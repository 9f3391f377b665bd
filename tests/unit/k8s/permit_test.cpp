/// Writes that need a permit, and requests about Leases, which wait for nothing.

#include <atomic>

#include <gtest/gtest.h>

#include "k8s/client.hpp"
#include "tests/unit/support/await.hpp"
#include "tests/unit/support/fake_server.hpp"

namespace k8s {
namespace {

using namespace std::chrono_literals;
using test::fake_server;
using test::received;
using test::reply;

const resource_type role{"resources.teleport.dev", "v1", "TeleportRoleV7", "teleportrolesv7"};
constexpr const char* small_object = R"({"metadata":{"name":"foo","resourceVersion":"5"}})";
constexpr const char* lease_path = "/apis/coordination.k8s.io/v1/namespaces/ns/leases";

std::unique_ptr<client> connect(const fake_server& to, client_options options) {
  config server;
  server.server = to.url();
  return make_client(std::move(server), std::move(options));
}

std::optional<errc> patch(client& over, bool needs_permit = true) {
  test::mailbox<result<object_ptr>> answers;
  over.patch({role, {"ns", "foo"}, "", R"({"x":1})", needs_permit},
             [&](auto answer) { answers.put(std::move(answer)); });
  const auto answer = answers.take();
  if (!answer || answer->ok()) return std::nullopt;
  return answer->failure().code;
}

result<lease> ask(client& over, lease_request request) {
  test::mailbox<result<lease>> answers;
  over.ask_lease(std::move(request), [&](auto answer) { answers.put(std::move(answer)); });
  auto answer = answers.take();
  return answer ? std::move(*answer) : error{.message = "nothing came"};
}

TEST(Permit, WithoutItNoWriteLeaves) {
  const fake_server server([&](const received&, reply& to) { to.answer(200, small_object); });
  std::atomic<std::chrono::nanoseconds::rep> left{0};
  const auto client =
      connect(server, {.write_time_left = [&] { return std::chrono::nanoseconds{left.load()}; }});
  EXPECT_EQ(patch(*client), errc::not_leading);
  left = -5;
  EXPECT_EQ(patch(*client), errc::not_leading);
  EXPECT_TRUE(server.log().empty()) << "the server heard of it";
  left = std::chrono::nanoseconds{1h}.count();
  EXPECT_EQ(patch(*client), std::nullopt);
  EXPECT_EQ(server.log().size(), 1U);
}

TEST(Permit, IsNotNeededForWhatIsNoCustomResourceAndForReads) {
  const fake_server server([&](const received&, reply& to) { to.answer(200, small_object); });
  const auto client = connect(server, {.write_time_left = [] { return 0ns; }});
  EXPECT_EQ(patch(*client, false), std::nullopt);
  test::mailbox<bool> read;
  client->get(role, {"ns", "foo"}, [&](const auto& answer) { read.put(answer.ok()); });
  EXPECT_EQ(read.take(), true);
  test::mailbox<bool> made;
  client->create(role, "ns", small_object, [&](const auto& answer) { made.put(answer.ok()); });
  EXPECT_EQ(made.take(), true);
}

TEST(Permit, AWriteIsNotWaitedForLongerThanItLasts) {
  const fake_server server([&](const received&, reply& to) { to.wait_for_client_to_leave(); });
  const auto client =
      connect(server, {.request_timeout = 1h, .write_time_left = [] { return 200ms; }});
  EXPECT_EQ(patch(*client), errc::connection) << "its outcome is not known";
}

TEST(Permit, IsAskedForAgainBeforeASecondTry) {
  std::atomic<int> asked{0};
  const fake_server server([&](const received&, reply& to) { to.answer(429, "", ""); });
  const auto client = connect(server, {.write_time_left = [&]() -> std::chrono::nanoseconds {
                                return ++asked == 1 ? 1h : 0ns;
                              }});
  EXPECT_EQ(patch(*client), errc::not_leading);
  EXPECT_EQ(server.log().size(), 1U);
}

TEST(LeaseRequest, GetsCreatesAndReplaces) {
  test::mailbox<received> seen;
  const fake_server server([&](const received& request, reply& to) {
    seen.put(request);
    to.answer(200, R"({"metadata":{"name":"id","namespace":"ns","resourceVersion":"8"},
                       "spec":{"holderIdentity":"me"}})");
  });
  const auto client = connect(server, {});
  using verb = lease_request::verb;
  lease mine{.key = {"ns", "id"}, .resource_version = "7", .holder = "me"};
  for (const auto what : {verb::get, verb::create, verb::update}) {
    const auto answer = ask(*client, {what, mine});
    ASSERT_TRUE(answer.ok()) << answer.failure().message;
    EXPECT_EQ(answer.value().holder, "me");
    EXPECT_EQ(answer.value().resource_version, "8");
  }
  const auto path = std::string{lease_path};
  EXPECT_EQ(server.log(), (std::vector<std::string>{"GET " + path + "/id", "POST " + path,
                                                    "PUT " + path + "/id"}));
  (void)seen.take();
  (void)seen.take();
  const auto update = seen.take();
  EXPECT_EQ(update->headers.at("content-type"), "application/json");
  EXPECT_NE(update->body.find(R"("resourceVersion":"7")"), std::string::npos) << update->body;
}

TEST(LeaseRequest, WaitsForNoOtherRequest) {
  const fake_server server([&](const received& request, reply& to) {
    if (request.target.starts_with(lease_path)) {
      to.answer(200, R"({"metadata":{"name":"id","namespace":"ns"}})");
    } else {
      to.wait_for_client_to_leave();
    }
  });
  const auto client = connect(server, {});
  // More than the client sends at once.
  for (int i = 0; i < 100; ++i) client->get(role, {"ns", "foo"}, [](const auto&) {});
  EXPECT_TRUE(ask(*client, {lease_request::verb::get, {.key = {"ns", "id"}}, 20s}).ok());
}

TEST(LeaseRequest, IsNotTriedAgain) {
  const fake_server server([&](const received&, reply& to) { to.answer(503, "not now"); });
  const auto client = connect(server, {});
  const auto answer = ask(*client, {lease_request::verb::get, {.key = {"ns", "id"}}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, errc::server_error);
  EXPECT_EQ(server.log().size(), 1U);
}

TEST(LeaseRequest, EndsAfterItsOwnTimeout) {
  const fake_server server([&](const received&, reply& to) { to.wait_for_client_to_leave(); });
  const auto client = connect(server, {.request_timeout = 1h});
  const auto answer = ask(*client, {lease_request::verb::get, {.key = {"ns", "id"}}, 100ms});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().code, errc::connection);
}

}  // namespace
}  // namespace k8s
