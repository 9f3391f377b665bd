#include <gmock/gmock.h>

#include "support.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/proto/role.pb.h"
#include "teleport/proto/user.pb.h"

namespace teleport::test {
namespace {

resource with_origin(const char* origin) {
  auto user = decoded("TeleportUser", "{}");
  if (origin == nullptr) {
    codec::set_labels(user.mutable_message(), {{"team", "x"}});
  } else {
    codec::set_labels(user.mutable_message(), {{origin_label, origin}});
  }
  return user;
}

TEST(UnownedReason, FollowsTheOriginLabel) {
  EXPECT_EQ(unowned_reason(with_origin("kubernetes")), "");
  EXPECT_EQ(unowned_reason(with_origin(nullptr)),
            "teleport resource doesn't have the teleport.dev/origin label");
  EXPECT_EQ(unowned_reason(with_origin("")),
            "teleport resource doesn't have the teleport.dev/origin label");
  EXPECT_EQ(unowned_reason(with_origin("config-file")),
            "teleport resource has the teleport.dev/origin label set to \"config-file\" instead of "
            "\"kubernetes\"");
}

TEST(CarryOver, KeepsWhoCreatedAUser) {
  auto stored = decoded("TeleportUser", R"({"roles": ["old"]})");
  auto& message = dynamic_cast<types::UserV2&>(stored.mutable_message());
  message.mutable_spec()->mutable_createdby()->mutable_user()->set_name("alice");
  message.mutable_spec()->mutable_createdby()->mutable_time()->set_seconds(5);
  for (const auto* spec : {R"({"roles": ["new"]})", ""}) {
    auto desired = decoded("TeleportUser", spec);
    carry_over(desired, stored);
    const auto& user = as<types::UserV2>(desired);
    EXPECT_EQ(user.spec().createdby().user().name(), "alice");
    EXPECT_EQ(user.spec().createdby().time().seconds(), 5);
    EXPECT_EQ(user.spec().roles_size(), *spec == '\0' ? 0 : 1);
  }
  EXPECT_EQ(message.spec().createdby().user().name(), "alice");
}

TEST(CarryOver, KeepsWhatItDoesNotKnow) {
  auto stored = decoded("TeleportUser", "{}");
  auto& created =
      *dynamic_cast<types::UserV2&>(stored.mutable_message()).mutable_spec()->mutable_createdby();
  created.GetReflection()->MutableUnknownFields(&created)->AddVarint(50, 7);
  auto desired = decoded("TeleportUser", "{}");
  carry_over(desired, stored);
  const auto& carried = as<types::UserV2>(desired).spec().createdby();
  EXPECT_EQ(carried.GetReflection()->GetUnknownFields(carried).field_count(), 1);
}

TEST(CarryOver, LeavesOtherKindsAlone) {
  auto desired = decoded("TeleportRoleV7", R"({"allow": {"logins": ["new"]}})");
  const auto before = desired.message().SerializeAsString();
  carry_over(desired, decoded("TeleportRoleV7", R"({"allow": {"logins": ["old"]}})"));
  EXPECT_EQ(desired.message().SerializeAsString(), before);
}

}  // namespace
}  // namespace teleport::test
