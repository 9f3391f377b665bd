#include "k8s/base64.hpp"

#include <gtest/gtest.h>

namespace k8s {
namespace {

struct base64_case {
  const char* text;
  std::optional<std::string> bytes;
};

class Base64 : public testing::TestWithParam<base64_case> {};

TEST_P(Base64, IsReadStrictly) {
  EXPECT_EQ(from_base64(GetParam().text), GetParam().bytes) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Base64,
    testing::Values(base64_case{"", ""}, base64_case{"YQ==", "a"}, base64_case{"YWI=", "ab"},
                    base64_case{"YWJj", "abc"}, base64_case{"YWJj\nZGVm\n", "abcdef"},
                    base64_case{"YQ", "a"}, base64_case{"+/+/", "\xfb\xff\xbf"},
                    base64_case{"Y Q=", std::nullopt}, base64_case{"a=b", std::nullopt},
                    // yaml-cpp's reader ends the process here
                    base64_case{"YQ=\xbd", std::nullopt}));

}  // namespace
}  // namespace k8s
