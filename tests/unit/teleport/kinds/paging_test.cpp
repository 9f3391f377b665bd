/// Lists of every kind: services name the fields of their pages differently.

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "teleport/calls/shape.hpp"
#include "teleport/kind.hpp"

namespace teleport::test {
namespace {

using google::protobuf::FieldDescriptor;

/// Sets the text field whose name begins with "next"; false when there is none.
bool announce_page(calls::message& response, const std::string& token) {
  const auto* type = response.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    const bool is_next = field->name().rfind("next", 0) == 0 || field->name().rfind("Next", 0) == 0;
    if (!is_next || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    response.GetReflection()->SetString(&response, field, token);
    return true;
  }
  return false;
}

/// Does a text field of the request say it?
bool says(const calls::message& request, const std::string& text) {
  const auto* type = request.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    const bool is_text =
        !field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (is_text && request.GetReflection()->GetString(request, field) == text) return true;
  }
  return false;
}

TEST(EveryList, AsksForThePageThatTheLastAnswerAnnounced) {
  int paged = 0;
  for (const auto& row : all_kinds()) {
    for (const auto& call : {row.calls.list, row.calls.list_older}) {
      if (call.path.empty()) continue;
      const auto response = calls::new_message(call.response);
      const auto request = calls::new_message(call.request);
      ASSERT_TRUE(response && request) << call.path;
      if (!announce_page(*response, "the next page")) continue;
      EXPECT_EQ(calls::next_page(*response), "the next page") << call.path;
      calls::put_page(*request, "the next page");
      EXPECT_TRUE(says(*request, "the next page")) << call.path;
      ++paged;
    }
  }
  EXPECT_GT(paged, 0);
}

}  // namespace
}  // namespace teleport::test
