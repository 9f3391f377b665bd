#include "k8s/parse.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "k8s/json.hpp"

namespace k8s {
namespace {

constexpr const char* full_object = R"({
  "apiVersion": "resources.teleport.dev/v1", "kind": "TeleportRoleV7",
  "metadata": {"name": "foo", "namespace": "ns", "uid": "u-1", "resourceVersion": "77",
    "generation": 3, "creationTimestamp": "2026-01-02T03:04:05Z",
    "deletionTimestamp": "2026-01-02T04:00:00Z",
    "labels": {"a": "b"}, "annotations": {"teleport.dev/keep": "true"},
    "finalizers": ["x/y", "z"], "managedFields": [{"manager": "kubectl"}]},
  "spec": {"b": [1, 2.5, null], "a": "ü"},
  "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "Ok", "message": "m",
      "lastTransitionTime": "2026-01-02T03:04:06Z", "observedGeneration": 3}],
    "teleportRevision": "r-9", "observedGeneration": 3, "other": {"deep": true}},
  "data": {"k": "v"}})";

TEST(ParseObject, TakesMetadataConditionsAndKeepsSpecAsCompactText) {
  const auto parsed = parse_object(full_object, "get");
  ASSERT_TRUE(parsed.ok());
  const auto& o = *parsed.value();
  EXPECT_EQ(o.api_version, "resources.teleport.dev/v1");
  EXPECT_EQ(o.kind, "TeleportRoleV7");
  EXPECT_EQ(o.key, (object_key{"ns", "foo"}));
  EXPECT_EQ(o.uid, "u-1");
  EXPECT_EQ(o.resource_version, "77");
  EXPECT_EQ(o.generation, 3);
  EXPECT_EQ(o.deletion_timestamp, "2026-01-02T04:00:00Z");
  EXPECT_EQ(o.labels.at("a"), "b");
  EXPECT_EQ(o.annotations.at("teleport.dev/keep"), "true");
  EXPECT_EQ(o.finalizers, (std::vector<std::string>{"x/y", "z"}));
  EXPECT_EQ(o.spec, R"({"a":"ü","b":[1,2.5,null]})");
  EXPECT_EQ(o.other_fields, (std::map<std::string, std::string>{{"data", R"({"k":"v"})"}}));
  ASSERT_EQ(o.status.conditions.size(), 1U);
  EXPECT_EQ(o.status.conditions[0],
            (condition{"Ready", "True", "Ok", "m", "2026-01-02T03:04:06Z", 3}));
  EXPECT_EQ(o.status.fields, (std::map<std::string, std::string>{{"teleportRevision", "r-9"},
                                                                 {"observedGeneration", "3"}}));
}

TEST(ParseObject, KeepsAManagedFieldsOfTheSpec) {
  const std::string spec =
      R"({"managedFields":[1],"metadata":{"managedFields":{"a":[{}]}},"z":[{"metadata":{"managedFields":2}}]})";
  const auto parsed = parse_object(
      R"({"metadata":{"managedFields":[{"f:a":{".":{},"f:b":[[]]}}],"name":"a"},"spec":)" + spec +
          "}",
      "get");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value()->key.name, "a");
  EXPECT_EQ(parsed.value()->spec, spec);
}

TEST(ReadJsonObject, LeavesOutWhatTheServerNotesOfItsObjects) {
  for (const auto* frame : {"%", R"({"type":"ADDED","object":%})", R"({"items":[%,%]})"}) {
    const auto filled = [&](const std::string& object) {
      std::string text;
      for (const char* c = frame; *c != '\0'; ++c) text += *c == '%' ? object : std::string(1, *c);
      return text;
    };
    const auto read = read_json_object(
        filled(R"({"metadata":{"managedFields":[{"x":[{}]}],"uid":"u"},"spec":{"a":-1.5e3}})"));
    ASSERT_TRUE(read) << frame;
    EXPECT_EQ(*read, json::parse(filled(R"({"metadata":{"uid":"u"},"spec":{"a":-1500.0}})")));
  }
}

TEST(ReadJsonObject, TakesOneCompleteObjectAndNothingElse) {
  EXPECT_EQ(*read_json_object(R"( {"a":[null,true,"ü",{"b":1}]} )"),
            json::parse(R"({"a":[null,true,"ü",{"b":1}]})"));
  for (const auto* text : {"", "{", "{}}", "[]", "1", R"({"a":})", R"({"a":1,})",
                           "{\"a\":\"\xff\"}", R"({"metadata":{"managedFields":[}})"}) {
    EXPECT_FALSE(read_json_object(text)) << text;
  }
}

TEST(ParseObject, AcceptsTheSmallestObject) {
  const auto parsed = parse_object(R"({"metadata":{"name":"a"}})", "get");
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed.value()->spec.empty());
  EXPECT_FALSE(parsed.value()->deletion_timestamp);
}

TEST(ParseObject, RefusesWhatIsNoObject) {
  for (const char* text : {"", "nonsense", "[]", "null", "{}", R"({"metadata":3})",
                           R"({"metadata")", "\xff\xfe", R"({"metadata":{"name":"a"}} trailing)"}) {
    const auto parsed = parse_object(text, "get x");
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.failure().code, errc::bad_answer);
    EXPECT_EQ(parsed.failure().message.rfind("get x: ", 0), 0U);
  }
}

TEST(ParseObject, SurvivesFieldsOfWrongTypes) {
  const auto parsed = parse_object(
      R"({"metadata":{"name":7,"labels":["x"],"finalizers":{"a":1},"generation":"x"},
          "status":{"conditions":[3,null,{"type":5}]},"kind":[]})",
      "get");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value()->key.name, "");
  EXPECT_EQ(parsed.value()->status.conditions.size(), 3U);
}

TEST(ParsePage, FillsInWhatTheServerLeavesOut) {
  const auto page = parse_page(
      R"({"kind":"SecretList","metadata":{"resourceVersion":"9","continue":"tok"},
          "items":[{"metadata":{"name":"a"}},{"kind":"Own","apiVersion":"x/v2","metadata":{"name":"b"}}]})",
      {"", "v1", "Secret", "secrets"}, "list");
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page.value().continue_token, "tok");
  EXPECT_EQ(page.value().resource_version, "9");
  ASSERT_EQ(page.value().objects.size(), 2U);
  EXPECT_EQ(page.value().objects[0]->kind, "Secret");
  EXPECT_EQ(page.value().objects[0]->api_version, "v1");
  EXPECT_EQ(page.value().objects[1]->kind, "Own");
}

TEST(ParsePage, AcceptsNullItemsAndRefusesNoItems) {
  const resource_type type{"g", "v1", "K", "ks"};
  EXPECT_TRUE(parse_page(R"({"metadata":{"resourceVersion":"9"},"items":null})", type, "l").ok());
  EXPECT_FALSE(parse_page(R"({"metadata":{"resourceVersion":"9"}})", type, "l").ok());
  EXPECT_FALSE(parse_page(R"({"metadata":{},"items":[3]})", type, "l").ok());
}

TEST(ParseWatchEvent, KnowsTheFourKinds) {
  using kind = watch_event::kind;
  const std::vector<std::pair<std::string, kind>> rows{{"ADDED", kind::added},
                                                       {"MODIFIED", kind::modified},
                                                       {"DELETED", kind::deleted},
                                                       {"BOOKMARK", kind::bookmark}};
  for (const auto& [word, expected] : rows) {
    const auto event = parse_watch_event(
        R"({"type":")" + word + R"(","object":{"metadata":{"resourceVersion":"4"}}})", "watch");
    ASSERT_TRUE(event.ok()) << word;
    EXPECT_EQ(event.value().what, expected);
    EXPECT_EQ(event.value().object->resource_version, "4");
  }
}

TEST(ParseWatchEvent, TurnsErrorEventsIntoErrors) {
  for (const char* reason : {"Expired", "Gone"}) {
    const auto event = parse_watch_event(
        std::string(
            R"({"type":"ERROR","object":{"kind":"Status","code":410,"message":"old","reason":")") +
            reason + R"("}})",
        "watch x");
    ASSERT_FALSE(event.ok());
    EXPECT_EQ(event.failure().code, errc::gone);
    EXPECT_EQ(event.failure().message, std::string("watch x: 410 ") + reason + ": old");
  }
}

TEST(ParseWatchEvent, RefusesUnknownKindsAndObjectsWithoutVersion) {
  for (const char* line : {R"({"type":"NEW","object":{"metadata":{"resourceVersion":"4"}}})",
                           R"({"type":"ADDED","object":{"metadata":{}}})", R"({"type":"ADDED"})",
                           R"({"type":"ADDED","obj)"}) {
    const auto event = parse_watch_event(line, "watch");
    ASSERT_FALSE(event.ok()) << line;
    EXPECT_EQ(event.failure().code, errc::bad_answer);
  }
}

struct failure_case {
  const char* name;
  int status;
  const char* body;
  bool about_object;
  errc code;
};

class ParseFailure : public testing::TestWithParam<failure_case> {};

TEST_P(ParseFailure, MapsToOneCode) {
  const auto& row = GetParam();
  const auto why = parse_failure(row.status, row.body, "do it", row.about_object);
  EXPECT_EQ(to_string(why.code), std::string(to_string(row.code)));
  EXPECT_EQ(why.http_status, row.status);
  EXPECT_EQ(why.message.rfind("do it: " + std::to_string(row.status), 0), 0U) << why.message;
}

constexpr const char* object_missing =
    R"({"kind":"Status","reason":"NotFound","message":"x \"foo\" not found","details":{"name":"foo","kind":"x"}})";
constexpr const char* other_uid =
    R"({"kind":"Status","reason":"Invalid","details":{"causes":[{"field":"metadata.uid"}]}})";
constexpr const char* too_new =
    R"({"kind":"Status","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}]}})";

INSTANTIATE_TEST_SUITE_P(
    Table, ParseFailure,
    testing::Values(
        failure_case{"MissingObject", 404, object_missing, true, errc::not_found},
        failure_case{"MissingObjectInAList", 404, object_missing, false, errc::not_served},
        failure_case{"MissingType", 404, "404 page not found\n", true, errc::not_served},
        failure_case{"Conflict", 409, R"({"kind":"Status","reason":"Conflict"})", true,
                     errc::conflict},
        failure_case{"Exists", 409, R"({"kind":"Status","reason":"AlreadyExists"})", true,
                     errc::already_exists},
        failure_case{"OtherUid", 422, other_uid, true, errc::conflict},
        failure_case{"Invalid", 422, R"({"kind":"Status","reason":"Invalid"})", true,
                     errc::invalid},
        failure_case{"BadRequest", 400, "", true, errc::invalid},
        failure_case{"MethodNotAllowed", 405, "", true, errc::invalid},
        failure_case{"Unauthorized", 401, "Unauthorized", true, errc::unauthorized},
        failure_case{"Forbidden", 403, "", true, errc::forbidden},
        failure_case{"Gone", 410, "", false, errc::gone},
        failure_case{"VersionFromTheFuture", 504, too_new, false, errc::gone},
        failure_case{"Throttled", 429, "", true, errc::throttled},
        failure_case{"Unavailable", 503, "<html>\nproxy</html>", true, errc::server_error},
        failure_case{"Redirect", 302, "", true, errc::bad_answer}),
    [](const auto& test) { return test.param.name; });

TEST(ParseFailureText, SaysWhatTheServerSaid) {
  EXPECT_EQ(parse_failure(409, R"({"kind":"Status","reason":"Conflict","message":"modified"})",
                          "patch teleportrolesv7 default/foo", true)
                .message,
            "patch teleportrolesv7 default/foo: 409 Conflict: modified");
}

TEST(ParseFailureText, CapsAnAnswerThatIsNotFromKubernetes) {
  const auto why = parse_failure(503, std::string(10'000, 'x'), "get", true);
  EXPECT_LT(why.message.size(), 250U);
}

TEST(ParseFailureText, TakesRetryAfterFromTheBody) {
  const auto why =
      parse_failure(429, R"({"kind":"Status","details":{"retryAfterSeconds":3}})", "get", true);
  EXPECT_EQ(why.retry_after, std::chrono::seconds(3));
}

TEST(ParseVersion, WantsAKubernetesServer) {
  EXPECT_EQ(parse_version(R"({"gitVersion":"v1.37.2"})", "p").value(), "v1.37.2");
  EXPECT_FALSE(parse_version("<html>", "p").ok());
}

TEST(ErrcNames, AreDistinct) {
  std::vector<std::string> names;
  for (int code = 0; code <= static_cast<int>(errc::cancelled); ++code) {
    names.emplace_back(to_string(static_cast<errc>(code)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_FALSE(std::binary_search(names.begin(), names.end(), "unknown"));
}

}  // namespace
}  // namespace k8s
