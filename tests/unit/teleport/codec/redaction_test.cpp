#include "teleport/codec/redaction.hpp"

#include <gmock/gmock.h>

namespace teleport::codec {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct redaction_case {
  const char* name;
  const char* text;
  std::vector<std::string> values;
  const char* result;
};

void PrintTo(const redaction_case& row, std::ostream* out) {
  *out << row.name;
}

class Redaction : public ::testing::TestWithParam<redaction_case> {};

TEST_P(Redaction, LeavesNoValueInTheText) {
  const auto& row = GetParam();
  EXPECT_EQ(redacted(row.text, row.values), row.result);
}

INSTANTIATE_TEST_SUITE_P(
    All, Redaction,
    ::testing::Values(
        redaction_case{"without values", "bad client_secret", {}, "bad client_secret"},
        redaction_case{"not in the text", "bad parameter", {"hunter2"}, "bad parameter"},
        redaction_case{"an empty value", "bad parameter", {""}, "bad parameter"},
        redaction_case{"every place", "hunter2: hunter2", {"hunter2"}, "[secret]: [secret]"},
        redaction_case{"without its newline", "bad 'hunter2'", {"hunter2\n"}, "bad '[secret]'"},
        redaction_case{"quoted", R"(invalid "a\"b\\c\nd")", {"a\"b\\c\nd"}, "invalid \"[secret]\""},
        redaction_case{"in a URL", "GET /x?s=a%2Fb%26c", {"a/b&c"}, "GET /x?s=[secret]"},
        redaction_case{
            "a part of another", "is hunter2000", {"hunter2", "hunter2000"}, "is [secret]"},
        redaction_case{"one line of it",
                       "unexpected line MIIEvQIBADAN",
                       {"-----BEGIN-----\nMIIEvQIBADAN\n-----END-----\n"},
                       "unexpected line [secret]"},
        redaction_case{"short lines of it", "bad }", {"{\n\"key\": \"0123456789\"\n}"}, "bad }"},
        redaction_case{
            "called secret", "the secret is wrong", {"secret"}, "the [secret] is wrong"}));

TEST(RedactionOfShortValues, LeavesTheTextOut) {
  // "a[secret]min" would tell.
  const auto text = redacted("admin may not", {"d"});
  EXPECT_THAT(text, HasSubstr("left out"));
  EXPECT_THAT(text, Not(HasSubstr("min")));
  EXPECT_EQ(redacted("what is it", {"d"}), "what is it");
}

}  // namespace
}  // namespace teleport::codec
