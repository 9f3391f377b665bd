#include "app/operator_id.hpp"

#include <deque>
#include <set>

#include <gmock/gmock.h>

namespace app {
namespace {

using k8s::errc;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

/// "VALUE" in base64 is what the API server would hold.
constexpr const char* someone_elses = "c29tZW9uZSBlbHNl";

k8s::object_ptr secret(const std::string& version, const std::string& data = "") {
  auto made = std::make_shared<k8s::object>();
  made->uid = "u-1";
  made->resource_version = version;
  if (!data.empty()) made->other_fields["data"] = data;
  return made;
}

k8s::object_ptr with_id(const std::string& base64) {
  return secret("9", R"({"operator-id":")" + base64 + R"("})");
}

k8s::error failed(errc code, const std::string& message = "the server said no") {
  k8s::error why;
  why.code = code;
  why.message = message;
  return why;
}

using answer = k8s::result<k8s::object_ptr>;

/// A Secret whose answers are scripted; the last one of each call is repeated.
class Scripted {
 public:
  std::deque<answer> reads;
  std::deque<answer> writes;
  std::vector<std::string> said;

  std::variant<std::string, start_failure> run() {
    state_access state;
    state.at = {"ns", "teleport-shared-state"};
    state.read = [this] { return next("read", reads); };
    state.create = [this](const std::string& body) { return next("create " + body, writes); };
    state.patch = [this](const std::string& body) { return next("patch " + body, writes); };
    return read_or_make_operator_id(state, [this] { return "made-" + std::to_string(++made_); });
  }

  std::string id() {
    auto got = run();
    if (auto* why = std::get_if<start_failure>(&got)) return "failed: " + why->why;
    return std::get<std::string>(got);
  }

 private:
  answer next(std::string what, std::deque<answer>& from) {
    said.push_back(std::move(what));
    auto given = from.front();
    if (from.size() > 1) from.pop_front();
    return given;
  }

  int made_ = 0;
};

const std::string patch_1 =
    R"(patch {"metadata":{"resourceVersion":"1","uid":"u-1"},"stringData":{"operator-id":"made-1"}})";

TEST(OperatorId, IsReadWhenItIsThere) {
  Scripted state;
  state.reads = {with_id(someone_elses)};
  EXPECT_EQ(state.id(), "someone else");
  EXPECT_THAT(state.said, ElementsAre("read"));
}

TEST(OperatorId, IsMadeInTheSecretAsItWasRead) {
  for (const auto* data : {"", "null", R"({"other":"eA=="})", R"({"operator-id":""})"}) {
    Scripted state;
    state.reads = {secret("1", data)};
    state.writes = {secret("2")};
    EXPECT_EQ(state.id(), "made-1") << data;
    EXPECT_THAT(state.said, ElementsAre("read", patch_1)) << data;
  }
}

TEST(OperatorId, IsMadeTogetherWithAMissingSecret) {
  Scripted state;
  state.reads = {failed(errc::not_found)};
  state.writes = {secret("1")};
  EXPECT_EQ(state.id(), "made-1");
  EXPECT_THAT(state.said,
              ElementsAre("read", HasSubstr(R"("stringData":{"operator-id":"made-1"})")));
  EXPECT_THAT(state.said[1], ::testing::StartsWith("create "));
}

TEST(OperatorId, OfTheFirstWriterCounts) {
  for (const auto lost : {errc::conflict, errc::already_exists, errc::not_found, errc::server_error,
                          errc::connection}) {
    Scripted state;
    state.reads = {secret("1"), with_id(someone_elses)};
    state.writes = {failed(lost)};
    EXPECT_EQ(state.id(), "someone else") << k8s::to_string(lost);
    EXPECT_THAT(state.said, ElementsAre("read", patch_1, "read")) << k8s::to_string(lost);
  }
}

TEST(OperatorId, IsGivenUpAfterThreeExtraTries) {
  Scripted state;
  state.reads = {secret("1")};
  state.writes = {failed(errc::conflict)};
  EXPECT_EQ(state.id(),
            "failed: failed to create operator ID in kube state a after too many attempts (key "
            "operator-id of Secret ns/teleport-shared-state)");
  EXPECT_EQ(state.said.size(), 9U) << "four writes, each between two looks";
}

TEST(OperatorId, ThatMayNotBeReadOrWrittenNamesTheSecretAndTheRights) {
  Scripted reading;
  reading.reads = {failed(errc::forbidden)};
  Scripted writing;
  writing.reads = {secret("1")};
  writing.writes = {failed(errc::forbidden)};
  for (auto* state : {&reading, &writing}) {
    EXPECT_THAT(state->id(),
                ::testing::AllOf(HasSubstr("the server said no"), HasSubstr("get and patch"),
                                 HasSubstr("Secret ns/teleport-shared-state")));
  }
  EXPECT_EQ(reading.said.size(), 1U);
  EXPECT_EQ(writing.said.size(), 2U) << "a missing right does not come by asking again";
}

TEST(OperatorId, FailsWithTheServersWordsForTheRest) {
  Scripted state;
  state.reads = {failed(errc::unauthorized, "who are you")};
  EXPECT_THAT(state.id(), HasSubstr("who are you"));
  EXPECT_THAT(state.id(), Not(HasSubstr("get and patch")));
}

TEST(RandomUuid, IsOfVersion4AndNewEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const auto made = random_uuid();
    EXPECT_THAT(made, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                   "[0-9a-f]{12}"));
    seen.insert(made);
  }
  EXPECT_EQ(seen.size(), 200U);
}

}  // namespace
}  // namespace app
