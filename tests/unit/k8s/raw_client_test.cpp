#include "k8s/raw_client.hpp"

#include <gtest/gtest.h>

#include "k8s/access_review.hpp"
#include "k8s/discovery.hpp"
#include "tests/unit/support/await.hpp"
#include "tests/unit/support/fake_server.hpp"

namespace k8s {
namespace {

using test::fake_server;
using test::received;
using test::reply;

result<std::string> ask(const fake_server& at, http_request what) {
  config server;
  server.server = at.url();
  server.token = "static-token";
  const auto client = make_raw_client(std::move(server), {});
  test::mailbox<result<std::string>> answers;
  client->ask(std::move(what), [&](auto answer) { answers.put(std::move(answer)); });
  auto answer = answers.take();
  return answer ? std::move(*answer) : error{.message = "nothing came"};
}

TEST(RawClient, AnswersTheBodyAsItIs) {
  test::mailbox<received> seen;
  const fake_server server([&](const received& request, reply& to) {
    seen.put(request);
    to.answer(201, "any text");
  });
  const auto got = ask(server, access_review_request({"ns", "", "secrets", "", "get", ""}));
  ASSERT_TRUE(got.ok()) << got.failure().message;
  EXPECT_EQ(got.value(), "any text");
  const auto request = seen.take();
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->headers.at("authorization"), "Bearer static-token");
}

TEST(RawClient, ATypeThatIsNotServedIsAnErrorOfItsOwn) {
  const fake_server server(
      [](const received&, reply& to) { to.answer(404, "404 page not found"); });
  const auto got = ask(server, group_version_request("g", "v1"));
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.failure().code, errc::not_served);
}

TEST(RawClient, AnswersWhatIsOpenWhenItGoes) {
  const fake_server server([](const received&, reply&) {});  // never answers
  config where;
  where.server = server.url();
  auto client = make_raw_client(std::move(where), {});
  test::mailbox<result<std::string>> answers;
  client->ask(version_request(), [&](auto answer) { answers.put(std::move(answer)); });
  client.reset();
  const auto answer = answers.take();
  ASSERT_TRUE(answer.has_value());
  ASSERT_FALSE(answer->ok());
  EXPECT_EQ(answer->failure().code, errc::cancelled);
}

}  // namespace
}  // namespace k8s
