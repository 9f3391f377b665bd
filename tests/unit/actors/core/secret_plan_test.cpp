/// Where a pass reads Secrets, and what it does with the answers.

#include <gmock/gmock.h>

#include "actors/core/words.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using ::testing::HasSubstr;
using testing::to_text;

constexpr const char* by_reference = R"({"client_secret":"secret://s/key"})";

const teleport::kind& github() {
  return *teleport::find_kind("TeleportGithubConnector");
}

k8s::object connector(const std::string& spec = by_reference) {
  auto cr = testing::make_cr(spec);
  cr.kind = github().cr_kind;
  return cr;
}

observed see(k8s::object cr) {
  observed seen;
  seen.kind = &github();
  seen.cr = std::make_shared<const k8s::object>(std::move(cr));
  decode_into(seen);
  seen.claimed = seen.target.key;
  return seen;
}

/// The Secret as the API server answers; its value is "hunter2".
secret_answers answered(const std::string& version = "7") {
  k8s::object secret;
  secret.key = {"default", "s"};
  secret.uid = "uid-s";
  secret.resource_version = version;
  secret.annotations[words::lookup_annotation] = "*";
  secret.other_fields["data"] = R"({"key":"aHVudGVyMg=="})";
  return {{"s", std::make_shared<const k8s::object>(std::move(secret))}};
}

secret_answers failed(k8s::errc code) {
  return {{"s", k8s::error{code, 0, {}, "made up", {}}}};
}

const outcome& end_of(const step& next) {
  return std::get<finish>(next).result;
}

TEST(SecretPlan, ReadsAfterTheFinalizerAndBeforeTeleport) {
  auto cr = connector();
  cr.finalizers.clear();
  EXPECT_EQ(to_text(next_step(see(cr))), "add_finalizer");
  auto seen = see(connector());
  const auto step = next_step(seen);
  ASSERT_EQ(to_text(step), "read_secrets");
  EXPECT_THAT(std::get<read_secrets>(step).names, ::testing::ElementsAre("s"));
  take_answers(seen, answered());
  EXPECT_EQ(to_text(next_step(seen)), "look_up");
}

TEST(SecretPlan, SendsTheValue) {
  auto seen = see(connector());
  take_answers(seen, answered());
  seen.looked_up = true;
  const auto step = next_step(seen);
  ASSERT_EQ(to_text(step), "create");
  EXPECT_EQ(
      teleport::content_hash(std::get<create_in_teleport>(step).desired),
      teleport::content_hash(see(connector(R"({"client_secret":"hunter2"})")).desired->value()));
}

TEST(SecretPlan, ReadsNothingForAValue) {
  EXPECT_EQ(to_text(next_step(see(connector(R"({"client_secret":"hunter2"})")))), "look_up");
}

TEST(SecretPlan, ReadsNothingForACrThatHasNoSay) {
  auto seen = see(connector());
  seen.held_by = "TeleportGithubConnector a/admin";
  EXPECT_EQ(to_text(next_step(seen)), "finish claimed");
  seen = see(connector());
  seen.admitted = false;
  EXPECT_EQ(to_text(next_step(seen)), "finish not_admitted");
  auto cr = connector();
  cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  EXPECT_EQ(to_text(next_step(see(cr))), "look_up");
}

TEST(SecretPlan, AMissingValueEndsThePassWithTheReason) {
  auto seen = see(connector());
  take_answers(seen, failed(k8s::errc::not_found));
  const auto step = next_step(seen);
  ASSERT_EQ(to_text(step), "finish mutation_failed");
  EXPECT_THAT(end_of(step).detail, HasSubstr("failed to lookup secret \"s\""));
}

TEST(SecretPlan, ABadReferenceIsAskedForNothing) {
  EXPECT_EQ(to_text(next_step(see(connector(R"({"client_secret":"secret://s"})")))),
            "finish mutation_failed");
}

TEST(SecretPlan, AFailureOfTheApiServerIsNoMistakeOfAnybody) {
  auto seen = see(connector());
  take_answers(seen, failed(k8s::errc::connection));
  const auto step = next_step(seen);
  ASSERT_EQ(to_text(step), "finish failed");
  EXPECT_TRUE(end_of(step).by_kubernetes);
}

class SecretInSync : public ::testing::Test {
 protected:
  /// The CR after a pass that wrote what the Secret said at version 7, and what Teleport then has.
  SecretInSync() {
    auto seen = see(connector());
    take_answers(seen, answered("7"));
    stored = seen.desired->value();
    stored.set_revision("r1");
    testing::remember(cr, stored);
    cr.status.fields[words::applied_hash] = seen.desired_hash;
  }
  std::string next_with(const secret_answers& answers) const {
    auto seen = see(cr);
    take_answers(seen, answers);
    seen.looked_up = true;
    seen.existing = stored;
    return to_text(next_step(seen));
  }
  k8s::object cr = connector();
  teleport::resource stored;
};

TEST_F(SecretInSync, TheSameSecretCostsNoCall) {
  auto seen = see(cr);
  take_answers(seen, answered("7"));
  seen.listed = testing::head_of("v3", "r1");
  EXPECT_EQ(to_text(next_step(seen)), "finish in_sync");
}

TEST_F(SecretInSync, AnotherStateOfTheSecretIsAnUpdate) {
  EXPECT_EQ(next_with(answered("7")), "finish in_sync");
  EXPECT_EQ(next_with(answered("8")), "update updated");
}

}  // namespace
}  // namespace actors::core
