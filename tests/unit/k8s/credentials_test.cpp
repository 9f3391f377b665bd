#include "k8s/credentials.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "k8s/client.hpp"
#include "tests/unit/support/await.hpp"
#include "tests/unit/support/fake_server.hpp"
#include "tests/unit/support/temp_folder.hpp"

namespace k8s {
namespace {

using test::fake_server;
using test::received;
using test::reply;

constexpr const char* v1 = "client.authentication.k8s.io/v1";

exec_plugin plugin_of(const std::string& command) {
  exec_plugin out;
  out.api_version = v1;
  out.command = command;
  return out;
}

std::string answer_with(const std::string& status) {
  return std::string(R"({"apiVersion":")") + v1 + R"(","kind":"ExecCredential","status":)" +
         status + "}";
}

// -- the plugin's answer -----------------------------------------------------------------------

TEST(ExecCredential, TakesTokenAndExpiry) {
  const auto parsed = parse_exec_credential(
      answer_with(R"({"token":"t","expirationTimestamp":"2026-01-02T03:04:05Z"})"), plugin_of("p"));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().value.token, "t");
  EXPECT_EQ(std::chrono::system_clock::to_time_t(*parsed.value().expires), 1767323045);
}

TEST(ExecCredential, ReadsTimesWithFractionsAndOffsets) {
  for (const char* time :
       {"2026-01-02T03:04:05.123Z", "2026-01-02T05:04:05+02:00", "2026-01-01T22:04:05.5-05:00"}) {
    const auto parsed = parse_exec_credential(
        answer_with(std::string(R"({"token":"t","expirationTimestamp":")") + time + "\"}"),
        plugin_of("p"));
    ASSERT_TRUE(parsed.ok()) << time;
    EXPECT_EQ(std::chrono::system_clock::to_time_t(*parsed.value().expires), 1767323045) << time;
  }
}

TEST(ExecCredential, TakesTimesThatTheClockCantTell) {
  const auto now = std::chrono::system_clock::now();
  const auto expires = [](const std::string& time) {
    const auto parsed = parse_exec_credential(
        answer_with(R"({"token":"t","expirationTimestamp":")" + time + "\"}"), plugin_of("p"));
    return parsed.value().expires.value();
  };
  EXPECT_GT(expires("9999-12-31T23:59:59Z"), now);
  EXPECT_LT(expires("0001-01-01T00:00:00Z"), now);
}

TEST(ExecCredential, RefusesAnswersThatCantBeUsed) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "not an ExecCredential"},
      {R"({"kind":"Other"})", "not an ExecCredential"},
      {R"({"kind":"ExecCredential","apiVersion":"x/v9","status":{"token":"t"}})",
       "version \"x/v9\""},
      {answer_with("null"), "neither a token nor a client certificate"},
      {answer_with(R"({"clientCertificateData":"c"})"), "must come together"},
      {answer_with(R"({"token":"CANARY","expirationTimestamp":"tomorrow"})"), "RFC 3339"},
  };
  for (const auto& [text, why] : rows) {
    const auto parsed = parse_exec_credential(text, plugin_of("my-plugin"));
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.failure().code, errc::config);
    EXPECT_NE(parsed.failure().message.find(why), std::string::npos) << parsed.failure().message;
    EXPECT_NE(parsed.failure().message.find("my-plugin"), std::string::npos);
    EXPECT_EQ(parsed.failure().message.find("CANARY"), std::string::npos);
  }
}

TEST(ExecInfo, TellsTheClusterOnlyWhenAsked) {
  config server;
  server.server = "https://a";
  server.ca_pem = "CA";
  server.exec = plugin_of("p");
  EXPECT_EQ(exec_info(server), std::string(R"({"apiVersion":")") + v1 +
                                   R"(","kind":"ExecCredential","spec":{"interactive":false}})");
  server.exec.provide_cluster_info = true;
  EXPECT_NE(exec_info(server).find(R"("certificate-authority-data":"Q0E=")"), std::string::npos);
}

// -- running a plugin --------------------------------------------------------------------------

class Plugin : public testing::Test {
 protected:
  /// An executable shell script.
  std::string script(const std::string& text) {
    auto path = folder_.write("plugin", "#!/bin/sh\n" + text + "\n");
    ::chmod(path.c_str(), 0700);
    return path;
  }
  result<exec_credential> run(const std::string& command) {
    config server;
    server.exec = plugin_of(command);
    server.exec.args = {"an arg"};
    server.exec.env = {{"WORD", "from-env"}};
    server.exec.install_hint = "install it";
    return run_exec_plugin(server, stop_);
  }
  test::temp_folder folder_;
  child_stop stop_;
};

TEST_F(Plugin, GetsArgumentsEnvironmentAndInfo) {
  const auto ran = run(script(
      R"(case "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ;; *) exit 3;; esac
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'"$1-$WORD"'"}}')"));
  ASSERT_TRUE(ran.ok()) << ran.failure().message;
  EXPECT_EQ(ran.value().value.token, "an arg-from-env");
}

TEST_F(Plugin, FailsWithItsCodeAndFirstErrorLine) {
  const auto ran = run(script("echo no session >&2; echo more >&2; exit 4"));
  ASSERT_FALSE(ran.ok());
  EXPECT_NE(ran.failure().message.find("ended with code 4: no session"), std::string::npos);
  EXPECT_EQ(ran.failure().message.find("more"), std::string::npos);
}

TEST_F(Plugin, SaysHowToInstallAMissingCommand) {
  const auto ran = run("/no/such/plugin");
  ASSERT_FALSE(ran.ok());
  EXPECT_NE(ran.failure().message.find("No such file"), std::string::npos);
  EXPECT_NE(ran.failure().message.find("(install it)"), std::string::npos);
}

TEST_F(Plugin, IsEndedWhenAskedTo) {
  stop_.raise();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(run(script("exec sleep 60")).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, test::patience);
}

// -- in the client -----------------------------------------------------------------------------

const resource_type secret{"", "v1", "Secret", "secrets"};

TEST_F(Plugin, IsRunOnceForManyRequestsAndAgainAfterA401) {
  // Each run answers one token more: t1, t2 …
  const auto path = script(
      "echo x >> " + folder_.path("runs") + "\n" +
      R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t'$(wc -l < )" +
      folder_.path("runs") + R"()'"}}')");
  const fake_server server([](const received& request, reply& to) {
    const bool good = request.headers.at("authorization") == "Bearer t2";
    to.answer(good ? 200 : 401, R"({"metadata":{"name":"x"}})");
  });
  config where;
  where.server = server.url();
  where.exec = plugin_of(path);
  const auto client = make_client(std::move(where), {});
  test::mailbox<bool> answers;
  for (int i = 0; i < 20; ++i) {
    client->get(secret, {"ns", "x"}, [&](const auto& answer) { answers.put(answer.ok()); });
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(answers.take(), true);
  }
}

TEST_F(Plugin, ThatFailsIsReportedToTheCaller) {
  config where;
  where.server = "http://127.0.0.1:1";
  where.exec = plugin_of(script("exit 1"));
  const auto client = make_client(std::move(where), {});
  test::mailbox<result<object_ptr>> answers;
  client->get(secret, {"ns", "x"}, [&](auto answer) { answers.put(std::move(answer)); });
  EXPECT_EQ(answers.take()->failure().code, errc::config);
}

TEST_F(Plugin, ThatHangsDoesNotHoldUpTheEnd) {
  config where;
  where.server = "http://127.0.0.1:1";
  where.exec = plugin_of(script("echo begun > " + folder_.path("begun") + "; exec sleep 60"));
  auto client = make_client(std::move(where), {});
  std::atomic<int> cancelled{0};
  client->get(secret, {"ns", "x"}, [&](const auto& answer) {
    cancelled += answer.failure().code == errc::cancelled ? 1 : 0;
  });
  const auto begun = std::chrono::steady_clock::now();
  client.reset();
  EXPECT_EQ(cancelled, 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, test::patience);
}

// -- token files -------------------------------------------------------------------------------

TEST(TokenFile, ThatIsMissingOrEmptyIsNamedInTheError) {
  const test::temp_folder folder;
  for (const auto& file : {folder.path("missing"), folder.write("empty", " \n")}) {
    config where;
    where.server = "http://127.0.0.1:1";
    where.token_file = file;
    const auto client = make_client(std::move(where), {});
    test::mailbox<result<object_ptr>> answers;
    client->get(secret, {"ns", "x"}, [&](auto answer) { answers.put(std::move(answer)); });
    const auto answer = answers.take();
    EXPECT_EQ(answer->failure().code, errc::config);
    EXPECT_NE(answer->failure().message.find(file), std::string::npos);
  }
}

}  // namespace
}  // namespace k8s
