#include "actors/core/secret_lookup.hpp"

#include <functional>

#include <gmock/gmock.h>

#include "actors/core/words.hpp"
#include "teleport/codec.hpp"

namespace actors::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const k8s::object_key cr{"team", "github"};
constexpr const char* value_in_base64 = "aHVudGVyMg==";  // hunter2

teleport::resource connector(const std::string& client_secret) {
  const auto* kind = teleport::find_kind("TeleportGithubConnector");
  auto decoded = teleport::decode(
      *kind, {cr.name, {}, {}, R"({"client_secret":")" + client_secret + R"("})", {}});
  EXPECT_TRUE(decoded.ok());
  return decoded.value();
}

/// A Secret that lets everybody read `key`.
k8s::object secret_s() {
  k8s::object secret;
  secret.key = {"team", "s"};
  secret.uid = "uid-s";
  secret.resource_version = "7";
  secret.annotations[words::lookup_annotation] = "*";
  secret.other_fields["data"] = R"({"key":")" + std::string(value_in_base64) + R"("})";
  return secret;
}

std::variant<k8s::object_ptr, k8s::error> answer(k8s::object secret) {
  return std::make_shared<const k8s::object>(std::move(secret));
}

std::variant<k8s::object_ptr, k8s::error> failure(k8s::errc code) {
  return k8s::error{code, 0, {}, "get secrets team/s: made up", {}};
}

secret_outcome look_up(const std::string& reference, const secret_answers& answers) {
  const auto desired = connector(reference);
  return look_up_values(cr, secrets_needed(desired), answers, desired, "content");
}

// -- what is needed --

TEST(SecretNeeds, NameEachSecretOnce) {
  secret_needs needs;
  needs.references = {{"spec.a", "s2", "k"}, {"spec.b", "s1", "k"}, {"spec.c", "s2", "l"}};
  EXPECT_THAT(needs.names(), ElementsAre("s1", "s2"));
  EXPECT_TRUE(needs.open());
  needs.read = true;
  EXPECT_FALSE(needs.open());
}

TEST(SecretNeeds, AreNoneForAValue) {
  const auto needs = secrets_needed(connector("hunter2"));
  EXPECT_FALSE(needs.open());
  EXPECT_EQ(needs.trouble, "");
}

TEST(SecretNeeds, ABadReferenceIsTroubleAtOnce) {
  const auto needs = secrets_needed(connector("secret://s"));
  EXPECT_FALSE(needs.open()) << "reads Secrets for nothing";
  EXPECT_THAT(needs.trouble, HasSubstr("spec.client_secret: missing secret key"));
}

// -- facts/operator-behaviour.md §4, row by row --

struct refusal_case {
  const char* name;
  std::function<void(k8s::object&)> secret;
  const char* why;
};

void PrintTo(const refusal_case& row, std::ostream* out) {
  *out << row.name;
}

auto annotated(const char* value) {
  return [value](k8s::object& secret) { secret.annotations[words::lookup_annotation] = value; };
}
auto holding(const char* data) {
  return [data](k8s::object& secret) { secret.other_fields["data"] = data; };
}

class SecretRefusal : public ::testing::TestWithParam<refusal_case> {};

TEST_P(SecretRefusal, SaysWhyAndNoValue) {
  auto secret = secret_s();
  GetParam().secret(secret);
  const auto found = look_up("secret://s/key", {{"s", answer(secret)}});
  const auto* missing = std::get_if<values_missing>(&found);
  ASSERT_NE(missing, nullptr);
  EXPECT_THAT(missing->why, StartsWith("spec.client_secret: "));
  EXPECT_THAT(missing->why, HasSubstr(GetParam().why));
  EXPECT_THAT(missing->why, Not(HasSubstr("hunter2")));
  EXPECT_THAT(missing->why, Not(HasSubstr(value_in_base64)));
}

constexpr const char* not_contained =
    R"(secret "s" have the annotation "resources.teleport.dev/allow-lookup-from-cr" but it does )"
    R"(not contain "github")";

INSTANTIATE_TEST_SUITE_P(
    All, SecretRefusal,
    ::testing::Values(
        refusal_case{
            "no annotation", [](k8s::object& secret) { secret.annotations.clear(); },
            R"(secret "s" doesn't have the "resources.teleport.dev/allow-lookup-from-cr" annotation)"},
        refusal_case{"an empty annotation", annotated(""), not_contained},
        refusal_case{"another name", annotated("gitlab"), not_contained},
        refusal_case{"a longer name", annotated("github-2,my-github"), not_contained},
        refusal_case{"no star alone", annotated("*,gitlab"), not_contained},
        refusal_case{"a star with blanks", annotated(" * "), not_contained},
        refusal_case{"a pattern", annotated("git*"), not_contained},
        refusal_case{"namespace and name", annotated("team/github"), not_contained},
        refusal_case{"another key", holding(R"({"other":"eA=="})"),
                     R"(secret "s" is missing key "key")"},
        refusal_case{"no data", [](k8s::object& secret) { secret.other_fields.clear(); },
                     R"(secret "s" is missing key "key")"},
        refusal_case{"not UTF-8", holding(R"({"key":"/w=="})"),
                     R"(key "key" of secret "s" is not UTF-8)"}));

class SecretPermission : public ::testing::TestWithParam<const char*> {};

TEST_P(SecretPermission, IsAStarOrAListOfNames) {
  auto secret = secret_s();
  annotated(GetParam())(secret);
  const auto found = look_up("secret://s/key", {{"s", answer(secret)}});
  const auto* complete = std::get_if<values_found>(&found);
  ASSERT_NE(complete, nullptr);
  EXPECT_TRUE(teleport::differences(connector("hunter2"), complete->desired).empty());
  EXPECT_EQ(teleport::content_hash(complete->desired),
            teleport::content_hash(connector("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(All, SecretPermission,
                         ::testing::Values("*", "github", "gitlab,github", " a ,\tgithub ,b",
                                           "github,", ",,github"));

// -- Secrets that could not be read --

struct unread_case {
  k8s::errc code;
  const char* lasting;  ///< the text; nullptr: it is likely to pass
};

class UnreadSecret : public ::testing::TestWithParam<unread_case> {};

TEST_P(UnreadSecret, IsAMistakeOrAFailure) {
  const auto& row = GetParam();
  const auto found = look_up("secret://s/key", {{"s", failure(row.code)}});
  if (row.lasting == nullptr) {
    const auto* unread = std::get_if<secrets_unread>(&found);
    ASSERT_NE(unread, nullptr);
    EXPECT_EQ(unread->why.code, row.code);
  } else {
    const auto* missing = std::get_if<values_missing>(&found);
    ASSERT_NE(missing, nullptr);
    EXPECT_THAT(missing->why, HasSubstr(R"(failed to lookup secret "s": )"));
    EXPECT_THAT(missing->why, HasSubstr(row.lasting));
  }
}

INSTANTIATE_TEST_SUITE_P(All, UnreadSecret,
                         ::testing::Values(unread_case{k8s::errc::not_found,
                                                       "not found in namespace \"team\""},
                                           unread_case{k8s::errc::forbidden, "secrets/get"},
                                           unread_case{k8s::errc::invalid, "made up"},
                                           unread_case{k8s::errc::connection, nullptr},
                                           unread_case{k8s::errc::server_error, nullptr},
                                           unread_case{k8s::errc::throttled, nullptr},
                                           unread_case{k8s::errc::unauthorized, nullptr},
                                           unread_case{k8s::errc::cancelled, nullptr}));

// -- the hash --

std::string hash_with(const std::function<void(k8s::object&)>& change) {
  auto secret = secret_s();
  change(secret);
  const auto found = look_up("secret://s/key", {{"s", answer(secret)}});
  return std::get<values_found>(found).hash;
}

TEST(SecretHash, FollowsTheSecretNotItsValue) {
  const auto same = hash_with([](k8s::object&) { /* as made */ });
  EXPECT_EQ(same, hash_with(holding(R"({"key":"eA=="})"))) << "the value is in the hash";
  EXPECT_NE(same, hash_with([](k8s::object& secret) { secret.resource_version = "8"; }));
  EXPECT_NE(same, hash_with([](k8s::object& secret) { secret.uid = "uid-t"; }));
}

}  // namespace
}  // namespace actors::core
