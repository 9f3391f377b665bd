#include "app/doctor/permissions.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace app::doctor {
namespace {

using ::testing::HasSubstr;

const teleport::kind& user() {
  return *teleport::find_kind("TeleportUser");
}

permission one_of(const std::vector<permission>& all, const std::string& id) {
  const auto found = std::ranges::find(all, id, &permission::id);
  if (found != all.end()) return *found;
  ADD_FAILURE() << id << " is missing";
  return {};
}

std::vector<std::string> asked(const permission& of) {
  std::vector<std::string> texts;
  for (const auto& question : of.questions) texts.push_back(k8s::to_string(question));
  return texts;
}

/// Yes to all but these.
std::vector<k8s::result<bool>> all_but(const permission& of, const std::vector<std::size_t>& no) {
  std::vector<k8s::result<bool>> answers(of.questions.size(), true);
  for (const auto at : no) answers.at(at) = false;
  return answers;
}

TEST(Permissions, OfAKindAreAskedInEachNamespace) {
  const auto got = one_of(needed_permissions({&user()}, {{"a", "b"}, "", {}}),
                          "kubernetes.rights.teleportusers");
  EXPECT_THAT(asked(got), ::testing::UnorderedElementsAre(
                              "get teleportusers.resources.teleport.dev in namespace a",
                              "list teleportusers.resources.teleport.dev in namespace a",
                              "watch teleportusers.resources.teleport.dev in namespace a",
                              "patch teleportusers.resources.teleport.dev in namespace a",
                              "patch teleportusers.resources.teleport.dev/status in namespace a",
                              "get teleportusers.resources.teleport.dev in namespace b",
                              "list teleportusers.resources.teleport.dev in namespace b",
                              "watch teleportusers.resources.teleport.dev in namespace b",
                              "patch teleportusers.resources.teleport.dev in namespace b",
                              "patch teleportusers.resources.teleport.dev/status in namespace b"));
}

TEST(Permissions, OfAllNamespacesAreAskedOnce) {
  const auto got = one_of(needed_permissions({}, {}), "kubernetes.rights.events");
  EXPECT_THAT(asked(got), ::testing::ElementsAre("create events in all namespaces",
                                                 "patch events in all namespaces"));
}

TEST(Permissions, ForEventsOnTheOwnPodAreAskedWhereThatIs) {
  const auto asked_with = [](const places& at) {
    return asked(one_of(needed_permissions({}, at), "kubernetes.rights.events"));
  };
  const std::vector<std::string> with_own{
      "create events in namespace a", "patch events in namespace a",
      "create events in namespace own", "patch events in namespace own"};
  EXPECT_EQ(asked_with({{"a"}, "own", {}}), with_own);
  EXPECT_EQ(asked_with({{"own"}, "own", {}}).size(), 2U);
  EXPECT_EQ(asked_with({{}, "own", {}}).size(), 2U) << "all namespaces are asked about already";
}

TEST(Permissions, OfTheStateSecretAreAskedWithAScopeOnly) {
  const auto without = needed_permissions({}, {{"a"}, "", {}});
  EXPECT_EQ(std::ranges::count(without, "kubernetes.rights.state", &permission::id), 0);
  const auto with = needed_permissions({}, {{"a"}, "", {"own", "rel-shared-state"}});
  EXPECT_THAT(asked(one_of(with, "kubernetes.rights.state")),
              ::testing::ElementsAre("get secrets \"rel-shared-state\" in namespace own",
                                     "create secrets in namespace own",
                                     "patch secrets \"rel-shared-state\" in namespace own"));
}

TEST(Permissions, OnTheLeaseAreAskedByItsNameWhereItLives) {
  const auto got = one_of(needed_permissions({}, {{"a", "b"}, "own", {}, {"own", "id"}}),
                          "kubernetes.rights.leases");
  EXPECT_THAT(asked(got),
              ::testing::ElementsAre("get leases.coordination.k8s.io \"id\" in namespace own",
                                     "create leases.coordination.k8s.io in namespace own",
                                     "update leases.coordination.k8s.io \"id\" in namespace own"));
  EXPECT_EQ(judge(got, all_but(got, {2})).is, verdict::failed);
}

TEST(Permissions, AllGrantedIsWell) {
  const auto asked = needed_permissions({&user()}, {{"a"}, "", {}}).front();
  EXPECT_EQ(judge(asked, all_but(asked, {})).is, verdict::ok);
}

TEST(Permissions, WhatIsMissingIsNamedByPlace) {
  const auto asked = needed_permissions({&user()}, {{"a", "b"}, "", {}}).front();
  const auto got = judge(asked, all_but(asked, {1, 4, 9}));
  EXPECT_EQ(got.is, verdict::failed);
  EXPECT_THAT(got.seen, HasSubstr(" in a; "));
  EXPECT_THAT(got.seen, HasSubstr("patch (status) in b"));
  EXPECT_FALSE(got.remedy.empty());
}

TEST(Permissions, ThatTheOperatorWorksWithoutAreAWarning) {
  for (const auto* id : {"kubernetes.rights.events", "kubernetes.rights.secrets"}) {
    const auto asked = one_of(needed_permissions({}, {{"a"}, "", {}}), id);
    EXPECT_EQ(judge(asked, all_but(asked, {0})).is, verdict::warning) << id;
  }
}

TEST(Permissions, ThatCouldNotBeAskedAreAFailure) {
  const auto asked = needed_permissions({&user()}, {{"a"}, "", {}}).front();
  auto answers = all_but(asked, {});
  k8s::error late;
  late.message = "no answer in time";
  answers[2] = late;
  const auto got = judge(asked, answers);
  EXPECT_EQ(got.is, verdict::failed);
  EXPECT_THAT(got.seen, HasSubstr("no answer in time"));
}

}  // namespace
}  // namespace app::doctor
