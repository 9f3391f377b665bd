#include "actors/core/target.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace actors::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

const teleport::kind& kind_named(const char* cr_kind) {
  return *teleport::find_kind(cr_kind);
}

/// A CR `admin`; an annotation that is nullptr is not there.
k8s::object cr_with(bool finalizer, const char* name, const char* bound) {
  auto cr = testing::make_cr();
  if (!finalizer) cr.finalizers.clear();
  if (name != nullptr) cr.annotations[words::name_annotation] = name;
  if (bound != nullptr) cr.annotations[words::bound_name_annotation] = bound;
  return cr;
}

teleport_target target_with(bool finalizer, const char* name, const char* bound) {
  return target_of(testing::role_kind(), cr_with(finalizer, name, bound));
}

struct name_case {
  bool finalizer;
  const char* annotation;
  const char* bound;
  const char* name;
  const char* refused_as;
};

TEST(Target, NameIsFixedWithTheFinalizer) {
  const std::vector<name_case> rows{
      // Before the finalizer the annotation decides, whatever a copied manifest says of the past.
      {false, nullptr, nullptr, "admin", ""},
      {false, "ops@example.com", nullptr, "ops@example.com", ""},
      {false, "ops@example.com", "other", "ops@example.com", ""},
      {false, nullptr, "other", "admin", ""},
      // After it only what was written down counts, and another wish is refused.
      {true, nullptr, nullptr, "admin", ""},
      {true, "admin", nullptr, "admin", ""},
      {true, "ops@example.com", "ops@example.com", "ops@example.com", ""},
      {true, "ops@example.com", nullptr, "admin", words::name_is_fixed},
      {true, "dev@example.com", "ops@example.com", "ops@example.com", words::name_is_fixed},
      {true, nullptr, "ops@example.com", "ops@example.com", words::name_is_fixed},
  };
  for (const auto& row : rows) {
    const auto target = target_with(row.finalizer, row.annotation, row.bound);
    EXPECT_EQ(target.key.name, row.name);
    EXPECT_EQ(target.refused_as, row.refused_as);
    EXPECT_EQ(target.refused_text.empty(), target.refused_as.empty());
    EXPECT_FALSE(target.never_there) << "the bound one is there, and is deleted with the CR";
  }
}

TEST(Target, TheRefusalOfAChangeNamesTheBoundName) {
  const auto target = target_with(true, "dev@example.com", "ops@example.com");
  EXPECT_THAT(target.refused_text, HasSubstr("it is \"ops@example.com\""));
}

TEST(Target, TakesNamesThatKubernetesDoesNot) {
  for (const auto* name : {"my_role", "Alice", "a b", "bob@example.com", "ünïcode", "a:b.c-d+e"})
    EXPECT_EQ(target_with(false, name, nullptr).refused_as, "") << name;
}

TEST(Target, RefusesNamesThatTeleportCanNotHave) {
  for (const auto& name :
       {std::string{}, std::string{"  "}, std::string{" a"}, std::string{"a "}, std::string{"a\nb"},
        std::string{"a\x7f"}, std::string{"a/b"}, std::string(254, 'x')}) {
    const auto target = target_with(false, name.c_str(), nullptr);
    EXPECT_EQ(target.refused_as, words::invalid_name) << name;
    EXPECT_TRUE(target.never_there) << name;
  }
  EXPECT_EQ(target_with(false, std::string(253, 'x').c_str(), nullptr).refused_as, "");
}

TEST(Target, ASingletonHasOneNameOnly) {
  const auto& kind = kind_named("TeleportRetrievalModelV1");
  auto cr = testing::make_cr();
  const auto wrong = target_of(kind, cr);
  EXPECT_EQ(wrong.refused_as, words::mutation_error);
  EXPECT_THAT(
      wrong.refused_text,
      HasSubstr("TeleportRetrievalModelV1 must be named \"retrieval-model\", got \"admin\"; "
                "delete and recreate the resource with the correct name"));
  EXPECT_TRUE(wrong.never_there);
  cr.key.name = "retrieval-model";
  EXPECT_EQ(target_of(kind, cr).refused_as, "");
  auto annotated = cr_with(false, "retrieval-model", nullptr);
  EXPECT_EQ(target_of(kind, annotated).refused_as, "");
}

TEST(Target, TheScopeIsReadWithoutTheSpec) {
  auto cr = testing::make_cr("\"garbage\"");
  cr.other_fields["scope"] = R"("/staging/west")";
  EXPECT_EQ(target_of(kind_named("TeleportScopedRoleV1"), cr).key.scope, "/staging/west");
  EXPECT_EQ(target_of(testing::role_kind(), cr).key.scope, "") << "a kind without scopes";
  cr.other_fields["scope"] = "7";
  EXPECT_EQ(target_of(kind_named("TeleportScopedRoleV1"), cr).key.scope, "");
}

TEST(Binding, IsWrittenOnlyWhereItSaysMoreThanTheName) {
  EXPECT_THAT(binding_of(cr_with(false, nullptr, nullptr)), IsEmpty());
  EXPECT_THAT(binding_of(cr_with(false, "admin", nullptr)), IsEmpty());
  EXPECT_THAT(binding_of(cr_with(false, "my_role", nullptr)),
              ElementsAre(Pair(words::bound_name_annotation, "my_role")));
}

TEST(Binding, ReplacesWhatACopiedManifestBroughtAlong) {
  EXPECT_THAT(binding_of(cr_with(false, "my_role", "other")),
              ElementsAre(Pair(words::bound_name_annotation, "my_role")));
  EXPECT_THAT(binding_of(cr_with(false, nullptr, "other")),
              ElementsAre(Pair(words::bound_name_annotation, "")));
}

}  // namespace
}  // namespace actors::core
