#include "actors/core/secret_table.hpp"

#include <gmock/gmock.h>

namespace actors::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr secret_table::user alice = 1;
constexpr secret_table::user bob = 2;

k8s::object_ptr secret(const std::string& name, const std::string& version,
                       const std::string& ns = "ns") {
  k8s::object made;
  made.key = {ns, name};
  made.resource_version = version;
  return std::make_shared<const k8s::object>(std::move(made));
}

class SecretTable : public ::testing::Test {
 protected:
  secret_table::users list(const std::vector<k8s::object_ptr>& secrets, const std::string& version,
                           const std::string& scope = "ns") {
    table.page(scope, secrets, true);
    return table.list_ended(scope, version);
  }
  secret_table::users modified(const std::string& name, const std::string& version) {
    return table.changed("ns", *secret(name, version), false);
  }
  secret_table::users deleted(const std::string& name, const std::string& version) {
    return table.changed("ns", *secret(name, version), true);
  }

  secret_table table;
};

TEST_F(SecretTable, ToldOfAChangeAreExactlyItsUsers) {
  list({secret("a", "1"), secret("b", "2")}, "10");
  EXPECT_FALSE(table.put(alice, "ns", {{"a", "1"}}));
  EXPECT_FALSE(table.put(bob, "ns", {{"a", "1"}, {"b", "2"}}));
  EXPECT_THAT(modified("b", "11"), ElementsAre(bob));
  EXPECT_THAT(modified("a", "12"), UnorderedElementsAre(alice, bob));
  EXPECT_THAT(modified("c", "13"), IsEmpty());
}

TEST_F(SecretTable, ASecretOfAnotherNamespaceIsAnother) {
  list({}, "10", "");
  table.put(alice, "ns", {{"a", "1"}});
  EXPECT_THAT(table.changed("", *secret("a", "11", "other"), false), IsEmpty());
  EXPECT_THAT(table.changed("", *secret("a", "12", "ns"), false), ElementsAre(alice));
}

TEST_F(SecretTable, AChangeBetweenReadAndRegistrationIsTold) {
  list({secret("a", "1")}, "10");
  modified("a", "11");
  EXPECT_TRUE(table.put(alice, "ns", {{"a", "1"}}));
}

TEST_F(SecretTable, WhatTheUserSawAlreadyIsNoNews) {
  list({secret("a", "1")}, "10");
  table.put(alice, "ns", {{"a", "12"}});  // read after the change, the watch lags behind
  EXPECT_THAT(modified("a", "12"), IsEmpty());
  EXPECT_THAT(modified("a", "13"), ElementsAre(alice));
}

TEST_F(SecretTable, OneThatAppearsIsTold) {
  list({}, "10");
  EXPECT_FALSE(table.put(alice, "ns", {{"a", ""}}));
  EXPECT_THAT(modified("a", "11"), ElementsAre(alice));
}

TEST_F(SecretTable, OneThatWasThereAllAlongIsTold) {
  list({secret("a", "1")}, "10");
  EXPECT_TRUE(table.put(alice, "ns", {{"a", ""}}));
}

TEST_F(SecretTable, OneThatGoesIsTold) {
  list({secret("a", "1")}, "10");
  table.put(alice, "ns", {{"a", "1"}});
  EXPECT_THAT(deleted("a", "11"), ElementsAre(alice));
  EXPECT_FALSE(table.put(alice, "ns", {{"a", ""}}));
  EXPECT_THAT(modified("a", "12"), ElementsAre(alice)) << "made anew";
}

TEST_F(SecretTable, OneThatWentBeforeTheRegistrationIsTold) {
  list({secret("a", "1")}, "10");
  deleted("a", "11");
  EXPECT_TRUE(table.put(alice, "ns", {{"a", "1"}}));
}

TEST_F(SecretTable, OneThatTheWatchDoesNotKnowYetIsNotGone) {
  list({}, "10");
  EXPECT_FALSE(table.put(alice, "ns", {{"a", "12"}}));
  EXPECT_THAT(modified("a", "12"), IsEmpty());
}

TEST_F(SecretTable, NobodyIsToldTwiceOfOneState) {
  // A user that may not read the Secret, though it may watch it, sees none again and again.
  list({secret("a", "1")}, "10");
  EXPECT_TRUE(table.put(alice, "ns", {{"a", ""}}));
  EXPECT_FALSE(table.put(alice, "ns", {{"a", ""}}));
  EXPECT_THAT(modified("a", "11"), ElementsAre(alice));
  EXPECT_FALSE(table.put(alice, "ns", {{"a", ""}}));
}

TEST_F(SecretTable, BeforeTheListIsCompleteNobodyIsTold) {
  EXPECT_FALSE(table.put(alice, "ns", {{"a", "1"}, {"b", "2"}}));
  table.page("ns", {secret("a", "1")}, true);
  EXPECT_FALSE(table.put(bob, "ns", {{"b", "1"}}));
  table.page("ns", {secret("b", "2")}, false);
  EXPECT_THAT(table.list_ended("ns", "10"), ElementsAre(bob));
}

/// The API server was restored from a backup: the Secret is an older one now.
TEST_F(SecretTable, AnOlderListTellsWhatDiffers) {
  list({secret("a", "5"), secret("same", "2")}, "10");
  EXPECT_FALSE(table.put(alice, "ns", {{"a", "5"}}));
  EXPECT_FALSE(table.put(bob, "ns", {{"same", "2"}, {"missing", "10"}}));
  EXPECT_THAT(list({secret("a", "3"), secret("same", "2")}, "4"), ElementsAre(alice));
  EXPECT_FALSE(table.put(alice, "ns", {{"a", "3"}})) << "it has seen that one now";
  EXPECT_THAT(modified("a", "6"), ElementsAre(alice));
}

TEST_F(SecretTable, ANewListTellsWhatChangedMeanwhile) {
  list({secret("same", "1"), secret("changed", "2"), secret("gone", "3")}, "10");
  table.put(1, "ns", {{"same", "1"}});
  table.put(2, "ns", {{"changed", "2"}});
  table.put(3, "ns", {{"gone", "3"}});
  table.put(4, "ns", {{"new", ""}});
  table.put(5, "elsewhere", {{"gone", "3"}});
  EXPECT_THAT(list({secret("same", "1"), secret("changed", "15"), secret("new", "16")}, "20"),
              UnorderedElementsAre(2, 3, 4));
}

TEST_F(SecretTable, ARegistrationReplacesTheFormer) {
  list({}, "10");
  table.put(alice, "ns", {{"a", "1"}});
  table.put(alice, "ns", {{"b", ""}});
  EXPECT_THAT(modified("a", "11"), IsEmpty());
  EXPECT_THAT(modified("b", "12"), ElementsAre(alice));
}

TEST_F(SecretTable, WhoEndsIsForgotten) {
  list({secret("a", "1")}, "10");
  table.put(alice, "ns", {{"a", "1"}});
  table.put(bob, "ns", {{"a", "1"}});
  table.remove(alice);
  table.remove(alice);
  EXPECT_THAT(modified("a", "11"), ElementsAre(bob));
  EXPECT_THAT(table.namespaces(), ElementsAre("ns"));
  table.remove(bob);
  EXPECT_TRUE(table.empty());
  EXPECT_THAT(table.namespaces(), IsEmpty());
}

TEST_F(SecretTable, AScopeIsResumedWhereItsNewsEnded) {
  EXPECT_EQ(table.version_of("ns"), "");
  table.page("ns", {secret("a", "1")}, true);
  EXPECT_EQ(table.version_of("ns"), "") << "half a list";
  table.list_ended("ns", "10");
  EXPECT_EQ(table.version_of("ns"), "10");
  modified("a", "11");
  EXPECT_EQ(table.version_of("ns"), "11");
  table.bookmark("ns", "12");
  EXPECT_EQ(table.version_of("ns"), "12");
  table.keep_scopes({"ns"});
  EXPECT_EQ(table.version_of("ns"), "12");
  table.keep_scopes({"other"});
  EXPECT_EQ(table.version_of("ns"), "") << "news were missed since";
}

}  // namespace
}  // namespace actors::core
