#include "teleport/join/older.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "authority.hpp"
#include "teleport/cluster.hpp"
#include "teleport/join/answer_json.hpp"
#include "teleport/join/proxy_info.hpp"
#include "teleport/pki/encoding.hpp"

namespace teleport::join {
namespace {

using nlohmann::json;

join_request kubernetes_request() {
  join_request made;
  made.method = "kubernetes";
  made.token = pki::secret_text("operator-bot");
  made.id_token = pki::secret_text("aaa.bbb.ccc");
  return made;
}

TEST(OlderJoin, SaysInJsonWhatServersRead) {
  const auto base = kubernetes_request();
  const auto request = make_older_request(base, "legacy").value();
  const auto body = json::parse(to_json(request, wall_time(std::chrono::seconds(1'700'000'000))));
  EXPECT_EQ(body["role"], "Bot");
  EXPECT_EQ(body["token"], "operator-bot");
  EXPECT_EQ(body["id_token"], "aaa.bbb.ccc");
  EXPECT_EQ(body["expires"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(pki::from_base64(body["public_tls_key"].get<std::string>()), request.key.public_pem());
  EXPECT_EQ(pki::from_base64(body["public_ssh_key"].get<std::string>()),
            request.key.authorized_key());
}

TEST(OlderJoin, LeavesOutTheServiceAccountTokenOfOtherMethods) {
  join_request base;
  base.method = "token";
  base.token = pki::secret_text("secret");
  const auto request = make_older_request(base, "balanced-v1").value();
  EXPECT_FALSE(json::parse(to_json(request, wall_time())).contains("id_token"));
}

TEST(OlderJoin, ReadsCertificatesFromJson) {
  const testing::authority ca("abc");
  const auto one = ca.issue({"bot-operator", {}, {}, {}});
  const json body{{"tls", pki::base64(one.leaf.pem())},
                  {"tls_ca_certs", json::array({pki::base64(ca.root().pem())})}};
  const auto got = from_json(body.dump());
  ASSERT_TRUE(got) << got.failure().message;
  EXPECT_EQ(got.value().leaf.user(), "bot-operator");
  EXPECT_EQ(got.value().roots.size(), 1U);
}

TEST(OlderJoin, KnowsAnAnswerThatIsNotTeleports) {
  for (const auto* body : {"", "<html>", "[]", "{}"}) {
    const auto got = from_json(body);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.failure().code, errc::not_implemented) << body;
  }
}

TEST(ProxyInfo, ReadsFindAndPing) {
  const auto found = parse_proxy_info(
      R"({"server_version":"18.8.2","cluster_name":"abc","proxy":{"tls_routing_enabled":true}})",
      "a:1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found.value().server_version, "18.8.2");
  EXPECT_EQ(found.value().cluster_name, "abc");
  EXPECT_TRUE(found.value().tls_routing);
  const auto pinged =
      parse_proxy_info(R"({"proxy":{},"auth":{"signature_algorithm_suite":"balanced-v1"}})", "a:1");
  ASSERT_TRUE(pinged);
  EXPECT_EQ(pinged.value().suite, "balanced-v1");
  EXPECT_FALSE(pinged.value().tls_routing);
  EXPECT_EQ(parse_proxy_info(R"({"proxy":{},"auth":{"signature_algorithm_suite":2}})", "a:1")
                .value()
                .suite,
            "2");
}

TEST(ProxyInfo, AsksWhetherItIsTeleportAtAll) {
  for (const auto* body : {"", "not JSON", "{}", R"({"proxy":true})"}) {
    const auto found = parse_proxy_info(body, "a:1");
    ASSERT_FALSE(found) << body;
    EXPECT_EQ(found.failure().message,
              "cannot parse server response; is \"a:1\" a Teleport server?");
  }
}

TEST(AnswerJson, LeavesOutWhatIsNestedTooDeep) {
  const auto nested = [](int levels) {
    const auto depth = static_cast<std::size_t>(levels);
    return std::string(depth, '[') + "1" + std::string(depth, ']');
  };
  EXPECT_EQ(parse_answer(nested(deepest_answer)).dump(), nested(deepest_answer));
  const auto cut = parse_answer(R"({"proxy":{"x":)" + nested(100000) + R"(,"y":2}})");
  EXPECT_EQ(cut["proxy"]["y"], 2);
  EXPECT_LT(cut.dump().size(), 40U);
  EXPECT_TRUE(parse_answer(std::string(100000, '[')).is_discarded());
}

/// facts/teleport-connection.md §0
TEST(OlderJoin, AsksForTheCallWhereItCanBe) {
  EXPECT_FALSE(may_know_join_call("14.3.0"));
  EXPECT_FALSE(may_know_join_call("16.5.1"));
  EXPECT_TRUE(may_know_join_call("17.0.0-dev"));
  EXPECT_TRUE(may_know_join_call("19.0.0"));
  EXPECT_TRUE(may_know_join_call("")) << "nobody told the version";
}

TEST(ServerVersion, HasAMajorNumber) {
  EXPECT_EQ(major_version("17.2.1"), 17);
  EXPECT_EQ(major_version("v18.0.0-dev"), 18);
  EXPECT_EQ(major_version(""), 0);
}

}  // namespace
}  // namespace teleport::join
