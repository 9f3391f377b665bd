/// Events as Teleport sends them, for every kind.

#include "teleport/watch.hpp"

#include <gmock/gmock.h>
#include <google/protobuf/unknown_field_set.h>

#include "teleport/calls/shape.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/proto/events.pb.h"

namespace teleport {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<const kind*> every_kind() {
  std::vector<const kind*> all;
  for (const auto& row : all_kinds()) all.push_back(&row);
  return all;
}

/// A resource of the kind, with what every resource has.
std::shared_ptr<google::protobuf::Message> made(const kind& row, const std::string& subkind) {
  std::shared_ptr<google::protobuf::Message> message = calls::new_message(row.message);
  auto& metadata = *codec::mutable_metadata(*message);
  codec::set_text(metadata, "name", "dev");
  codec::set_text(metadata, "revision", "r1");
  codec::set_text(*message, "scope", row.scope == scoping::possible ? "/a" : "");
  codec::set_text(*codec::mutable_header(*message), "sub_kind", subkind);
  return message;
}

/// Over the wire, as it arrives.
proto::Event put_event(int field, const google::protobuf::Message& message) {
  proto::Event sent;
  sent.set_type(proto::PUT);
  sent.GetReflection()->MutableUnknownFields(&sent)->AddLengthDelimited(
      field, message.SerializeAsString());
  proto::Event event;
  event.ParseFromString(sent.SerializeAsString());
  return event;
}

proto::Event delete_event(const std::string& teleport_kind) {
  proto::Event event;
  event.set_type(proto::DELETE);
  event.mutable_resourceheader()->set_kind(teleport_kind);
  event.mutable_resourceheader()->mutable_metadata()->set_name("dev");
  return event;
}

TEST(EventReader, ReadsAWriteOfEveryKindThatHasEvents) {
  const event_reader reader(every_kind());
  int read = 0;
  for (const auto& row : all_kinds()) {
    if (row.event_field == 0) continue;
    const auto news = reader.read(put_event(row.event_field, *made(row, row.teleport_subkind)));
    const auto* change = std::get_if<resource_change>(&news);
    ASSERT_NE(change, nullptr) << row.cr_kind;
    EXPECT_EQ(change->teleport_kind, row.teleport_kind);
    EXPECT_EQ(change->key.name, "dev") << row.cr_kind;
    EXPECT_EQ(change->key.scope, row.scope == scoping::possible ? "/a" : "") << row.cr_kind;
    EXPECT_EQ(change->revision, "r1") << row.cr_kind;
    EXPECT_FALSE(change->deleted);
    ++read;
  }
  EXPECT_GT(read, 20);
}

TEST(EventReader, ReadsADeletionOfEveryKindThatHasEvents) {
  const event_reader reader(every_kind());
  for (const auto& row : all_kinds()) {
    const auto news = reader.read(delete_event(row.teleport_kind));
    const auto* change = std::get_if<resource_change>(&news);
    ASSERT_EQ(change != nullptr, row.event_field != 0) << row.cr_kind;
    if (change == nullptr) continue;
    EXPECT_TRUE(change->deleted);
    EXPECT_EQ(change->teleport_kind, row.teleport_kind);
    EXPECT_EQ(change->key.name, row.singleton.empty() ? "dev" : row.singleton) << row.cr_kind;
    EXPECT_EQ(change->any_scope, row.scope == scoping::possible) << row.cr_kind;
  }
}

TEST(EventReader, SkipsWhatIsOfNoConcern) {
  const auto* role = find_kind("TeleportRoleV7");
  const auto* node = find_kind("TeleportOpenSSHServerV2");
  const event_reader reader({role, node});
  const auto concerns = [&](const proto::Event& event) { return reader.read(event).index() != 0; };
  EXPECT_TRUE(concerns(put_event(node->event_field, *made(*node, "openssh"))));
  EXPECT_FALSE(concerns(put_event(node->event_field, *made(*node, "teleport")))) << "an agent";
  EXPECT_FALSE(concerns(put_event(3, *made(*role, "")))) << "another kind's field";
  EXPECT_FALSE(concerns(put_event(8, *made(*find_kind("TeleportUser"), "")))) << "not asked for";
  EXPECT_FALSE(concerns(delete_event("user")));
  proto::Event broken;
  broken.set_type(proto::PUT);
  broken.GetReflection()->MutableUnknownFields(&broken)->AddLengthDelimited(role->event_field,
                                                                            "\xff\xff");
  EXPECT_FALSE(concerns(broken));
  proto::Event later;
  later.ParseFromString(std::string{"\x08\x07", 2});
  EXPECT_FALSE(concerns(later)) << "an operation that is not known";
}

TEST(EventReader, AsksOnceForEachTeleportKindAndForAsManyAsPossible) {
  const event_reader reader({find_kind("TeleportRoleV6"), find_kind("TeleportRoleV7"),
                             find_kind("TeleportGithubConnector"), find_kind("TeleportUser")});
  const auto request = reader.request();
  const auto& watch = dynamic_cast<const proto::Watch&>(*request);
  ASSERT_EQ(watch.kinds_size(), 2);
  EXPECT_EQ(watch.kinds(0).kind(), "role");
  EXPECT_EQ(watch.kinds(1).kind(), "user");
  EXPECT_TRUE(watch.allowpartialsuccess());
}

TEST(EventReader, SaysWhatTheServerLeavesOut) {
  const event_reader reader({find_kind("TeleportRoleV7"), find_kind("TeleportUser")});
  const auto left_out = [&](const proto::Event& event) {
    return std::get<event_reader::opened>(reader.read(event)).left_out;
  };
  proto::Event init;
  EXPECT_THAT(left_out(init), IsEmpty()) << "an older server";
  init.mutable_watchstatus()->mutable_spec()->add_kinds()->set_kind("role");
  EXPECT_THAT(left_out(init), ElementsAre("user"));
  init.mutable_watchstatus()->mutable_spec()->add_kinds()->set_kind("user");
  EXPECT_THAT(left_out(init), IsEmpty());
}

}  // namespace
}  // namespace teleport
