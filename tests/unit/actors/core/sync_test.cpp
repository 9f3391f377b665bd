#include "actors/core/sync.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace actors::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::make_cr;
using testing::other_spec;
using testing::root_spec;
using testing::stored;

const std::string root_hash() {
  return teleport::content_hash(stored(root_spec, ""));
}

recorded known_write(const std::string& spec, const std::string& revision) {
  auto cr = make_cr();
  testing::remember(cr, stored(spec, revision));
  return recorded_in(cr);
}

comparison compare_root(const recorded& known, const teleport::resource& existing) {
  return compare(known, root_hash(), stored(root_spec, ""), existing);
}

TEST(Recorded, IsReadFromTheStatus) {
  const auto known = known_write(root_spec, "r1");
  EXPECT_EQ(known.revision, "r1");
  EXPECT_EQ(known.applied_hash, root_hash());
  EXPECT_FALSE(known.stored_hash.empty());
  EXPECT_TRUE(known.ready_now);
}

TEST(Recorded, ReadyOfAnOlderGenerationDoesNotCount) {
  auto cr = make_cr();
  testing::remember(cr, stored(root_spec, "r1"));
  ++cr.generation;
  EXPECT_FALSE(recorded_in(cr).ready_now);
}

// -- what the server never gives back --

teleport::resource github(const char* secret) {
  const auto spec = std::string{R"({"client_id":"a","client_secret":")"} + secret + R"("})";
  auto decoded =
      teleport::decode(*teleport::find_kind("TeleportGithubConnector"), {"gh", {}, {}, spec, {}});
  EXPECT_TRUE(decoded.ok());
  return decoded.value();
}

comparison compare_github(const recorded& known, const teleport::resource& desired) {
  auto existing = github("");
  existing.set_revision("r1");
  return compare(known, teleport::content_hash(desired), desired, existing);
}

recorded known_github(const teleport::resource& written, const char* revision) {
  return {revision, teleport::content_hash(written), teleport::stored_hash(written), true};
}

TEST(CompareWriteOnly, OnlyTheLastWriteTellsThatItIsThere) {
  const auto desired = github("old");
  EXPECT_EQ(compare_github(known_github(desired, "r1"), desired).what, sync_state::in_sync);
  EXPECT_EQ(compare_github(known_github(desired, "r0"), desired).what, sync_state::in_sync);
}

TEST(CompareWriteOnly, AnotherValueIsWrittenAlthoughNothingDiffers) {
  const auto found = compare_github(known_github(github("old"), "r1"), github("new"));
  EXPECT_EQ(found.what, sync_state::edited);
  EXPECT_THAT(found.fields, IsEmpty());
}

TEST(CompareWriteOnly, ACrdThatPrunesOurHashCostsAWrite) {
  const recorded pruned{{}, {}, {}, true};
  EXPECT_EQ(compare_github(pruned, github("old")).what, sync_state::edited);
  EXPECT_EQ(compare_github(pruned, github("")).what, sync_state::in_sync);
}

TEST(CompareWithoutRevisions, TheStoredContentTells) {
  const auto desired = github("old");
  auto existing = github("");
  const auto known = known_github(existing, "");
  const recorded ours{{}, teleport::content_hash(desired), known.stored_hash, true};
  EXPECT_EQ(compare(ours, ours.applied_hash, desired, existing).what, sync_state::in_sync);
}

TEST(Recorded, IsEmptyForANewCr) {
  const auto known = recorded_in(make_cr());
  EXPECT_TRUE(known.revision.empty() && known.applied_hash.empty() && known.stored_hash.empty());
  EXPECT_FALSE(known.ready_now);
}

TEST(Compare, SameHashAndRevisionIsInSyncWithoutALook) {
  // The content differs, but both versions say that it is what our write left: not looked at.
  const auto found = compare_root(known_write(root_spec, "r1"), stored(other_spec, "r1"));
  EXPECT_EQ(found.what, sync_state::in_sync);
}

TEST(Compare, OtherRevisionWithTheContentThatWeStoredIsInSync) {
  EXPECT_EQ(compare_root(known_write(root_spec, "r1"), stored(root_spec, "r2")).what,
            sync_state::in_sync);
}

TEST(Compare, OtherContentIsDrift) {
  const auto found = compare_root(known_write(root_spec, "r1"), stored(other_spec, "r2"));
  EXPECT_EQ(found.what, sync_state::drifted);
  EXPECT_THAT(found.fields, ElementsAre("spec.allow.logins"));
}

TEST(Compare, DriftInAFieldThatTheCrDoesNotSetIsSeenByTheStoredHash) {
  const auto found =
      compare_root(known_write(root_spec, "r1"),
                   stored(R"({"allow":{"logins":["root"]},"deny":{"logins":["bob"]}})", "r2"));
  EXPECT_EQ(found.what, sync_state::drifted);
  EXPECT_THAT(found.fields, IsEmpty());
}

TEST(Compare, WithoutAStoredHashOnlyTheFieldsThatTheCrSetsAreCompared) {
  auto known = known_write(root_spec, "r1");
  known.stored_hash.clear();
  const auto extra = stored(R"({"allow":{"logins":["root"]},"deny":{"logins":["bob"]}})", "r2");
  EXPECT_EQ(compare_root(known, extra).what, sync_state::in_sync);
  EXPECT_EQ(compare_root(known, stored(other_spec, "r2")).what, sync_state::drifted);
}

TEST(Compare, AServerWithoutRevisionsIsComparedByMeaning) {
  const auto known = known_write(root_spec, "");
  EXPECT_EQ(compare_root(known, stored(root_spec, "")).what, sync_state::in_sync);
  EXPECT_EQ(compare_root(known, stored(other_spec, "")).what, sync_state::drifted);
}

TEST(Compare, AnotherAppliedHashIsAnEdit) {
  const auto found = compare_root(known_write(other_spec, "r1"), stored(other_spec, "r1"));
  EXPECT_EQ(found.what, sync_state::edited);
  EXPECT_THAT(found.fields, ElementsAre("spec.allow.logins"));
}

TEST(Compare, AnEditThatTakesAFieldAwayIsAnEditThoughNothingThatIsSetDiffers) {
  const auto wider = R"({"allow":{"logins":["root"]},"deny":{"logins":["bob"]}})";
  const auto found = compare_root(known_write(wider, "r1"), stored(wider, "r1"));
  EXPECT_EQ(found.what, sync_state::edited);
}

TEST(Compare, ACrdThatPrunesOurFieldsIsComparedByMeaning) {
  recorded pruned;
  pruned.ready_now = true;
  EXPECT_EQ(compare_root(pruned, stored(root_spec, "r1")).what, sync_state::in_sync);
  EXPECT_EQ(compare_root(pruned, stored(other_spec, "r1")).what, sync_state::edited);
}

TEST(Compare, WhatWasNeverWrittenByUsIsWritten) {
  EXPECT_EQ(compare_root({}, stored(root_spec, "r1")).what, sync_state::edited);
}

TEST(InSyncByVersion, NeedsRevisionHashAndVersion) {
  const auto desired = stored(root_spec, "");
  const auto known = known_write(root_spec, "r1");
  const auto holds = [&](const recorded& what, const teleport::resource_head& head) {
    return in_sync_by_version(what, root_hash(), head, desired);
  };
  EXPECT_TRUE(holds(known, testing::head_of("v7", "r1")));
  EXPECT_FALSE(holds(known, testing::head_of("v7", "r2")));
  EXPECT_FALSE(holds(known, testing::head_of("v6", "r1")));
  EXPECT_FALSE(holds(known_write(other_spec, "r1"), testing::head_of("v7", "r1")));
  EXPECT_FALSE(holds(known_write(root_spec, ""), testing::head_of("v7", "")));
}

}  // namespace
}  // namespace actors::core
