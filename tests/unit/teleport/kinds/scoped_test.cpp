/// The rows of scoped kinds, where they differ from all others.

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "teleport/calls/shape.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/kind.hpp"
#include "teleport/proto/scoped_token_calls.pb.h"

namespace teleport {
namespace {

struct refused_delete {
  const char* kind;
  errc code;
  const char* message;
  bool gone;
};

TEST(ScopedRows, SomeRefusalsOfADeleteMeanThatNothingIsThere) {
  const refused_delete cases[] = {
      {"TeleportScopedRoleV1", errc::compare_failed, "scoped role \"a\" not found", true},
      {"TeleportScopedRoleV1", errc::compare_failed,
       "role \"a\" has been concurrently modified and/or deleted", true},
      {"TeleportScopedRoleV1", errc::compare_failed, "role \"a\" is assigned to user \"b\"", false},
      {"TeleportScopedRoleV1", errc::access_denied, "not found", false},
      {"TeleportScopedRoleAssignmentV1", errc::compare_failed, "whatever it says", true},
      {"TeleportScopedRoleAssignmentV1", errc::timeout, "not found", false},
  };
  for (const auto& one : cases) {
    const auto* row = find_kind(one.kind);
    ASSERT_NE(row, nullptr) << one.kind;
    ASSERT_NE(row->rules.is_gone, nullptr) << one.kind;
    EXPECT_EQ(row->rules.is_gone({one.code, one.message}), one.gone)
        << one.kind << ": " << one.message;
  }
}

TEST(ScopedRows, AssignmentsAreAskedForByTheirSubkind) {
  const auto& calls = find_kind("TeleportScopedRoleAssignmentV1")->calls;
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const auto* call : {&calls.get, &calls.remove}) {
    ASSERT_EQ(call->fixed.size(), 1U) << call->path;
    const auto& [field, value] = *call->fixed.begin();
    EXPECT_EQ(value, "dynamic");
    EXPECT_NE(pool->FindMessageTypeByName(call->request)->FindFieldByName(field), nullptr)
        << call->path;
  }
}

TEST(ScopedRows, TokensArePagedByACursor) {
  const auto& list = find_kind("TeleportScopedTokenV1")->calls.list;
  const auto response = calls::new_message(list.response);
  const auto request = calls::new_message(list.request);
  ASSERT_TRUE(response && request);
  dynamic_cast<scopes::joining::v1::ListScopedTokensResponse&>(*response).set_cursor("here");
  calls::put_page(*request, calls::next_page(*response));
  const auto& asked = dynamic_cast<scopes::joining::v1::ListScopedTokensRequest&>(*request);
  EXPECT_EQ(asked.cursor(), "here");
  EXPECT_GT(asked.limit(), 0U);
}

TEST(ScopedRows, KindsWithAScopeHaveItInTheirMessage) {
  for (const auto& row : all_kinds()) {
    const bool has_scope = codec::field_named(*row.descriptor(), "scope") != nullptr;
    EXPECT_EQ(row.scope == scoping::possible, has_scope) << row.cr_kind;
  }
}

/// A singleton's calls know no name, and there is no list of it.
TEST(SingletonRows, ListIsTheirGet) {
  std::size_t singletons = 0;
  for (const auto& row : all_kinds()) {
    if (row.singleton.empty()) continue;
    ++singletons;
    EXPECT_EQ(row.calls.list.path, row.calls.get.path) << row.cr_kind;
    const auto* request = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
        row.calls.get.request);
    EXPECT_EQ(request->field_count(), 0) << row.cr_kind;
  }
  EXPECT_EQ(singletons, 3U);
}

}  // namespace
}  // namespace teleport
