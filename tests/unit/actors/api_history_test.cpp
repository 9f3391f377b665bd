/// API servers whose history is not what it was: restored from a backup, or behind.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;

class ApiHistory : public operator_world {
 protected:
  void given_in_sync() {
    api.apply(key(), root_spec);
    start();
    ASSERT_EQ(ready(), "True NoError");
  }
  std::string login() const { return login_of(teleport.resources.at("admin")); }
};

TEST_F(ApiHistory, ARestoredServerIsFollowed) {
  given_in_sync();
  const auto backup = api.save();
  for (int i = 0; i < 3; ++i) api.apply(key(), i % 2 == 0 ? other_spec : root_spec);
  settle();
  ASSERT_EQ(login(), "guest");
  api.restore(backup);
  pass(1min);
  EXPECT_EQ(login(), "root");
  EXPECT_EQ(ready(), "True NoError");
  api.apply(key(), other_spec);
  settle();
  EXPECT_EQ(login(), "guest") << "an edit with a version that was seen with another content";
}

/// The generation of the lost edit comes again, with another content, in the list itself.
TEST_F(ApiHistory, AnEditThatTakesTheNumberOfALostOneIsSeen) {
  given_in_sync();
  auto backup = api.save();
  api.apply(key(), other_spec);
  settle();
  ASSERT_EQ(login(), "guest");
  auto other = *backup.objects.at(key());
  other.generation = api.find(key())->generation;
  other.resource_version = std::to_string(++backup.version);
  other.spec = R"({"allow":{"logins":["third"]}})";
  backup.objects[key()] = std::make_shared<const k8s::object>(std::move(other));
  api.restore(backup);
  pass(1min);
  EXPECT_EQ(login(), "third");
}

TEST_F(ApiHistory, WhatWasDeletedSinceIsMadeAgain) {
  given_in_sync();
  const auto backup = api.save();
  api.remove(key());
  settle();
  ASSERT_TRUE(teleport.resources.empty());
  api.restore(backup);
  pass(1min);
  EXPECT_EQ(login(), "root");
}

/// The list shows a CR that is being deleted; it is gone, and another one has its name.
TEST_F(ApiHistory, ADeletionFromAnOldListIsConfirmedFirst) {
  given_in_sync();
  teleport.hold = true;
  api.remove(key());
  auto past = api.save();
  let_go();
  settle();
  ASSERT_EQ(api.find(key()), nullptr);
  api.apply(key(), other_spec);
  settle();
  ASSERT_EQ(login(), "guest");
  const auto removed = teleport.counts["remove"];

  api.past = std::move(past);
  kill_newest("kind_supervisor");
  pass(1min);
  EXPECT_EQ(teleport.counts["remove"], removed) << "it deleted the new one's resource";
  EXPECT_EQ(login(), "guest");
}

TEST_F(ApiHistory, AConfirmedDeletionIsCarriedOut) {
  given_in_sync();
  teleport.hold = true;
  api.remove(key());
  kill_newest("kind_supervisor");
  let_go();
  pass(1min);
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_TRUE(teleport.resources.empty());
}

}  // namespace
}  // namespace actors::testing
