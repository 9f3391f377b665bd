/// Encodings that are not plain JSON forms of the wire type: facts/operator-behaviour.md §6.

#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <google/protobuf/util/time_util.h>

#include "support.hpp"
#include "teleport/proto/role.pb.h"
#include "teleport/proto/token.pb.h"
#include "teleport/proto/user.pb.h"

namespace teleport::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using lists = std::map<std::string, std::vector<std::string>>;

lists lists_of(const wrappers::LabelValues& values) {
  lists found;
  for (const auto& [name, list] : values.values())
    found[name] = {list.values().begin(), list.values().end()};
  return found;
}

types::RoleSpecV6 role_spec(const std::string& json) {
  return as<types::RoleV6>(decoded("TeleportRoleV7", json)).spec();
}

types::RoleOptions options(const std::string& json) {
  return role_spec(R"({"options": )" + json + "}").options();
}

// -- labels and traits ----------------------------------------------------------------------------

TEST(LabelValues, TakeOneTextOrAList) {
  const auto labels =
      role_spec(R"({"allow": {"node_labels": {"*": "*", "env": ["dev", "test"], "none": []}}})");
  EXPECT_EQ(lists_of(labels.allow().nodelabels()),
            (lists{{"*", {"*"}}, {"env", {"dev", "test"}}, {"none", {}}}));
}

TEST(LabelValues, RefuseNumbersAndObjects) {
  EXPECT_EQ(refusal("TeleportRoleV7", R"({"allow": {"node_labels": {"env": 1}}})"),
            "spec.allow.node_labels.env: expected a string or a list of strings, found a number");
  EXPECT_EQ(
      refusal("TeleportRoleV7", R"({"allow": {"node_labels": {"a/b": {"x": 1}}}})"),
      "spec.allow.node_labels[\"a/b\"]: expected a string or a list of strings, found an object");
  EXPECT_EQ(refusal("TeleportRoleV7", R"({"allow": {"node_labels": {"env": ["x", 1]}}})"),
            "spec.allow.node_labels.env[1]: expected a string, found a number");
  EXPECT_EQ(refusal("TeleportRoleV7", R"({"allow": {"node_labels": ["env"]}})"),
            "spec.allow.node_labels: expected an object, found a list");
}

TEST(Traits, TakeLists) {
  const auto user =
      decoded("TeleportUser", R"({"traits": {"logins": ["root", "ubuntu"], "empty": []}})");
  EXPECT_EQ(lists_of(as<types::UserV2>(user).spec().traits()),
            (lists{{"logins", {"root", "ubuntu"}}, {"empty", {}}}));
}

TEST(Traits, RefuseASingleText) {
  EXPECT_EQ(refusal("TeleportUser", R"({"traits": {"logins": "root"}})"),
            "spec.traits.logins: expected a list of strings, found a string");
}

// -- durations and times --------------------------------------------------------------------------

TEST(Durations, AreNanosecondsOnTheWire) {
  EXPECT_EQ(options(R"({"max_session_ttl": "8h0m0s"})").maxsessionttl(),
            8LL * 3600 * 1'000'000'000);
  EXPECT_EQ(options(R"({"client_idle_timeout": "never"})").clientidletimeout(), 0);
}

TEST(Durations, RefuseNumbersAndOtherTexts) {
  EXPECT_EQ(
      refusal("TeleportRoleV7", R"({"options": {"max_session_ttl": 3600}})"),
      "spec.options.max_session_ttl: expected a duration such as \"30m\" or \"8h\", found 3600");
  EXPECT_EQ(refusal("TeleportRoleV7", R"({"options": {"max_session_ttl": "soon"}})"),
            "spec.options.max_session_ttl: expected a duration such as \"30m\" or \"8h\", found "
            "\"soon\"");
}

TEST(Durations, OfGoogleTypeTakeTheSameTexts) {
  const auto interval =
      options(R"({"mfa_verification_interval": "1m30.5s"})").mfaverificationinterval();
  EXPECT_EQ(interval.seconds(), 90);
  EXPECT_EQ(interval.nanos(), 500'000'000);
}

TEST(Times, AreRfc3339) {
  const auto token =
      decoded("TeleportProvisionToken",
              R"({"bound_keypair": {"rotate_after": "2030-01-31T12:00:00.5+02:00"}})");
  const auto time = as<types::ProvisionTokenV2>(token).spec().boundkeypair().rotateafter();
  EXPECT_EQ(google::protobuf::util::TimeUtil::ToString(time), "2030-01-31T10:00:00.500Z");
}

TEST(Times, RefuseOtherTexts) {
  for (const auto* text :
       {"\"tomorrow\"", "\"2030-01-31\"", "\"2030-13-01T00:00:00Z\"", "17", "\"\""}) {
    const auto spec = std::string(R"({"bound_keypair": {"rotate_after": )") + text + "}}";
    EXPECT_THAT(refusal("TeleportProvisionToken", spec),
                ::testing::StartsWith("spec.bound_keypair.rotate_after: expected a time such as"))
        << text;
  }
}

// -- booleans -------------------------------------------------------------------------------------

TEST(BoolOptions, TellUnsetFromFalse) {
  EXPECT_FALSE(options("{}").has_portforwarding());
  EXPECT_TRUE(options(R"({"port_forwarding": false})").has_portforwarding());
  EXPECT_FALSE(options(R"({"port_forwarding": false})").portforwarding().value());
  EXPECT_TRUE(options(R"({"port_forwarding": true})").portforwarding().value());
}

TEST(Booleans, TakeWords) {
  EXPECT_TRUE(options(R"({"ssh_file_copy": "yes"})").sshfilecopy().value());
  EXPECT_FALSE(options(R"({"ssh_file_copy": "OFF"})").sshfilecopy().value());
  EXPECT_TRUE(options(R"({"forward_agent": "on"})").forwardagent());
}

TEST(Booleans, RefuseUnknownWords) {
  EXPECT_EQ(refusal("TeleportRoleV7", R"({"options": {"forward_agent": "perhaps"}})"),
            "spec.options.forward_agent: expected true or false, found \"perhaps\"");
  EXPECT_EQ(refusal("TeleportRoleV7", R"({"options": {"port_forwarding": 1}})"),
            "spec.options.port_forwarding: expected true or false, found 1");
}

TEST(Booleans, WithoutWordsTakeOnlyBooleans) {
  EXPECT_EQ(refusal("TeleportProvisionToken", R"({"spacelift": {"enable_glob_matching": "yes"}})"),
            "spec.spacelift.enable_glob_matching: expected true or false, found a string");
}

// -- numbers --------------------------------------------------------------------------------------

TEST(Integers, AreRangeChecked) {
  const auto count = [](const std::string& number) {
    return R"({"allow": {"require_session_join": [{"count": )" + number + "}]}}";
  };
  EXPECT_EQ(role_spec(count("2147483647")).allow().requiresessionjoin(0).count(), 2147483647);
  EXPECT_EQ(role_spec(count("2.0")).allow().requiresessionjoin(0).count(), 2);
  for (const auto* number :
       {"2147483648", "-2147483649", "1.5", "\"3\"", "1e30", "18446744073709551615"}) {
    EXPECT_THAT(
        refusal("TeleportRoleV7", count(number)),
        ::testing::StartsWith("spec.allow.require_session_join[0].count: expected an integer from "
                              "-2147483648 to 2147483647, found"))
        << number;
  }
}

TEST(Integers, WithoutSignRefuseNegativeOnes) {
  EXPECT_EQ(
      refusal("TeleportProvisionToken", R"({"bound_keypair": {"recovery": {"limit": -1}}})"),
      "spec.bound_keypair.recovery.limit: expected an integer from 0 to 4294967295, found -1");
}

TEST(Integers, Of64BitsMayBeStrings) {
  EXPECT_EQ(options(R"({"max_connections": "9007199254740993"})").maxconnections(),
            9007199254740993);
  EXPECT_EQ(options(R"({"max_connections": -5})").maxconnections(), -5);
  EXPECT_THAT(refusal("TeleportRoleV7", R"({"options": {"max_connections": "5 "}})"),
              ::testing::Not(IsEmpty()));
  EXPECT_THAT(refusal("TeleportRoleV7", R"({"options": {"max_connections": 9223372036854775808}})"),
              ::testing::Not(IsEmpty()));
}

TEST(Lists, OfTextsKeepTheirOrder) {
  EXPECT_THAT(role_spec(R"({"allow": {"logins": ["b", "a", "b"]}})").allow().logins(),
              ElementsAre("b", "a", "b"));
}

}  // namespace
}  // namespace teleport::test
