/// CRs whose name in Teleport is not their own, through the real actor tree.

#include <gmock/gmock.h>

#include "actors/core/words.hpp"
#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
namespace words = core::words;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

class ObjectNames : public operator_world {
 protected:
  void apply_as(const std::string& teleport_name, const std::string& cr = "admin") {
    api.apply(key(cr), root_spec, [&](k8s::object& object) {
      object.annotations[words::name_annotation] = teleport_name;
    });
    settle();
  }
  std::string bound(const std::string& cr = "admin") const {
    const auto& annotations = api.find(key(cr))->annotations;
    const auto found = annotations.find(words::bound_name_annotation);
    return found == annotations.end() ? std::string{} : found->second;
  }
};

TEST_F(ObjectNames, TheAnnotationNamesTheResource) {
  start();
  apply_as("ops@example.com");
  EXPECT_THAT(teleport.resources, ElementsAre(Key("ops@example.com")));
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(bound(), "ops@example.com");
  EXPECT_EQ(writes(), 2) << "the name is written down with the finalizer";
}

TEST_F(ObjectNames, ACrUnderItsOwnNameGetsNoAnnotation) {
  start();
  api.apply(key(), root_spec);
  settle();
  EXPECT_THAT(api.find(key())->annotations, ::testing::IsEmpty());
}

TEST_F(ObjectNames, ALaterChangeIsRefusedAndChangesNothing) {
  start();
  apply_as("ops@example.com");
  teleport.counts.clear();
  api.events.clear();
  api.annotate(key(), words::name_annotation, "dev@example.com");
  api.apply(key(), other_spec);
  settle();
  EXPECT_EQ(ready(), "False NameIsFixed");
  EXPECT_EQ(teleport_calls(), 0);
  EXPECT_EQ(login_of(teleport.resources.at("ops@example.com")), "root");
  EXPECT_THAT(api.events, Contains(words::name_is_fixed));
  api.annotate(key(), words::name_annotation, "ops@example.com");
  settle();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(login_of(teleport.resources.at("ops@example.com")), "guest");
}

TEST_F(ObjectNames, ADeletionTakesTheBoundOneWhateverTheAnnotationSays) {
  start();
  apply_as("ops@example.com");
  teleport.put("dev@example.com", role("dev@example.com", root_spec, true));
  api.annotate(key(), words::name_annotation, "dev@example.com");
  api.remove(key());
  settle();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_THAT(teleport.resources, ElementsAre(Key("dev@example.com")));
}

TEST_F(ObjectNames, ANameThatTeleportCanNotHaveIsSaidAndCanBeMended) {
  start();
  apply_as("a/b");
  EXPECT_EQ(ready(), "False InvalidName");
  EXPECT_THAT(api.find(key())->finalizers, ::testing::IsEmpty()) << "its name would be fixed";
  api.annotate(key(), words::name_annotation, "a_b");
  settle();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_THAT(teleport.resources, ElementsAre(Key("a_b")));
}

TEST_F(ObjectNames, TwoCrsOfOneNameAreAClaimLikeAnyOther) {
  start();
  api.apply(key("ops"), root_spec);
  settle();
  apply_as("ops", "late");
  EXPECT_EQ(ready("ops"), "True NoError");
  EXPECT_EQ(ready("late"), "False ClaimedByAnotherResource");
  api.remove(key("ops"));
  pass(1s);
  EXPECT_EQ(ready("late"), "True NoError");
}

TEST_F(ObjectNames, ANameThatChangesBeforeTheFinalizerIsClaimedAnew) {
  start();
  api.apply(key("ops"), root_spec);
  settle();
  apply_as("", "late");
  ASSERT_EQ(ready("late"), "False InvalidName");
  api.annotate(key("late"), words::name_annotation, "ops");
  settle();
  EXPECT_EQ(ready("late"), "False ClaimedByAnotherResource");
}

TEST_F(ObjectNames, ANameThatOnlyTheObjectHasSeenIsClaimedByItsWord) {
  start();
  apply_as("a/b");
  ASSERT_EQ(ready(), "False InvalidName");
  api.annotate(key(), words::name_annotation, "a_b");
  // Its successor reads the CR; the watch has told nothing yet.
  self()->send_exit(hooks.living("object_actor").back(), caf::exit_reason::kill);
  run();
  EXPECT_THAT(teleport.resources, ElementsAre(Key("a_b")));
}

TEST_F(ObjectNames, ARestartInSyncCostsOneList) {
  start();
  apply_as("ops@example.com");
  api.counts.clear();
  teleport.counts.clear();
  kill_newest("kind_supervisor");
  pass(1s);
  EXPECT_EQ(writes(), 0);
  EXPECT_EQ(teleport.counts, (std::map<std::string, int>{{"list", 1}}));
}

}  // namespace
}  // namespace actors::testing
