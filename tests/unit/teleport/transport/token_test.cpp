#include "teleport/join/token.hpp"

#include <gtest/gtest.h>

namespace teleport::join {
namespace {

struct reading {
  const char* setting;
  bool file;
  const char* name;
};

class TokenSetting : public ::testing::TestWithParam<reading> {};

TEST_P(TokenSetting, IsReadAsWhatItIs) {
  EXPECT_EQ(is_token_file(GetParam().setting), GetParam().file);
  EXPECT_EQ(token_name(GetParam().setting), GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    Table, TokenSetting,
    ::testing::Values(reading{"operator", false, "operator"},
                      reading{"/team::operator", false, "operator"},
                      reading{"/team/sub::operator", false, "operator"},
                      reading{"/::operator", false, "operator"},
                      reading{"no-scope::operator", false, "no-scope::operator"},
                      reading{"/var/run/token", true, "/var/run/token"}, reading{"/", true, "/"}));

}  // namespace
}  // namespace teleport::join
